"""Packages for recipients, made by the maker of evidence packages."""

from __future__ import annotations

from pathlib import Path

from workbench.domain.person import Actor
from workbench.errors import ReleaseError
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import MakesPackages
from workbench.retention.evidence.recipient import Recipient
from workbench.sharing.releases.packages import MadePackage, PackageOrder


class EvidenceForRecipients:
    """Makes evidence packages that name a recipient.

    Parameters
    ----------
    packages
        Makes evidence packages.
    """

    def __init__(self, packages: MakesPackages) -> None:
        self._packages = packages

    def make(self, by: Actor, order: PackageOrder, *, out: Path) -> MadePackage:
        """Make a package in a new folder, logged as a look before anything is read.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        EvidenceError
            If there is nothing to pack, or the medium cannot take it.
        ReleaseError
            If the package has no seal.
        """
        recipient = Recipient(
            agency=order.agency,
            person=order.person,
            purpose=order.purpose,
            request_id=order.request_id,
        )
        # Who of the department looked, and why, is not the recipient's to know.
        wanted = Order(
            reads=order.reads, hold_id=order.hold_id, recipient=recipient, accesses=False
        )
        made = self._packages.make_package(by, order.inquiry_id, wanted, out=out)
        if made.seal is None:
            raise ReleaseError("The package was not sealed", given=made.id)
        return MadePackage(
            number=str(made.id),
            recipient=recipient.line,
            folder=Path(made.folder),
            seal=made.seal,
        )

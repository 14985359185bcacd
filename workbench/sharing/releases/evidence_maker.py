"""Packages for recipients, made by the maker of evidence packages."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from workbench.domain.person import Actor
from workbench.errors import ReleaseError
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import MakesPackages, Package
from workbench.retention.evidence.recipient import Recipient
from workbench.retention.evidence.stored import package_of_request
from workbench.sharing.releases.packages import MadePackage, PackageOrder


class EvidenceForRecipients:
    """Makes evidence packages that name a recipient.

    Parameters
    ----------
    packages
        Makes evidence packages.
    engine
        Of the service role.
    """

    def __init__(self, packages: MakesPackages, engine: Engine) -> None:
        self._packages = packages
        self._engine = engine

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
        return _made(self._packages.make_package(by, order.inquiry_id, wanted(order), out=out))

    def made_for(self, order: PackageOrder) -> MadePackage | None:
        """Return the package that was made for a request already, if one was."""
        with self._engine.connect() as connection:
            found = package_of_request(connection, order.request_id)
        return None if found is None else _made(found)


def wanted(order: PackageOrder) -> Order:
    """Return what is ordered from the maker of evidence packages."""
    recipient = Recipient(
        agency=order.agency,
        person=order.person,
        purpose=order.purpose,
        request_id=order.request_id,
    )
    # Who of the department looked, and why, is not the recipient's to know.
    return Order(reads=order.reads, hold_id=order.hold_id, recipient=recipient, accesses=False)


def _made(package: Package) -> MadePackage:
    if package.seal is None or package.order.recipient is None:
        raise ReleaseError("The package was not sealed for a recipient", given=package.id)
    return MadePackage(
        number=str(package.id),
        recipient=package.order.recipient.line,
        folder=Path(package.folder),
        seal=package.seal,
    )

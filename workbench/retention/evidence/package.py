"""A package as it is known afterwards, and the one way to make one.

`Packages.make_package` (in ``making.py``) has this form; who needs packages without knowing how
they are made asks for a `MakesPackages`::

    package = packages.make_package(
        actor,
        inquiry_id,
        Order(
            reads=ReadSet(search=SearchCriteria(...)),   # or hold_id=3
            two_sided=False,
        ),
        out=Path("/media/stick/26-014532"),               # must not exist
        booking="2026-5571",                              # or None; `book` records it later
    )
    package.id, package.access_id, package.seal, package.folder

Without a recipient it is for the department's own evidence room. A recipient is the one of an
approved request for release, and nobody else: the database refuses any other.

It is a look under the actor's own open inquiry, needs `evidence:package`, and is logged before
anything is read. It returns only when the folder is whole; otherwise it raises `EvidenceError` and
there is no folder of that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from workbench.domain.person import Actor
from workbench.retention.evidence.order import Order


class PackageState(StrEnum):
    """What became of a package; sorted."""

    BEGUN = "begun"
    FAILED = "failed"
    MADE = "made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was made, or begun.

    Attributes
    ----------
    access_id
        The audit record of the look that made it.
    folder
        Where it was written, as it was given.
    seal
        SHA-256 of its ``tagmanifest-sha512.txt``, which covers every other file.
    bookings
        Booking numbers, the latest last.
    """

    id: int
    access_id: int
    state: PackageState
    begun_at: datetime
    begun_by: str
    purpose: str
    case_number: str | None
    order: Order
    folder: str
    made_at: datetime | None = None
    problem: str | None = None
    reads: int | None = None
    pictures: int | None = None
    size_bytes: int | None = None
    seal: str | None = None
    key_id: str | None = None
    bookings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        values = {name: getattr(self, name) for name in Package.__dataclass_fields__}
        return {
            **values,
            "state": self.state.value,
            "order": self.order.as_json(),
            "begun_at": self.begun_at.isoformat(),
            "made_at": self.made_at.isoformat() if self.made_at else None,
            "bookings": list(self.bookings),
        }


class MakesPackages(Protocol):
    """Whoever makes packages."""

    def make_package(
        self,
        actor: Actor,
        inquiry_id: UUID,
        order: Order,
        *,
        out: Path,
        booking: str | None = None,
    ) -> Package:
        """Make a package in a new folder.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        EvidenceError
            If there is nothing to pack, the folder exists, or the medium cannot take it.
        AuditWriteError
            If the log cannot be written; then there is no package.
        """
        ...

"""Routes of evidence packages: made in the service's own folder, listed, booked."""

from __future__ import annotations

import pathlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import Package
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, problems
from workbench.service.holds import ReadsAsked
from workbench.settings import Settings

FOLDER = "evidence"
"""Below the service's home; from there a package is copied to a medium and verified."""

router = APIRouter(prefix="/v1", tags=["evidence"])

PackageId = Annotated[int, Path(ge=1, lt=2**63)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,99}$")]
Number = Annotated[int, Field(ge=1, lt=2**63)]


class PackageAsked(Body):
    """A package to be made for the own evidence room: of a hold, or of reads."""

    name: Name
    hold_id: Number | None = None
    reads: ReadsAsked | None = None
    two_sided: bool = False
    accesses: bool = True
    booking: Line | None = None

    def order(self) -> Order:
        """Return the order.

        Raises
        ------
        EvidenceError
            Unless it names a hold or reads, and not both.
        """
        return Order(
            hold_id=self.hold_id,
            reads=self.reads.meant() if self.reads else None,
            two_sided=self.two_sided,
            accesses=self.accesses,
        )


class BookingAsked(Body):
    """Under which number a package was booked into evidence."""

    number: Line


class PackageAnswer(Answer):
    """A package and what became of it."""

    id: int
    access_id: int
    state: str
    begun_at: str
    begun_by: str
    purpose: str
    case_number: str | None
    order: dict[str, Any]
    folder: str
    made_at: str | None
    problem: str | None
    reads: int | None
    pictures: int | None
    size_bytes: int | None
    seal: str | None
    key_id: str | None
    bookings: list[str]


class PackagesAnswer(Answer):
    """Packages, newest first."""

    packages: list[PackageAnswer]


@router.post(
    "/inquiries/{inquiry_id}/evidence", status_code=201, responses=problems(401, 403, 409, 504)
)
def make(
    inquiry_id: UUID, asked: PackageAsked, actor: GivenActor, runtime: GivenRuntime
) -> PackageAnswer:
    """Make a package for the own evidence room, on the service's machine; a logged look."""
    place = place_of(runtime.settings, asked.name)
    made = runtime.evidence.make_package(
        actor, inquiry_id, asked.order(), out=place, booking=asked.booking
    )
    return _answer(made)


@router.get("/evidence", responses=problems(401, 403))
def packages(actor: GivenActor, runtime: GivenRuntime) -> PackagesAnswer:
    """Return one's own packages, or everybody's where that is one's duty; newest first."""
    return PackagesAnswer(packages=[_answer(one) for one in runtime.evidence.all(actor)])


@router.get("/evidence/unbooked", responses=problems(401, 403))
def unbooked(actor: GivenActor, runtime: GivenRuntime) -> PackagesAnswer:
    """Return packages that lie under no booking number yet, newest first."""
    return PackagesAnswer(packages=[_answer(one) for one in runtime.evidence.unbooked(actor)])


@router.get("/evidence/{package_id}", responses=problems(401, 403))
def package(package_id: PackageId, actor: GivenActor, runtime: GivenRuntime) -> PackageAnswer:
    """Return a package."""
    return _answer(runtime.evidence.show(actor, package_id))


@router.post("/evidence/{package_id}/bookings", status_code=201, responses=problems(401, 403))
def book(
    package_id: PackageId, asked: BookingAsked, actor: GivenActor, runtime: GivenRuntime
) -> PackageAnswer:
    """Record a booking number; the latest counts."""
    return _answer(runtime.evidence.book(actor, package_id, asked.number))


def place_of(settings: Settings, name: Name) -> pathlib.Path:
    """Return where a package of that name is made: in the service's own folder, which is there."""
    folder = settings.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def _answer(one: Package) -> PackageAnswer:
    return PackageAnswer(**one.as_json())

"""Packages in their table: begun, made or failed, and booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, insert, select, text, true, update
from sqlalchemy.exc import IntegrityError

from workbench.audit import Record
from workbench.errors import EvidenceError
from workbench.retention.evidence.order import Order, order_from_json
from workbench.retention.evidence.package import Package, PackageState
from workbench.storage.evidence_tables import evidence_booking, evidence_package

_c = evidence_package.c
_b = evidence_booking.c
_LARGEST_ID = 2**63
_TRY_LOCK = text("SELECT pg_try_advisory_lock(42608, CAST(:id AS integer))")
_UNLOCK = text("SELECT pg_advisory_unlock(42608, CAST(:id AS integer))")


def begin(
    connection: Connection, record: Record, order: Order, *, folder: str, at: datetime
) -> int:
    """Write that a package is begun, and return its number.

    Raises
    ------
    EvidenceError
        If it names a recipient whom no approved request names, or a second time.
    """
    values = {
        "access_id": record.seq,
        "state": PackageState.BEGUN,
        "begun_at": at,
        "begun_by": record.username,
        "purpose": record.purpose,
        "case_number": record.case_number,
        "criteria": order.as_json(),
        "folder": folder,
        "release_request_id": order.recipient.request_id if order.recipient else None,
        "lawful_demand_id": order.recipient.demand_id if order.recipient else None,
    }
    new = insert(evidence_package).values(values).returning(_c.id)
    try:
        return int(connection.execute(new).scalar_one())
    except IntegrityError as error:
        said = str(error.orig).partition("\n")[0]
        raise EvidenceError(
            "The database refuses the package",
            given=said,
            allowed="the own evidence room; who an approved request names, once; a demand on file",
            next_step="see `workbench releases show`, or `demands show`, for what lets it leave",
        ) from error


def change(connection: Connection, package_id: int, values: Mapping[str, Any]) -> None:
    """Write what became of a package that is begun."""
    begun = (_c.id == package_id) & (_c.state == PackageState.BEGUN)
    connection.execute(update(evidence_package).where(begun).values(dict(values)))


def try_lock(connection: Connection, package_id: int) -> bool:
    """Take a package for oneself until `unlock`, or until the connection ends; never waits."""
    return bool(connection.execute(_TRY_LOCK, {"id": package_id}).scalar_one())


def unlock(connection: Connection, package_id: int) -> None:
    """Let others have the package."""
    connection.execute(_UNLOCK, {"id": package_id})


def book(connection: Connection, package_id: int, number: str, *, by: str, at: datetime) -> None:
    """Write a booking number down."""
    values = {
        "package_id": package_id,
        "booking_number": number,
        "booked_at": at,
        "booked_by": by,
    }
    connection.execute(insert(evidence_booking).values(values))


def read_package(connection: Connection, package_id: int) -> Package:
    """Return a package.

    Raises
    ------
    EvidenceError
        If there is none of that number.
    """
    found = packages(connection, _c.id == package_id) if 0 < package_id < _LARGEST_ID else []
    if not found:
        raise no_such_package(package_id)
    return found[0]


def no_such_package(package_id: int) -> EvidenceError:
    """Return the error of a package that is not there, or not for who asks."""
    return EvidenceError(
        "There is no such package",
        given=package_id,
        next_step="`workbench evidence list` names those that you may see",
    )


def packages_of(
    connection: Connection, username: str | None = None, *, unbooked: bool = False
) -> list[Package]:
    """Return somebody's packages or everybody's, newest first; or those without a booking.

    A package waits for its booking from the moment it was made, wherever its folder is by now.
    """
    wanted: list[Any] = [true()] if username is None else [_c.begun_by == username]
    if unbooked:
        wanted.append(_c.state == PackageState.MADE)
        wanted.append(~exists().where(_b.package_id == _c.id))
    return packages(connection, and_(*wanted))


def packages(connection: Connection, condition: Any = None) -> list[Package]:
    """Return packages, newest first."""
    wanted = select(evidence_package).order_by(_c.id.desc())
    rows = connection.execute(wanted if condition is None else wanted.where(condition)).all()
    return [_package(row, _bookings(connection, row.id)) for row in rows]


def package_of_request(connection: Connection, request_id: int) -> Package | None:
    """Return the package that was made for a request, if one was."""
    made = (_c.release_request_id == request_id) & (_c.state == PackageState.MADE)
    return next(iter(packages(connection, made)), None)


def packages_of_demand(connection: Connection, demand_id: int) -> tuple[int, ...]:
    """Return the numbers of the packages that were disclosed on a demand."""
    made = (_c.lawful_demand_id == demand_id) & (_c.state == PackageState.MADE)
    return tuple(connection.scalars(select(_c.id).where(made).order_by(_c.id)))


def begun_packages(connection: Connection) -> list[Package]:
    """Return packages that are begun and not known to be made or failed."""
    return packages(connection, _c.state == PackageState.BEGUN)


def _bookings(connection: Connection, package_id: int) -> tuple[str, ...]:
    wanted = select(_b.booking_number).where(_b.package_id == package_id).order_by(_b.id)
    return tuple(connection.scalars(wanted))


def _package(row: Row[Any], bookings: tuple[str, ...]) -> Package:
    names = set(Package.__dataclass_fields__) - {"order", "bookings", "state"}
    values = {name: getattr(row, name) for name in names}
    return Package(
        **values,
        state=PackageState(row.state),
        order=order_from_json(row.criteria),
        bookings=bookings,
    )

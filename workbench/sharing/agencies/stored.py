"""Agencies as they stand in their table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import IntegrityError

from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import SharingError
from workbench.sharing.agencies.agency import Agency, AgencyProfile
from workbench.sharing.names import agency_key
from workbench.storage.sharing_tables import agency as table

_PROFILE = ("name", "kind", "duty", "state", "aliases")


def agency_of(row: Row[Any]) -> Agency:
    """Return what a row of the table says."""
    values = {name: getattr(row, name) for name in Agency.__dataclass_fields__ if name != "profile"}
    profile = AgencyProfile(
        name=row.name,
        kind=RecipientKind(row.kind),
        duty=AgencyDuty(row.duty),
        state=row.state,
        aliases=tuple(row.aliases),
    )
    return Agency(**values, profile=profile)


def profile_values(profile: AgencyProfile) -> dict[str, Any]:
    """Return the columns of what is said about an agency."""
    values: dict[str, Any] = {name: getattr(profile, name) for name in _PROFILE}
    values |= {"kind": profile.kind.value, "duty": profile.duty.value}
    return values | {"aliases": list(profile.aliases), "name_keys": list(profile.keys)}


def find_agency(connection: Connection, name: str) -> Agency | None:
    """Return the agency that has a name, in any of its writings, or ``None``."""
    key = agency_key(name)
    if not key or "\x00" in name:
        return None
    row = connection.execute(select(table).where(table.c.name_keys.contains([key]))).one_or_none()
    return None if row is None else agency_of(row)


def agency_named(connection: Connection, name: str, *, lock: bool = False) -> Agency:
    """Return the agency that has a name.

    Parameters
    ----------
    lock
        Whether nobody else changes it until the transaction ends.

    Raises
    ------
    SharingError
        If the register has none.
    """
    found = find_agency(connection, name)
    if found is not None and lock:
        statement = select(table).where(table.c.id == found.id).with_for_update()
        found = agency_of(connection.execute(statement).one())
    if found is None:
        raise SharingError(
            "The register has no agency of that name",
            given=name,
            next_step="`workbench agencies list` names them; an administrator adds it",
        )
    return found


def agencies_numbered(connection: Connection, numbers: Collection[int]) -> dict[int, Agency]:
    """Return the agencies of the numbers that other rows name."""
    rows = connection.execute(select(table).where(table.c.id.in_(numbers)))
    return {row.id: agency_of(row) for row in rows}


def all_agencies(connection: Connection) -> tuple[Agency, ...]:
    """Return every agency, by name."""
    rows = connection.execute(select(table).order_by(table.c.name, table.c.id))
    return tuple(map(agency_of, rows))


@contextmanager
def agency_refusals(name: str) -> Iterator[None]:
    """Turn what the database refuses into an error of ours."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig).partition("\n")[0]
        raise SharingError(
            "The database refuses this of an agency", given=name, next_step=said
        ) from error

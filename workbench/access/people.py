"""Reading people with everything that `decide` looks at, as it stands at that instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from workbench.domain.person import Designation, Person, Role, Training
from workbench.storage.people_tables import account, account_role, designation, training


def read_person(connection: Connection, username: str, *, at: datetime) -> Person | None:
    """Return an account holder, or ``None`` if there is no such account.

    Parameters
    ----------
    connection
        Whose transaction sees the grants.
    at
        Granted roles are those that hold now; designations and training keep their dates.
    """
    row = connection.execute(select(account).where(account.c.username == username)).one_or_none()
    return None if row is None else person_of(connection, row, at=at)


def person_of(connection: Connection, row: Row[Any], *, at: datetime) -> Person:
    """Return the person of an account's row."""
    return Person(
        username=row.username,
        display_name=row.display_name,
        title=row.title,
        organisation=row.organisation,
        roles=_roles(connection, row.username, at),
        designations=_designations(connection, row.username),
        training=_training(connection, row.username),
        disabled=row.disabled_at is not None,
    )


def standing_roles(at: datetime) -> ColumnElement[bool]:
    """Return the condition under which a granted role holds at an instant."""
    c = account_role.c
    return and_(
        c.starts_at <= at,
        or_(c.ends_at.is_(None), c.ends_at > at),
        or_(c.revoked_at.is_(None), c.revoked_at > at),
    )


def _roles(connection: Connection, username: str, at: datetime) -> frozenset[Role]:
    c = account_role.c
    found = connection.scalars(select(c.role).where(c.username == username, standing_roles(at)))
    return frozenset(Role(role) for role in found)


def _designations(connection: Connection, username: str) -> tuple[Designation, ...]:
    c = designation.c
    rows = connection.execute(
        select(c.role, c.title, c.starts_at, c.ends_at, c.ended_at)
        .where(c.username == username)
        .order_by(c.starts_at, c.id)
    )
    return tuple(
        Designation(Role(row.role), row.title, row.starts_at, _first(row.ends_at, row.ended_at))
        for row in rows
    )


def _first(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


def _training(connection: Connection, username: str) -> tuple[Training, ...]:
    c = training.c
    rows = connection.execute(
        select(c.system, c.completed_at, c.expires_at)
        .where(c.username == username)
        .order_by(c.completed_at, c.id)
    )
    return tuple(Training(*row) for row in rows)

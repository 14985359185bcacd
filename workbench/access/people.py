"""Reading people with everything that `decide` looks at, as it stands at that instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from workbench.domain.person import Designation, Person, Role, Training
from workbench.storage.people_tables import account, account_role, designation, training


def person_at(connection: Connection, username: str, at: datetime) -> Person:
    """Return the holder of an account that is there.

    Parameters
    ----------
    connection
        Whose transaction sees the grants.
    at
        Granted roles are those that hold then; designations and training keep their dates.
    """
    statement = select(account, *given_columns(at)).where(account.c.username == username)
    return person_from(connection.execute(statement).one())


def given_columns(at: datetime) -> tuple[ColumnElement[Any], ...]:
    """Return what an account was given, as columns beside its own: one statement reads it all."""
    return (_roles(at).label("roles"), _designations().label("given"), _training().label("trained"))


def person_from(row: Row[Any]) -> Person:
    """Return the person of an account's row with its `given_columns`."""
    return Person(
        username=row.username,
        display_name=row.display_name,
        title=row.title,
        organisation=row.organisation,
        roles=frozenset(Role(role) for role in row.roles or ()),
        designations=tuple(_designation(*one) for one in row.given or ()),
        training=tuple(
            Training(system, _time(completed), _time(expires), number)
            for system, completed, expires, number in row.trained or ()
        ),
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


def _roles(at: datetime) -> ColumnElement[Any]:
    c = account_role.c
    mine = c.username == account.c.username
    return select(func.json_agg(c.role)).where(mine, standing_roles(at)).scalar_subquery()


def _designations() -> ColumnElement[Any]:
    c = designation.c
    one = func.json_build_array(c.role, c.title, c.starts_at, func.least(c.ends_at, c.ended_at))
    mine = c.username == account.c.username
    return select(func.json_agg(aggregate_order_by(one, c.id))).where(mine).scalar_subquery()


def _training() -> ColumnElement[Any]:
    c = training.c
    one = func.json_build_array(c.system, c.completed_at, c.expires_at, c.id)
    mine = and_(c.username == account.c.username, c.ended_at.is_(None))
    return select(func.json_agg(aggregate_order_by(one, c.id))).where(mine).scalar_subquery()


def _designation(role: str, title: str, starts_at: str, ends_at: str | None) -> Designation:
    return Designation(Role(role), title, _time(starts_at), _time(ends_at) if ends_at else None)


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)

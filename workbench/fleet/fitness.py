"""Whether somebody may have a car with readers: account and training of that time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from workbench.errors import EquipmentError
from workbench.policy import Policy
from workbench.storage.people_tables import account, training

SECTION = "426.6.1 deployment (b), (c)"


def fit_at(connection: Connection, username: str, at: datetime, *, policy: Policy) -> list[int]:
    """Return the trainings with which somebody may have a car at an instant, one for each system.

    Policy 426.6.1: nobody operates a car with readers until they are trained and an account was
    issued to them. The systems are those of the policy (``training.systems``).

    Raises
    ------
    EquipmentError
        If there is no such account, it was disabled by then, or a training is missing, not yet
        completed or over.
    """
    _account(connection, username, at)
    zone = ZoneInfo(policy.department.time_zone.value)
    systems = policy.training.systems.value
    return [_training(connection, username, system, at, zone) for system in systems]


def _account(connection: Connection, username: str, at: datetime) -> None:
    a = account.c
    wanted = select(a.disabled_at).where(a.username == username)
    row = connection.execute(wanted).one_or_none() if "\x00" not in username else None
    if row is None:
        raise EquipmentError(
            "No account was issued to that person",
            given=username,
            allowed=f"who has an account ({SECTION})",
            next_step="`workbench users list` names them",
        )
    if row.disabled_at is not None and row.disabled_at <= at:
        raise EquipmentError(
            "The account is disabled",
            given=username,
            allowed=f"who has an account that can be used ({SECTION})",
        )


def _training(
    connection: Connection, username: str, system: str, at: datetime, zone: ZoneInfo
) -> int:
    t = training.c
    wanted = select(t.id, t.completed_at, t.expires_at).where(
        t.username == username, t.system == system, t.ended_at.is_(None)
    )
    rows = connection.execute(wanted.order_by(t.expires_at.desc(), t.id)).all()
    for row in rows:
        if row.completed_at <= at < row.expires_at:
            return int(row.id)
    past = [row.expires_at for row in rows if row.expires_at <= at]
    if past:
        when = f"that of {username} ended on {max(past).astimezone(zone):%Y-%m-%d}"
    else:
        when = f"{username} has none of that time on record"
    raise EquipmentError(
        f"A car with readers needs current training in {system}",
        given=when,
        allowed=f"who is trained ({SECTION})",
        next_step="`workbench users training` records a training",
    )

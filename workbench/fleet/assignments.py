"""Who may have which car with readers: nobody without account and training (Policy 426.6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Actor
from workbench.errors import EquipmentError
from workbench.fleet.fitness import fit_at
from workbench.fleet.registry import vehicle_of
from workbench.storage.fleet_tables import vehicle_assignment

_a = vehicle_assignment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Somebody and a car, from when to when.

    Attributes
    ----------
    training_ids
        The trainings that were current when it was made.
    """

    id: int
    vehicle: str
    username: str
    assigned_at: datetime
    assigned_by: str
    training_ids: tuple[int, ...]
    ended_at: datetime | None


class Assignments:
    """Assigns people to cars and ends it; every change and refusal is logged.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def assign(self, by: Actor, username: str, unit: str) -> Assignment:
        """Assign somebody to a car, from now on.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        EquipmentError
            If there is no such car or it is not used, the person has no account that can be used
            or lacks current training, or is assigned to it already. The refusal is logged.
        """
        now = self._office.require(by, Action.VEHICLES_ASSIGN, on=username)
        try:
            return self._assign(by, username, unit, now)
        except EquipmentError as refusal:
            about = {"account": username, "vehicle": unit, "reason": str(refusal)}
            self._office.audit.append(_entry(by, about, Outcome.REFUSED))
            raise

    def end(self, by: Actor, username: str, unit: str) -> None:
        """End an assignment.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        EquipmentError
            If there is none.
        """
        now = self._office.require(by, Action.VEHICLES_ASSIGN, on=username)
        with self._office.engine.begin() as connection:
            ended = connection.execute(
                update(vehicle_assignment)
                .where(_a.vehicle_unit == unit, _a.username == username, _a.ended_at.is_(None))
                .values(ended_at=now, ended_by=by.person.username)
                .returning(_a.id)
            ).scalar_one_or_none()
            if ended is None:
                raise EquipmentError(f"{username} is not assigned to that car", given=unit)
            about = {"account": username, "vehicle": unit, "assignment": ended, "ended": True}
            self._office.audit.append_in(connection, _entry(by, about))

    def standing(self) -> tuple[Assignment, ...]:
        """Return who is assigned to which car now, by car and name."""
        wanted = select(vehicle_assignment).where(_a.ended_at.is_(None))
        with self._office.engine.connect() as connection:
            rows = connection.execute(wanted.order_by(_a.vehicle_unit, _a.username))
            return tuple(_assignment(row) for row in rows)

    def _assign(self, by: Actor, username: str, unit: str, now: datetime) -> Assignment:
        with self._office.engine.begin() as connection:
            if not vehicle_of(connection, unit).active:
                raise EquipmentError("The car is not used any more", given=unit)
            values = {
                "vehicle_unit": unit,
                "username": username,
                "assigned_at": now,
                "training_ids": fit_at(connection, username, now, policy=self._office.policy),
                "assigned_by": by.person.username,
            }
            row = _stored(connection, values)
            about = {"account": username, "vehicle": unit, "assignment": row.id}
            details = {**about, "training": values["training_ids"]}
            self._office.audit.append_in(connection, _entry(by, details))
        return _assignment(row)


def assigned_at(connection: Connection, username: str, unit: str, at: datetime) -> int:
    """Return the number of the assignment that stood at an instant.

    Raises
    ------
    EquipmentError
        If there was none.
    """
    wanted = select(_a.id).where(
        _a.vehicle_unit == unit,
        _a.username == username,
        _a.assigned_at <= at,
        _a.ended_at.is_(None) | (_a.ended_at > at),
    )
    found = connection.execute(wanted.limit(1)).scalar_one_or_none()
    if found is None:
        raise EquipmentError(
            f"{username} was not assigned to that car then",
            given=unit,
            allowed="who is assigned (Policy 426.6.1)",
            next_step="an ALPR administrator assigns: `workbench shifts assign`",
        )
    return int(found)


def _stored(connection: Connection, values: dict[str, Any]) -> Row[Any]:
    row = insert(vehicle_assignment).values(values).returning(vehicle_assignment)
    try:
        return connection.execute(row).one()
    except IntegrityError as error:
        raise EquipmentError(
            "The database does not take the assignment",
            given=str(error.orig).splitlines()[0],
            allowed="a trained person with an account, once for each car",
        ) from None


def _entry(by: Actor, about: dict[str, Any], outcome: Outcome = Outcome.DONE) -> Entry:
    return Entry(EventKind.EQUIPMENT_ASSIGN, by, outcome=outcome, details=about)


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(
        id=row.id,
        vehicle=row.vehicle_unit,
        username=row.username,
        assigned_at=row.assigned_at,
        assigned_by=row.assigned_by,
        training_ids=tuple(row.training_ids),
        ended_at=row.ended_at,
    )

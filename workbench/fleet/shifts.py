"""The log of shifts of cars with readers: start, end, and pursuits that a car left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.equipment import PursuitExit
from workbench.domain.period import Period
from workbench.domain.person import Actor
from workbench.errors import EquipmentError, FormError
from workbench.fleet.assignments import assigned_at
from workbench.fleet.faults import Finding, add_fault
from workbench.fleet.fitness import fit_at
from workbench.fleet.registry import vehicle_of
from workbench.fleet.shift import LeftPursuit, Shift, Start, pursuits_of, shifts_of
from workbench.fleet.times import past, remark
from workbench.storage.fleet_tables import camera_place, pursuit_exit
from workbench.storage.fleet_tables import shift as shift_table

_s = shift_table.c


class Shifts:
    """Records shifts; every change and refusal is logged.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def start(
        self,
        by: Actor,
        unit: str,
        start: Start,
        *,
        username: str | None = None,
        started_at: datetime | None = None,
    ) -> Shift:
        """Record the start of a shift; what is not in order opens a fault on the car.

        Parameters
        ----------
        username
            Whose shift it is; the actor's by default.
        started_at
            Now by default, never ahead.

        Raises
        ------
        DeniedError
            If the actor may not, or it is somebody else's shift and the actor is no supervisor.
        FormError
            If the words about what is not in order say too little.
        EquipmentError
            If the person was not assigned, trained or issued an account then, the car carries no
            camera, car or person is on another shift, a light is missing, or words are missing
            about what is not in order. The refusal is logged.
        """
        who = username or by.person.username
        now = self._allow(by, who)
        at = past(started_at, now, what="The start of the shift")
        try:
            return self._start(by, who, unit, start, at=at, now=now)
        except (EquipmentError, FormError) as refusal:
            about = {"account": who, "vehicle": unit, "reason": str(refusal)}
            entry = _entry(EventKind.SHIFT_START, by, about, Outcome.REFUSED)
            self._office.audit.append(entry)
            raise

    def end(self, by: Actor, number: int, *, ended_at: datetime | None = None) -> Shift:
        """Record the end of a shift.

        Raises
        ------
        DeniedError
            If the actor may not, or it is somebody else's shift and the actor is no supervisor.
        EquipmentError
            If there is no such shift, it ended before, or the end is not after its start.
        """
        found = self._shift_for(by, number)
        now = self._office.clock()
        at = past(ended_at, now, what="The end of the shift")
        with self._office.engine.begin() as connection:
            if at <= found.started_at:
                raise EquipmentError(
                    "The shift would end before it began",
                    given=at.isoformat(),
                    allowed=f"after {found.started_at.isoformat()}",
                )
            values = {"ended_at": at, "end_recorded_at": now}
            ended = connection.execute(
                update(shift_table)
                .where(_s.id == number, _s.ended_at.is_(None))
                .values(**values, end_recorded_by=by.person.username)
            )
            if not ended.rowcount:
                raise EquipmentError("The shift has ended already", given=number)
            about = {"shift": number, "vehicle": found.vehicle, "account": found.username}
            details = {**about, "ended_at": at.isoformat()}
            self._office.audit.append_in(connection, _entry(EventKind.SHIFT_END, by, details))
            return shift_of(connection, number)

    def left_pursuit(
        self,
        by: Actor,
        number: int,
        because: PursuitExit,
        *,
        words: str = "",
        left_at: datetime | None = None,
    ) -> None:
        """Record that the car left a pursuit (Policy 426.6.1 (a) to (c)).

        Whose shift it is records it, or a supervisor.

        Raises
        ------
        DeniedError
            If the actor may not, or it is somebody else's shift and the actor is no supervisor.
        FormError
            If words are given that say too little.
        EquipmentError
            If there is no such shift, or it was not on then.
        """
        found = self._shift_for(by, number)
        now = self._office.clock()
        at = past(left_at, now, what="Leaving the pursuit")
        if words.strip():
            words = remark(self._office.policy, words, what="How it left the pursuit")
        with self._office.engine.begin() as connection:
            if at < found.started_at or (found.ended_at is not None and at > found.ended_at):
                raise EquipmentError("The shift was not on then", given=at.isoformat())
            values = {"shift_id": number, "left_at": at, "because": because.value, "words": words}
            recorded = {"recorded_at": now, "recorded_by": by.person.username}
            _store_exit(connection, values | recorded)
            about = {"shift": number, "vehicle": found.vehicle, "left_pursuit_at": at.isoformat()}
            details = {**about, "because": because.value, "words": words}
            entry = _entry(EventKind.EQUIPMENT_CHANGE, by, details)
            self._office.audit.append_in(connection, entry)

    def all(self, window: Period) -> tuple[Shift, ...]:
        """Return the shifts with time in a period, the oldest first."""
        with self._office.engine.connect() as connection:
            return shifts_of(connection, window=window)

    def pursuits(self, number: int) -> tuple[LeftPursuit, ...]:
        """Return the pursuits that the car left during a shift, in order."""
        with self._office.engine.connect() as connection:
            return pursuits_of(connection, number)

    def _allow(self, by: Actor, whose: str) -> datetime:
        """Return the present instant if the actor may write about a person's shift."""
        if whose == by.person.username:
            return self._office.require(by, Action.SHIFTS_RECORD)
        return self._office.require(by, Action.SHIFTS_RECORD_OTHERS)

    def _shift_for(self, by: Actor, number: int) -> Shift:
        """Return a shift that the actor may write about."""
        self._office.require(by, Action.SHIFTS_RECORD)
        with self._office.engine.connect() as connection:
            found = shift_of(connection, number)
        self._allow(by, found.username)
        return found

    def _start(
        self, by: Actor, who: str, unit: str, start: Start, *, at: datetime, now: datetime
    ) -> Shift:
        self._check(start)
        with self._office.engine.begin() as connection:
            vehicle_of(connection, unit)
            values = {
                "vehicle_unit": unit,
                "username": who,
                "assignment_id": assigned_at(connection, who, unit, at),
                "training_ids": fit_at(connection, who, at, policy=self._office.policy),
                "cameras": _carried(connection, unit, at),
                "started_at": at,
                "affixed": start.affixed,
                "software_started": start.software_started,
                "lights": dict(start.lights),
                "words": self._words(start),
                "recorded_at": now,
                "recorded_by": by.person.username,
            }
            number = _stored(connection, values)
            if not start.ready:
                self._open_fault(connection, by, unit, start, number=number, at=at, now=now)
            about = {"shift": number, "vehicle": unit, "account": who, "ready": start.ready}
            details = {**about, "started_at": at.isoformat(), "missing": list(start.missing)}
            self._office.audit.append_in(connection, _entry(EventKind.SHIFT_START, by, details))
            return shift_of(connection, number)

    def _check(self, start: Start) -> None:
        asked = self._office.policy.equipment.lights
        if sorted(start.lights) != sorted(asked.value):
            raise EquipmentError(
                "A start says of each light whether it is green",
                given=sorted(start.lights),
                allowed=f"{', '.join(asked.value)} ({asked.section})",
            )
        if not start.ready and not start.words.strip():
            raise EquipmentError(
                "What is not in order is not said", given=", ".join(start.missing), allowed="words"
            )

    def _words(self, start: Start) -> str:
        if start.ready:
            return start.words.strip()
        return remark(self._office.policy, start.words, what="What is not in order")

    def _open_fault(
        self,
        connection: Connection,
        by: Actor,
        unit: str,
        start: Start,
        *,
        number: int,
        at: datetime,
        now: datetime,
    ) -> None:
        missing = ", ".join(start.missing)
        found = Finding(
            what=f"not {missing}: {start.words.strip()}", vehicle=unit, discovered_at=at
        )
        policy = self._office.policy
        made = add_fault(connection, found, by=by, now=now, policy=policy, shift=number)
        self._office.audit.append_in(connection, made.entry(by))


def shift_of(connection: Connection, number: int) -> Shift:
    """Return a shift.

    Raises
    ------
    EquipmentError
        If there is none of that number.
    """
    found = shifts_of(connection, number=number)
    if not found:
        raise EquipmentError(
            "There is no such shift", given=number, next_step="`workbench shifts list` names them"
        )
    return found[0]


def _carried(connection: Connection, unit: str, at: datetime) -> list[str]:
    p = camera_place.c
    wanted = select(p.camera_id).where(
        p.vehicle_unit == unit, p.from_at <= at, p.until_at.is_(None) | (p.until_at > at)
    )
    found = [str(one) for one in connection.execute(wanted.order_by(p.camera_id)).scalars()]
    if not found:
        raise EquipmentError(
            "The car carried no camera then",
            given=unit,
            next_step="`workbench equipment put` records which cameras it carries",
        )
    return found


def _store_exit(connection: Connection, values: dict[str, Any]) -> None:
    try:
        connection.execute(insert(pursuit_exit).values(values))
    except IntegrityError as error:
        raise EquipmentError(
            "The database does not take the exit from a pursuit",
            given=str(error.orig).splitlines()[0],
            allowed="of a shift that was on, by whose shift it is or a supervisor",
        ) from None


def _stored(connection: Connection, values: dict[str, Any]) -> int:
    try:
        row = insert(shift_table).values(values).returning(_s.id)
        return int(connection.execute(row).scalar_one())
    except IntegrityError as error:
        raise EquipmentError(
            "The database does not take the shift",
            given=str(error.orig).splitlines()[0],
            allowed="one shift at a time of a car and of a person",
        ) from None


def _entry(
    kind: EventKind, by: Actor, about: dict[str, Any], outcome: Outcome = Outcome.DONE
) -> Entry:
    return Entry(kind, by, outcome=outcome, details=about)

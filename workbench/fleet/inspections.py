"""Regular inspections of cameras with the policy's items, and which of them are overdue."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select

from workbench.access import Action
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.cameras import Registered, registered, registered_camera
from workbench.domain.person import Actor
from workbench.errors import EquipmentError
from workbench.fleet.calendar import Turn, turn_named, turn_of
from workbench.fleet.faults import Finding, add_fault
from workbench.fleet.places import CameraPlace, places_of
from workbench.fleet.times import named_or_self, past, remark
from workbench.policy import Policy
from workbench.storage.fleet_tables import inspection as inspection_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What was found about one of the policy's items.

    Attributes
    ----------
    good
        Whether it is in order; if not, `words` say what is not.
    damage
        Whether what is not in order is damage or vandalism.
    out_of_service
        Whether the camera cannot be used until it is repaired.
    """

    item: str
    good: bool
    words: str = ""
    damage: bool = False
    out_of_service: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An inspection that was done.

    Attributes
    ----------
    place_id
        Installation at which the camera was; ``None`` if none is on record.
    makes_up
        Quarter that it makes up, as it is written; ``None`` for one that came in time. What was
        late stays late.
    """

    id: int
    camera_id: str
    place_id: int | None
    done_by: str
    done_at: datetime
    items: tuple[Item, ...]
    recorded_at: datetime
    recorded_by: str
    makes_up: str | None

    @property
    def passed(self) -> bool:
        """Whether every item was in order."""
        return all(item.good for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A camera that was not inspected in a quarter.

    Attributes
    ----------
    turn
        The quarter, month or year.
    since
        Its end: from this instant on the inspection is overdue.
    made_up_at
        When an inspection that came afterwards was recorded; ``None`` while none was. It stays
        late all the same.
    """

    camera_id: str
    turn: Turn
    since: datetime
    made_up_at: datetime | None


class Inspections:
    """Records inspections, and says which were not done.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def record(
        self,
        by: Actor,
        camera_id: str,
        items: tuple[Item, ...],
        *,
        done_by: str | None = None,
        done_at: datetime | None = None,
    ) -> Inspection:
        """Record an inspection; each item that is not in order opens a fault.

        It counts for the quarter in which it was done, and for none if it is recorded after the
        quarter has ended: then it makes it up. The first one after a quarter without any makes
        that one up too.

        Parameters
        ----------
        items
            Every item of the policy, once.
        done_by
            Who looked at it, a person of the department; who records it by default.
        done_at
            Now by default, never ahead.

        Raises
        ------
        DeniedError
            If the actor may not.
        InputError
            If there is no such camera.
        EquipmentError
            If it lies in the future, an item is missing, unknown or twice, or words are missing
            about what is not in order.
        FormError
            If these words say too little.
        PersonUnknownError
            If who did it is nobody of the department.
        """
        now = self._office.require(by, Action.EQUIPMENT_INSPECT)
        at = past(done_at, now, what="The inspection")
        _check_items(items, self._office.policy)
        with self._office.engine.begin() as connection:
            registered_camera(connection, camera_id)
            who = named_or_self(connection, done_by, by, what="Who did the inspection")
            values = {
                "camera_id": camera_id,
                "place_id": _place_then(connection, camera_id, at),
                "done_by": who,
                "done_at": at,
                "items": [asdict(item) for item in items],
                "recorded_at": now,
                "recorded_by": by.person.username,
                **self._counted(connection, camera_id, at, now),
            }
            row = connection.execute(
                insert(inspection_table).values(values).returning(inspection_table)
            ).one()
            done = _inspection(row)
            self._open_faults(connection, by, done, now)
            about = {"camera": camera_id, "inspection": done.id, "done_at": at.isoformat()}
            details = {**about, "done_by": who, "passed": done.passed, "items": values["items"]}
            details["makes_up"] = done.makes_up
            entry = Entry(EventKind.EQUIPMENT_INSPECT, by, outcome=Outcome.DONE, details=details)
            self._office.audit.append_in(connection, entry)
        return done

    def overdue(self, turn: Turn | None = None) -> tuple[Overdue, ...]:
        """Return the cameras that were not inspected in a quarter, by identifier.

        Parameters
        ----------
        turn
            The last one that is over, by default; of one that is not over nothing is overdue.
        """
        with self._office.engine.connect() as connection:
            at, policy = self._office.clock(), self._office.policy
            return overdue_at(connection, at, policy=policy, turn=turn)

    def turn(self, written: str) -> Turn:
        """Return the month, quarter or year that somebody wrote, by the policy's rhythm.

        Raises
        ------
        EquipmentError
            If it cannot be read, or is still to come.
        """
        policy = self._office.policy
        zone = ZoneInfo(policy.department.time_zone.value)
        newest = turn_of(self._office.clock(), policy.inspections.every.value, zone)
        return turn_named(written, newest)

    def of(self, camera_id: str) -> tuple[Inspection, ...]:
        """Return a camera's inspections, the oldest first."""
        with self._office.engine.connect() as connection:
            return inspections_of(connection, [camera_id])

    def _counted(
        self, connection: Connection, camera_id: str, at: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return until when an inspection counts, and which quarter it makes up."""
        policy = self._office.policy
        zone = ZoneInfo(policy.department.time_zone.value)
        own = turn_of(at, policy.inspections.every.value, zone)
        until = own.period(zone).end
        missed = [
            one.turn
            for one in overdue_at(connection, now, policy=policy)
            if one.camera_id == camera_id and one.made_up_at is None
        ]
        made_up = own if now >= until else next(iter(missed), None)
        return {"counts_until": until, "makes_up": None if made_up is None else str(made_up)}

    def _open_faults(
        self, connection: Connection, by: Actor, done: Inspection, now: datetime
    ) -> None:
        for item in done.items:
            if item.good:
                continue
            found = Finding(
                what=f"{item.item}: {item.words.strip()}",
                camera=done.camera_id,
                discovered_by=done.done_by,
                discovered_at=done.done_at,
                damage=item.damage,
                out_of_service=item.out_of_service,
            )
            policy = self._office.policy
            made = add_fault(connection, found, by=by, now=now, policy=policy, inspection=done.id)
            self._office.audit.append_in(connection, made.entry(by))


def inspections_of(
    connection: Connection, camera_ids: list[str] | None = None
) -> tuple[Inspection, ...]:
    """Return inspections, the oldest first; of all cameras by default."""
    i = inspection_table.c
    wanted = select(inspection_table).order_by(i.done_at, i.id)
    if camera_ids is not None:
        wanted = wanted.where(i.camera_id.in_(camera_ids))
    return tuple(_inspection(row) for row in connection.execute(wanted))


def overdue_at(
    connection: Connection, at: datetime, *, policy: Policy, turn: Turn | None = None
) -> tuple[Overdue, ...]:
    """Return the cameras that were not inspected in a quarter (Policy 426.4.1 (a)).

    A camera had to be inspected in it if it was in use when the quarter ended, however short
    before that it came: the inspection is overdue from that very instant on. Only what was both
    done and recorded before the quarter ended was in time.

    Parameters
    ----------
    connection
        Of the service role.
    at
        The present instant.
    turn
        The last one that is over, by default.
    """
    zone = ZoneInfo(policy.department.time_zone.value)
    asked = turn or turn_of(at, policy.inspections.every.value, zone).before
    period = asked.period(zone)
    if at < period.end:
        return ()
    places = places_of(connection)
    done: dict[str, list[Inspection]] = {}
    for each in inspections_of(connection):
        done.setdefault(each.camera_id, []).append(each)
    found = []
    for one in registered(connection):
        camera_id = one.camera.id
        own = [each for each in done.get(camera_id, []) if each.done_at >= period.start]
        in_time = any(each.done_at < period.end > each.recorded_at for each in own)
        if in_time or not in_use_at_end(one, places.get(camera_id, ()), period.end):
            continue
        later = min((each.recorded_at for each in own), default=None)
        overdue = Overdue(camera_id=camera_id, turn=asked, since=period.end, made_up_at=later)
        found.append(overdue)
    return tuple(found)


def in_use_at_end(one: Registered, places: tuple[CameraPlace, ...], end: datetime) -> bool:
    """Return whether a camera was in use in the last moment before an instant.

    One of which no installation is on record is in use from when it was added, while it is active.
    What is recorded after that instant takes nothing back: a camera that is then said to have been
    taken down before it, or put up after it, was in use as far as anybody knew.
    """
    known = [place for place in places if place.placed_at < end]
    if not known and one.created_at < end:
        return one.camera.active or bool(places)
    return any(place.from_at < end and not _down_before(place, end) for place in places)


def _down_before(place: CameraPlace, end: datetime) -> bool:
    """Return whether a camera was taken down before an instant, and that was on record by then."""
    if place.until_at is None or place.removed_at is None:
        return False
    return place.until_at < end and place.removed_at < end


def _check_items(items: tuple[Item, ...], policy: Policy) -> None:
    """Refuse items that are not the policy's, or of which nobody says what is not in order."""
    asked = policy.inspections.items
    if sorted(item.item for item in items) != sorted(asked.value):
        raise EquipmentError(
            "An inspection says each item once",
            given=[item.item for item in items],
            allowed=f"{', '.join(asked.value)} ({asked.section})",
        )
    for item in items:
        if not item.good and not item.words.strip():
            raise EquipmentError("What is not in order is not said", given=item.item)
        if not item.good:
            remark(policy, item.words, what=f"What is not in order ({item.item})")


def _place_then(connection: Connection, camera_id: str, at: datetime) -> int | None:
    for place in places_of(connection, [camera_id]).get(camera_id, ()):
        if place.from_at <= at and (place.until_at is None or at < place.until_at):
            return place.id
    return None


def _inspection(row: Row[Any]) -> Inspection:
    return Inspection(
        id=row.id,
        camera_id=row.camera_id,
        place_id=row.place_id,
        done_by=row.done_by,
        done_at=row.done_at,
        items=tuple(Item(**item) for item in row.items),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        makes_up=row.makes_up,
    )

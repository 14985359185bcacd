"""A made-up depot for tests: cars, cameras, trained people, shifts, and reads to count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from uuid import uuid4

from tests.access import Staff, new_name
from tests.people import made_actor
from tests.reads import store_reads
from workbench.audit import EventKind
from workbench.detections.cameras import Camera, CameraKind
from workbench.domain.person import Actor, Role
from workbench.domain.place import Point
from workbench.fleet.faults import Told
from workbench.fleet.inspections import Item
from workbench.fleet.places import PutUp
from workbench.fleet.registry import Site, Vehicle
from workbench.fleet.shift import Shift, Start
from workbench.runtime import Runtime

SOMEWHERE = Point(-121.281, 38.746)
DAMAGE, WORKS, UPGRADES = "No visible damage", "Functions properly", "Upgrades installed"
GREEN = {"Cameras": True, "LEARN": True, "GPS": True, "System": True}
READY = Start(affixed=True, software_started=True, lights=GREEN)
GOOD = (Item(item=DAMAGE, good=True), Item(item=WORKS, good=True), Item(item=UPGRADES, good=True))

REPORT, MEMO = "26-012207", "DM-26-0117"

_numbers = count(1)


@dataclass
class Depot:
    """Equipment in a test, and the people who use and look after it."""

    runtime: Runtime
    staff: Staff
    clock: Any

    @property
    def admin(self) -> Actor:
        return made_actor(Role.ALPR_ADMINISTRATOR, username="t.admin")

    @cached_property
    def supervisor(self) -> Actor:
        return self.person(Role.SUPERVISOR)

    def told(self, **said: Any) -> Told:
        """Return who is told of a fault: people of the department, and the paper's number."""
        people = {"supervisor": self.supervisor, "administrator": self._administrator}
        names = {post: actor.person.username for post, actor in people.items()}
        return Told(**{**names, "paper_number": REPORT, **said})

    @cached_property
    def _administrator(self) -> Actor:
        return self.person(Role.ALPR_ADMINISTRATOR)

    def person(self, *roles: Role, trained: Iterable[str] = ("CDMS", "LEARN")) -> Actor:
        """Return somebody with an account, trained in the given systems now."""
        created = self.staff.access.accounts.create(
            self.staff.admin, new_name(), display_name="Made Up", title="Police Officer"
        )
        name = created.username
        for role in roles or (Role.OFFICER,):
            self.staff.access.grants.grant_role(self.staff.admin, name, role)
        for system in trained:
            self.train(name, system)
        return made_actor(*(roles or (Role.OFFICER,)), username=name)

    def train(self, name: str, system: str, **span: datetime) -> None:
        given = {"completed_at": self.clock()} | span
        self.staff.access.grants.record_training(self.staff.admin, name, system, **given)

    def camera(self, kind: CameraKind = CameraKind.FIXED) -> str:
        """Return a camera that nobody has put up yet."""
        camera_id = f"F{uuid4().hex[:8]}{next(_numbers)}"
        position = None if kind is CameraKind.VEHICLE else SOMEWHERE
        new = Camera(id=camera_id, name="Made up", kind=kind, position=position)
        self.runtime.cameras.add(self.admin, new)
        return camera_id

    def site(self, at: Point = SOMEWHERE) -> str:
        name = f"Site {uuid4().hex[:8]}"
        new = Site(name=name, address="1 Made Up Street", position=at, public_owner=True)
        self.runtime.fleet.registry.add_site(self.admin, new)
        return name

    def car(self, *, marked: bool = True, cameras: int = 1) -> tuple[str, tuple[str, ...]]:
        """Return a car and the cameras that it carries from now on."""
        unit = f"U{uuid4().hex[:8]}"
        new = Vehicle(unit=unit, description="Made-up patrol car", marked=marked)
        self.runtime.fleet.registry.add_vehicle(self.admin, new)
        ids = tuple(self.camera(CameraKind.VEHICLE) for _ in range(cameras))
        for camera_id in ids:
            self.runtime.fleet.places.put(self.admin, camera_id, PutUp(vehicle=unit))
        return unit, ids

    def shift(self, unit: str, officer: Actor, start: Start = READY) -> Shift:
        """Return a shift that begins now, of somebody who was assigned to the car."""
        self.runtime.fleet.assignments.assign(self.admin, officer.person.username, unit)
        return self.runtime.fleet.shifts.start(officer, unit, start)

    def reads(self, camera_id: str, *at: datetime) -> None:
        """Store a read of a camera at each of the times."""
        rows = [_read(camera_id, time) for time in at]
        store_reads(self.runtime.database.owner, rows)

    def logged(self, kind: EventKind, key: str, value: object) -> list[dict[str, Any]]:
        """Return the records of a kind whose details say so, oldest first."""
        with self.runtime.database.owner.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT * FROM audit_record WHERE kind = %(kind)s"
                " AND details ->> %(key)s = %(value)s ORDER BY seq",
                {"kind": kind.value, "key": key, "value": str(value)},
            )
            return [dict(row) for row in rows.mappings()]


def every(minutes: float, start: datetime, end: datetime) -> list[datetime]:
    """Return times from a start up to, without, an end."""
    step, at, found = timedelta(minutes=minutes), start, []
    while at < end:
        found.append(at)
        at += step
    return found


def utc(*parts: int) -> datetime:
    """Return an instant of UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type] - parts of a date


def _read(camera_id: str, at: datetime) -> dict[str, Any]:
    return {
        "seen_at": at,
        "received_at": at,
        "camera_id": camera_id,
        "plate": "7MADEUP",
        "plate_normal": "7MADEUP",
        "pseudonym": False,
        "source": "test",
        "event_key": uuid4(),
        "flags": [],
    }

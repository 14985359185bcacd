"""The day's shifts of cars with readers: most in order, some not, and what is found broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from workbench.demo.cameras import FIXED_CAMERAS
from workbench.demo.city import City
from workbench.demo.day.agenda import Agenda
from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import WantedCar
from workbench.demo.equipment import OUT_OF_SERVICE, unit_of
from workbench.demo.trips import Passages
from workbench.demo.vehicles import Kind
from workbench.domain.criteria import SearchCriteria
from workbench.domain.equipment import PursuitExit
from workbench.domain.period import Period
from workbench.domain.person import Actor
from workbench.fleet.faults import Finding, Told
from workbench.fleet.places import PutUp
from workbench.fleet.registry import Vehicle
from workbench.fleet.shift import Shift, Start
from workbench.runtime import Runtime

CHECK = "Whether what this car reads on its shift arrives (426.6.1 (d))"
"""Why officers search for their own cars' reads."""

MEMO = "DM-26-0117"
"""Of the car's fault that waits for its repair."""

_READ_EVERY = timedelta(minutes=25)
_PARKED = 12
"""Cars that patrols pass on every round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A local time of the day; `days` is 1 for the morning after."""

    time: str
    days: int = 0

    def on(self, day: DayTimes) -> datetime:
        """Return the instant, in UTC."""
        return day.at(self.time, days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShift:
    """Who has which car, and what of it is in order.

    Attributes
    ----------
    car
        Its place among the city's patrol cars, from 0.
    searches
        When the person looks for the car's own reads; ``None`` for never.
    red
        Lights that are not green at the start.
    sends
        Whether what the car reads arrives.
    left_pursuit
        When a helicopter took a pursuit over.
    """

    car: int
    post: Post
    starts: Clock
    ends: Clock
    searches: Clock | None
    red: tuple[str, ...] = ()
    words: str = ""
    sends: bool = True
    left_pursuit: Clock | None = None


_AT_SIX, _AT_TWO, _AT_TEN = Clock(time="05:55"), Clock(time="13:55"), Clock(time="21:55")
_UNTIL_TWO, _UNTIL_TEN = Clock(time="14:04"), Clock(time="22:04")
_UNTIL_SIX = Clock(time="06:04", days=1)

SHIFTS = (
    PlannedShift(
        car=0,
        post=Post.OFFICER,
        starts=_AT_SIX,
        ends=_UNTIL_TWO,
        searches=Clock(time="13:41"),
    ),
    PlannedShift(
        car=1,
        post=Post.SECOND_OFFICER,
        starts=_AT_TWO,
        ends=_UNTIL_TEN,
        searches=None,
    ),
    PlannedShift(
        car=2,
        post=Post.NIGHT_OFFICER,
        starts=_AT_TEN,
        ends=_UNTIL_SIX,
        searches=Clock(time="05:31", days=1),
        red=("GPS",),
        words="GPS light red, no position on the screen",
    ),
    PlannedShift(
        car=3,
        post=Post.EARLY_OFFICER,
        starts=_AT_SIX,
        ends=_UNTIL_TWO,
        searches=Clock(time="13:18"),
        left_pursuit=Clock(time="09:37"),
    ),
    PlannedShift(
        car=4,
        post=Post.SUPERVISOR,
        starts=_AT_TWO,
        ends=_UNTIL_TEN,
        searches=Clock(time="21:22"),
    ),
    PlannedShift(
        car=5,
        post=Post.SECOND_NIGHT_OFFICER,
        starts=_AT_TEN,
        ends=_UNTIL_SIX,
        searches=Clock(time="05:44", days=1),
        sends=False,
    ),
)

UNSENT = frozenset(f"CAR-{shift.car + 1}" for shift in SHIFTS if not shift.sends)
"""Cameras whose reads of the day stay in the car."""


def passing_patrol(city: City, cars: Sequence[WantedCar], day: DayTimes) -> Passages:
    """Return parked cars that patrols pass all through their shifts, so that none stands still.

    Parameters
    ----------
    cars
        The wanted ones, which are not among them.
    """
    visitors = np.array(city.vehicles.of_kind(Kind.VISITOR))
    parked = np.setdiff1d(visitors, [car.vehicle for car in cars])[-_PARKED:]
    seen = [
        (FIXED_CAMERAS + shift.car, at.timestamp())
        for shift in SHIFTS
        if shift.sends
        for at in _rounds(day, shift)
    ]
    which = parked[np.arange(len(seen)) % _PARKED]
    camera, at_s = zip(*seen, strict=True)
    return Passages(which, np.array(camera), np.array(at_s))


class OnShift:
    """Puts readers on cars, assigns people to them, and keeps the log of the day's shifts.

    Parameters
    ----------
    runtime, agenda, staff
        The services, what is planned, and who works.
    city, day
        Whose cars, and when.
    """

    def __init__(
        self, runtime: Runtime, agenda: Agenda, staff: Staff, city: City, day: DayTimes
    ) -> None:
        self._runtime = runtime
        self._agenda = agenda
        self._staff = staff
        self._cars = city.patrol_cars
        self._day = day
        self._on: dict[int, Shift] = {}

    def plan(self) -> None:
        """Plan everything."""
        plan = self._agenda.plan
        plan(self._day.at("16:05", days=-1), self._set_up)
        for shift in SHIFTS:
            plan(shift.starts.on(self._day), partial(self._start, shift))
            if shift.searches is not None:
                plan(shift.searches.on(self._day), partial(self._search, shift))
            if shift.left_pursuit is not None:
                plan(shift.left_pursuit.on(self._day), partial(self._leave_pursuit, shift))
            plan(shift.ends.on(self._day), partial(self._end, shift))
        plan(self._day.at("08:10", days=1), self._tell_of_cars)
        plan(self._day.at("09:00", days=1), self._find_shutter)

    def _set_up(self) -> None:
        fleet, by = self._runtime.fleet, self._staff.actor(Post.ADMINISTRATOR)
        for shift in SHIFTS:
            car = self._cars[shift.car]
            fleet.registry.add_vehicle(by, Vehicle(unit=unit_of(car), description=car.name))
            fleet.places.put(by, car.camera_id, PutUp(vehicle=unit_of(car)))
            fleet.assignments.assign(by, self._staff.username(shift.post), unit_of(car))

    def _start(self, shift: PlannedShift) -> None:
        lights = self._runtime.policy.equipment.lights.value
        start = Start(
            affixed=True,
            software_started=True,
            lights={light: light not in shift.red for light in lights},
            words=shift.words,
        )
        unit = unit_of(self._cars[shift.car])
        self._on[shift.car] = self._runtime.fleet.shifts.start(self._by(shift), unit, start)

    def _search(self, shift: PlannedShift) -> None:
        """Look for the car's own reads of this shift through the door, as any look is made."""
        by, on = self._by(shift), self._on[shift.car]
        inquiry = self._runtime.inquiries.open(by, purpose="active_investigation", reason=CHECK)
        own = SearchCriteria(
            cameras=on.cameras, period=Period(on.started_at, self._runtime.clock())
        )
        self._runtime.door.search(by, inquiry.id, own)
        self._runtime.inquiries.close(by, inquiry.id)

    def _leave_pursuit(self, shift: PlannedShift) -> None:
        self._runtime.fleet.shifts.left_pursuit(
            self._by(shift),
            self._on[shift.car].id,
            PursuitExit.HELICOPTER,
            words="The helicopter had the car in sight on the freeway",
        )

    def _end(self, shift: PlannedShift) -> None:
        self._runtime.fleet.shifts.end(self._by(shift), self._on[shift.car].id)

    def _tell_of_cars(self) -> None:
        """Put on record who was told of what was found at the start of a shift, with the memo."""
        fleet = self._runtime.fleet
        for fault in fleet.faults.all(standing=True):
            if fault.vehicle is not None:
                fleet.faults.tell(
                    self._staff.actor(Post.SUPERVISOR), fault.id, self._told(paper_number=MEMO)
                )

    def _find_shutter(self) -> None:
        """Find a camera that does not work; malfunction of a fixed one needs no paper."""
        faults, by = self._runtime.fleet.faults, self._staff.actor(Post.ADMINISTRATOR)
        what = "Shutter stuck, all pictures are black"
        number = faults.find(by, Finding(what=what, camera=OUT_OF_SERVICE, out_of_service=True))
        faults.tell(by, number, self._told())

    def _told(self, paper_number: str | None = None) -> Told:
        return Told(
            supervisor=self._staff.username(Post.SUPERVISOR),
            administrator=self._staff.username(Post.ADMINISTRATOR),
            paper_number=paper_number,
        )

    def _by(self, shift: PlannedShift) -> Actor:
        return self._staff.actor(shift.post)


def _rounds(day: DayTimes, shift: PlannedShift) -> Iterator[datetime]:
    at = shift.starts.on(day) + timedelta(minutes=9 + shift.car)
    while at < shift.ends.on(day) - timedelta(minutes=6):
        yield at
        at += _READ_EVERY

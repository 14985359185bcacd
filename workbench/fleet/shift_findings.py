"""What is out of order with shifts: no own search, no reads, gaps, reads without a shift.

It is told by whole hours and whole days, and of as many reads as the policy lets be told: nobody
learns from it when a car read a plate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from workbench.audit.own_searches import Search, searches_by
from workbench.detections.read_counts import Gap, ReadCounts, Stretch
from workbench.domain.clock import Clock
from workbench.domain.equipment import ShiftWrong
from workbench.domain.period import Period
from workbench.domain.stretches import by_day, hour_of, left_out
from workbench.errors import EquipmentError
from workbench.fleet.own_detections import own_searches
from workbench.fleet.places import CameraPlace, places_of
from workbench.fleet.registry import all_vehicles
from workbench.fleet.shift import Shift, shifts_of
from workbench.fleet.told_cells import at_least, whole_hours_of
from workbench.policy import Policy

_MOMENT = timedelta(microseconds=1)
LONGEST = timedelta(days=100)
"""What one question may cover: a quarter, and some days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFinding:
    """Something out of order with a car or a shift.

    Attributes
    ----------
    shift_id, username
        ``None`` for reads without a shift.
    period
        In which it is so: the shift, the whole hours around a gap, or a whole day of the
        department for reads without a shift.
    reads_at_least
        How many there were, in steps of the fewest that may be told.
    searches
        How many there were.
    why
        In words.
    section
        Of the policy.
    """

    what: ShiftWrong
    vehicle: str
    shift_id: int | None
    username: str | None
    period: Period
    reads_at_least: int
    searches: int
    why: str
    section: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a shift."""

    shift: Shift
    on: Period
    reads: int
    searches: int
    gaps: tuple[Gap, ...]
    marked: bool


class ShiftFindings:
    """Looks for what is out of order; counts reads and shows none.

    Parameters
    ----------
    engine
        Of the service role, read-only and limited in time.
    policy, clock
        What is asked of a shift, and the present instant.
    """

    def __init__(self, engine: Engine, *, policy: Policy, clock: Clock) -> None:
        self._engine = engine
        self._rules = policy.equipment
        self._min_cell = policy.aggregates.min_cell.value
        self._zone = ZoneInfo(policy.department.time_zone.value)
        self._clock = clock
        self._counts = ReadCounts(engine)

    def within(self, window: Period) -> tuple[ShiftFinding, ...]:
        """Return what is out of order in a time, the oldest first.

        A shift belongs to the time in which it ended; one that lasts is looked at up to the
        present hour, for gaps alone: its search may still come. Reads without a shift are looked
        for on whole days of the department that are over.

        Raises
        ------
        EquipmentError
            If the time is longer than `LONGEST`.
        """
        if window.length > LONGEST:
            raise EquipmentError(
                "That is too long a time for one question",
                given=str(window.length),
                allowed=f"up to {LONGEST.days} days",
            )
        now = hour_of(self._clock())
        with self._engine.connect() as connection:
            days = self._days_over(window, now)
            ends = (window,) if days is None else (window, days)
            both = Period(min(one.start for one in ends), max(one.end for one in ends))
            shifts = shifts_of(connection, window=both)
            places = places_of(connection)
            marked = {one.unit: one.marked for one in all_vehicles(connection)}
            people = sorted({shift.username for shift in shifts})
            begun = min((shift.started_at for shift in shifts), default=window.start)
            until = max(now, window.end)
            searches = searches_by(connection, people, Period(begun, until)) if people else []
        found = [
            finding
            for known in self._known(shifts, now, searches, marked)
            if _belongs(known.shift, window)
            for finding in self._of_shift(known)
        ]
        if days is not None:
            found += self._without_shift(days, shifts, places, now)
        return tuple(sorted(found, key=lambda one: (one.period.start, one.vehicle, one.what)))

    def _known(
        self,
        shifts: tuple[Shift, ...],
        now: datetime,
        searches: list[Search],
        marked: Mapping[str, bool],
    ) -> Iterator[_Known]:
        times = {shift.id: _until(shift, now) for shift in shifts}
        stretches = [Stretch(shift.id, shift.cameras, times[shift.id]) for shift in shifts]
        counts = self._counts.of(stretches)
        longest = timedelta(minutes=self._rules.gap_minutes.value)
        gaps: dict[int, tuple[Gap, ...]] = {}
        for gap in self._counts.gaps(stretches, longer_than=longest):
            gaps[gap.key] = (*gaps.get(gap.key, ()), gap)
        for shift in shifts:
            on = times[shift.id]
            yield _Known(
                shift,
                on,
                at_least(counts[shift.id], self._min_cell),
                len(own_searches(shift, on, searches)),
                gaps.get(shift.id, ()),
                marked.get(shift.vehicle, True),
            )

    def _of_shift(self, known: _Known) -> Iterator[ShiftFinding]:
        rules, ended = self._rules, known.shift.ended_at is not None
        if not known.shift.start.ready:
            missing = ", ".join(known.shift.start.missing)
            yield _finding(known, ShiftWrong.NOT_READY, f"Not {missing}", rules.lights.section)
        if known.reads == 0 and ended:
            why = f"Fewer than {self._min_cell} reads of the whole shift are here: not uploaded"
            yield _finding(known, ShiftWrong.NO_READS, why, rules.gap_minutes.section)
            return
        wanted = rules.own_searches_per_shift
        if ended and known.searches < wanted.value:
            why = f"{known.searches} of {wanted.value} searches of the car's own detections"
            yield _finding(known, ShiftWrong.NO_SEARCH, why, wanted.section)
        for gap in known.gaps if known.marked else ():
            why = f"More than {rules.gap_minutes.value} minutes without a read"
            hours = whole_hours_of(gap.period)
            yield _finding(known, ShiftWrong.GAP, why, rules.gap_minutes.section, hours)

    def _days_over(self, window: Period, now: datetime) -> Period | None:
        """Return the whole days of the department around a window that are over."""
        first, last = (
            at.astimezone(self._zone).date() for at in (window.start, window.end - _MOMENT)
        )
        today = now.astimezone(self._zone).date()
        start, end = (
            datetime.combine(day, time(), self._zone).astimezone(UTC)
            for day in (first, min(last + timedelta(days=1), today))
        )
        return Period(start, end) if start < end else None

    def _without_shift(
        self,
        days: Period,
        shifts: tuple[Shift, ...],
        places: Mapping[str, tuple[CameraPlace, ...]],
        now: datetime,
    ) -> Iterator[ShiftFinding]:
        asked = [
            (vehicle, Stretch(number, (camera_id,), outside))
            for number, (vehicle, camera_id, outside) in enumerate(
                _outside_shifts(days, shifts, places, now, self._zone)
            )
        ]
        counts = self._counts.of([stretch for _, stretch in asked])
        seen: dict[tuple[str, Period], int] = {}
        for vehicle, stretch in asked:
            day = _whole_day(stretch.period, self._zone)
            seen[vehicle, day] = seen.get((vehicle, day), 0) + counts[stretch.key]
        for (vehicle, day), reads in seen.items():
            told = at_least(reads, self._min_cell)
            if told:
                yield ShiftFinding(
                    what=ShiftWrong.READS_WITHOUT_SHIFT,
                    vehicle=vehicle,
                    shift_id=None,
                    username=None,
                    period=day,
                    reads_at_least=told,
                    searches=0,
                    why=f"{told} reads or more while the car was on no shift",
                    section=self._rules.lights.section,
                )


def _until(shift: Shift, hour: datetime) -> Period:
    """Return the time of a shift: all of one that ended, up to an hour of one that lasts.

    Of one that began in the present hour it is its first moment: nothing is said of it yet.
    """
    end = shift.ended_at or max(hour, shift.started_at + _MOMENT)
    return Period(shift.started_at, end)


def _whole_day(part: Period, zone: ZoneInfo) -> Period:
    """Return the day of a zone in which a part of it lies."""
    day = part.start.astimezone(zone).date()
    start, end = (
        datetime.combine(one, time(), zone).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return Period(start, end)


def _belongs(shift: Shift, window: Period) -> bool:
    return shift.ended_at is None or window.start < shift.ended_at <= window.end


def _outside_shifts(
    window: Period,
    shifts: tuple[Shift, ...],
    places: Mapping[str, tuple[CameraPlace, ...]],
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[tuple[str, str, Period]]:
    on: dict[str, list[Period]] = {}
    for shift in shifts:
        if (lasted := shift.until(max(now, window.end))) is not None:
            on.setdefault(shift.vehicle, []).append(lasted)
    for camera_id, all_of_it in places.items():
        for place in all_of_it:
            there = place.within(window)
            if there is None or place.vehicle is None:
                continue
            for outside in left_out(there, on.get(place.vehicle, [])):
                for day in by_day(outside, zone):
                    yield place.vehicle, camera_id, day


def _finding(
    known: _Known, what: ShiftWrong, why: str, section: str, period: Period | None = None
) -> ShiftFinding:
    return ShiftFinding(
        what=what,
        vehicle=known.shift.vehicle,
        shift_id=known.shift.id,
        username=known.shift.username,
        period=period or known.on,
        reads_at_least=known.reads,
        searches=known.searches,
        why=why,
        section=section,
    )

"""What is out of order with shifts is found by itself: in the log, and by counting reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fleet import READY, every, utc
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.criteria import SearchCriteria
from workbench.domain.equipment import ShiftWrong
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.errors import EquipmentError
from workbench.fleet.shift_findings import LONGEST
from workbench.fleet.told_cells import whole_hours_of

MOMENT = timedelta(microseconds=1)
GAP = timedelta(minutes=60)
MIDNIGHT = utc(2026, 11, 2, 8)  # of the department, on the day of the tests' clock


def found(depot, unit: str, window: Period | None = None) -> list[Any]:
    now = depot.clock()
    asked = window or Period(now - timedelta(days=2), now)
    findings = depot.runtime.fleet.reading.shifts.within(asked)
    return [one for one in findings if one.vehicle == unit]


def kinds(depot, unit: str) -> list[ShiftWrong]:
    return [one.what for one in found(depot, unit)]


def searched(depot, officer: Any, **criteria: Any) -> None:
    inquiry = depot.runtime.inquiries.open(
        officer, purpose="active_investigation", reason="Whether the reads of the shift arrive"
    )
    depot.runtime.door.search(officer, inquiry.id, SearchCriteria(**criteria))


class Worked:
    """A shift of eight hours with a read every ten minutes, that has ended."""

    def __init__(self, depot: Any, *, search: dict[str, Any] | None = None, **of_car: Any) -> None:
        self.unit, self.cameras = depot.car(**of_car)
        depot.clock.move(hours=1)
        self.officer = depot.person()
        self.shift = depot.shift(self.unit, self.officer)
        self.start: datetime = depot.clock()
        self.end = self.start + timedelta(hours=8)
        depot.reads(self.cameras[0], *every(10, self.start, self.end))
        depot.clock.move(hours=7)
        if search is not None:
            named = {"cameras": self.cameras} | search
            searched(depot, self.officer, **named)
        depot.clock.move(hours=1)
        depot.runtime.fleet.shifts.end(self.officer, self.shift.id)


def test_a_shift_with_an_own_search_is_in_order(depot):
    assert kinds(depot, Worked(depot, search={}).unit) == []


def test_a_shift_with_reads_and_no_search_is_an_exception(depot):
    worked = Worked(depot)
    (finding,) = found(depot, worked.unit)
    assert (finding.what, finding.reads_at_least) == (ShiftWrong.NO_SEARCH, 40)
    assert finding.searches == 0
    assert (finding.shift_id, finding.section) == (worked.shift.id, "426.6.1")


def test_a_search_for_other_cameras_or_by_somebody_else_is_no_own_search(depot):
    other = depot.camera()
    assert kinds(depot, Worked(depot, search={"cameras": (other,)}).unit) == [ShiftWrong.NO_SEARCH]
    worked = Worked(depot)
    searched(depot, depot.person(), cameras=worked.cameras)
    assert kinds(depot, worked.unit) == [ShiftWrong.NO_SEARCH]


def test_a_search_for_a_plate_counts_only_if_it_found_reads(depot):
    nothing = {"plate": parse_pattern("9NOTHERE")}
    assert kinds(depot, Worked(depot, search=nothing).unit) == [ShiftWrong.NO_SEARCH]
    something = {"plate": parse_pattern("7MADE*")}
    assert kinds(depot, Worked(depot, search=something).unit) == []


def test_a_search_into_another_time_is_no_own_search(depot, clock):
    before = Period(clock() - timedelta(days=9), clock())
    assert kinds(depot, Worked(depot, search={"period": before}).unit) == [ShiftWrong.NO_SEARCH]


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (Outcome.RETURNED, True),
        (Outcome.TRUNCATED, True),
        (Outcome.FAILED, False),
        (Outcome.REFUSED, False),
        (None, False),
    ],
)
def test_only_a_search_that_returned_counts(depot, outcome, counts):
    unit, cameras = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    depot.reads(cameras[0], *every(5, depot.clock(), depot.clock() + timedelta(hours=1)))
    audit = depot.runtime.audit
    asked = Entry(
        EventKind.DETECTION_SEARCH,
        officer,
        purpose="active_investigation",
        criteria=SearchCriteria(cameras=cameras).as_json(),
        outcome=Outcome.STARTED,
    )
    seq = audit.append(asked).seq
    if outcome is not None:
        ended = {"access_id": seq, "outcome": outcome, "details": {"rows": 6}}
        audit.append(Entry(EventKind.LOOK_OUTCOME, officer, **ended))
    depot.clock.move(hours=1)
    depot.runtime.fleet.shifts.end(officer, shift.id)
    assert kinds(depot, unit) == ([] if counts else [ShiftWrong.NO_SEARCH])


def test_a_shift_without_reads_is_an_upload_fault_and_nothing_else(depot, clock):
    unit, _ = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    clock.move(hours=8)
    assert kinds(depot, unit) == [ShiftWrong.GAP], "while it lasts, reads may still come"
    depot.runtime.fleet.shifts.end(officer, shift.id)
    (finding,) = found(depot, unit)
    assert (finding.what, finding.reads_at_least) == (ShiftWrong.NO_READS, 0)


@pytest.mark.parametrize(("more", "uploaded"), [(-1, False), (0, True), (1, True)])
def test_so_few_reads_that_none_are_told_are_no_upload(depot, clock, policy, more, uploaded):
    unit, (camera_id,) = depot.car(marked=False)
    officer = depot.person()
    shift = depot.shift(unit, officer)
    reads = policy.aggregates.min_cell.value + more
    depot.reads(camera_id, *(clock() + n * timedelta(minutes=20) for n in range(reads)))
    clock.move(hours=8)
    depot.runtime.fleet.shifts.end(officer, shift.id)
    assert kinds(depot, unit) == [ShiftWrong.NO_SEARCH if uploaded else ShiftWrong.NO_READS]


@pytest.mark.parametrize(("more", "gap"), [(-1, False), (0, False), (1, True)])
@pytest.mark.parametrize("where", ["first", "between", "last"])
def test_a_gap_is_longer_than_the_policy_lets_pass(depot, clock, where, more, gap):
    unit, cameras = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    start = clock()
    end = start + timedelta(hours=4)
    longest = GAP + more * MOMENT
    quiet = {
        "first": Period(start, start + longest),
        "between": Period(start + timedelta(hours=2), start + timedelta(hours=2) + longest),
        "last": Period(end - longest, end),
    }[where]
    times = {at for at in every(15, start, end) if not quiet.start < at < quiet.end}
    times |= {at for at in (quiet.start, quiet.end) if start < at < end}
    if where == "first":
        times -= {start}
    depot.reads(cameras[0], *sorted(times))
    clock.at = end - timedelta(seconds=1)
    searched(depot, officer, cameras=cameras)
    clock.at = end
    depot.runtime.fleet.shifts.end(officer, shift.id)
    gaps = [one for one in found(depot, unit) if one.what is ShiftWrong.GAP]
    assert [one.period for one in gaps] == ([whole_hours_of(quiet)] if gap else [])


def test_only_marked_cars_have_their_readers_on_at_all_times(depot, clock):
    for marked in (True, False):
        unit, cameras = depot.car(marked=marked)
        officer = depot.person()
        depot.shift(unit, officer)
        depot.reads(cameras[0], clock())
        clock.move(hours=2)
        assert kinds(depot, unit) == ([ShiftWrong.GAP] if marked else [])


def test_one_camera_of_a_car_is_enough(depot, clock):
    unit, cameras = depot.car(cameras=2)
    officer = depot.person()
    depot.shift(unit, officer)
    start = clock()
    depot.reads(cameras[0], *every(100, start, start + timedelta(hours=5)))
    depot.reads(cameras[1], *every(100, start + timedelta(minutes=50), start + timedelta(hours=5)))
    clock.move(hours=5)
    assert kinds(depot, unit) == []


def test_reads_of_a_car_on_no_shift_are_told_when_the_day_is_over(depot, clock):
    worked = Worked(depot, search={})  # from 11 to 19 o'clock in California
    depot.reads(worked.cameras[0], *every(1, worked.end, worked.end + timedelta(minutes=24)))
    clock.move(hours=4)
    assert found(depot, worked.unit) == [], "the day is not over"
    clock.move(hours=2)
    (told,) = found(depot, worked.unit)
    assert told.what is ShiftWrong.READS_WITHOUT_SHIFT
    assert told.reads_at_least == 20
    assert told.period == Period(MIDNIGHT, MIDNIGHT + timedelta(days=1))


@pytest.mark.parametrize(("more", "told"), [(-1, []), (0, [10]), (1, [10])])
def test_few_reads_on_no_shift_are_not_told(depot, clock, more, told):
    unit, (camera_id,) = depot.car()
    depot.reads(camera_id, *every(1, clock(), clock() + timedelta(minutes=10 + more)))
    clock.move(days=1)
    assert [one.reads_at_least for one in found(depot, unit)] == told


def test_reads_on_no_shift_are_told_by_day_however_the_time_is_asked(depot, clock):
    unit, (camera_id,) = depot.car()
    midnight = MIDNIGHT + timedelta(days=1)
    ten = timedelta(minutes=10)
    depot.reads(camera_id, *every(1, midnight - ten, midnight + 2 * ten))
    clock.at = midnight + timedelta(days=1)
    assert [one.reads_at_least for one in found(depot, unit)] == [10, 20]
    around = Period(midnight - MOMENT, midnight + MOMENT)
    assert [one.reads_at_least for one in found(depot, unit, around)] == [10, 20]
    runtime = depot.runtime
    keys = {n.key for n in runtime.fleet.reading.notices() if n.subject == unit}
    assert len(keys) == 2
    clock.at = midnight + timedelta(days=7, minutes=30)
    (later,) = (n.key for n in runtime.fleet.reading.notices() if n.subject == unit)
    assert later in keys, "the other day is too old to be looked at"


def test_a_start_that_was_not_in_order_is_told(depot):
    unit, _ = depot.car()
    lights = {**READY.lights, "GPS": False}
    start = type(READY)(affixed=True, software_started=True, lights=lights, words="No GPS")
    depot.shift(unit, depot.person(), start)
    depot.clock.move(minutes=1)
    (finding,) = found(depot, unit)
    assert (finding.what, finding.why) == (ShiftWrong.NOT_READY, "Not GPS light green")


@pytest.mark.parametrize(("more", "inside"), [(-1, False), (0, True), (1, True)])
def test_a_shift_belongs_to_the_time_in_which_it_ended(depot, more, inside):
    worked = Worked(depot)
    window = Period(worked.end - timedelta(days=1), worked.end + more * MOMENT)
    assert bool(found(depot, worked.unit, window)) is inside
    later = Period(worked.end + more * MOMENT, worked.end + timedelta(days=1))
    assert bool(found(depot, worked.unit, later)) is (more < 0)


def test_a_question_covers_no_more_than_it_may(depot, clock):
    within = depot.runtime.fleet.reading.shifts.within
    within(Period(clock() - LONGEST, clock()))
    with pytest.raises(EquipmentError, match="too long"):
        within(Period(clock() - LONGEST - MOMENT, clock()))

"""What people learn of equipment tells of no single passage, however they ask and compare."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access import open_staff
from tests.fleet import READY, Depot, every
from tests.people import made_actor
from tests.service import open_service
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.stretches import HOUR
from workbench.fleet.as_json import health_json
from workbench.fleet.told_cells import told_hours, whole_hours_of

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
AT = "/v1/equipment"


@pytest.fixture
def depot(runtime, database, policy, clock) -> Depot:
    return Depot(runtime, open_staff(database, policy, clock), clock)


@pytest.fixture
def service(settings, policy, database, clock):
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def covered(depot: Depot, camera_id: str, start: datetime, end: datetime) -> dict[str, Any]:
    frame = depot.runtime.fleet.reading.coverage(Period(start, end))
    (row,) = frame[frame["camera_id"] == camera_id].astype(object).to_dict("records")
    return {name: row[name] for name in ("reads", "hours_alive", "hours_expected")}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return repr(one) == repr(other)


@pytest.fixture
def watched(depot, clock) -> str:
    """A camera that has been there for two days."""
    clock.move(days=-2)
    camera_id = depot.camera()
    clock.move(days=2)
    return camera_id


@pytest.mark.parametrize("width", [2 * MOMENT, timedelta(seconds=1), MINUTE, HOUR, 5 * HOUR])
def test_a_single_passage_shows_in_no_window(depot, clock, watched, width):
    seen = clock() - 3 * HOUR + timedelta(minutes=20, microseconds=7)
    before = covered(depot, watched, seen - width / 2, seen + width / 2)
    depot.reads(watched, seen)
    assert same(covered(depot, watched, seen - width / 2, seen + width / 2), before)


@pytest.mark.parametrize(("more", "told"), [(-1, None), (0, 10), (1, 11)])
def test_an_hour_is_told_from_the_policys_number_of_reads_on(depot, clock, watched, more, told):
    hour = clock() - 3 * HOUR
    depot.reads(watched, *(hour + n * MINUTE for n in range(10 + more)))
    row = covered(depot, watched, hour, hour + HOUR)
    assert (row["reads"] if told else None) == told
    assert row["hours_alive"] == (1 if told else 0)


def test_two_windows_that_overlap_differ_by_no_small_cell(depot, clock, watched):
    hour = clock() - 6 * HOUR
    depot.reads(watched, *(hour + n * MINUTE for n in range(30)), hour + HOUR + MINUTE)
    wide, narrow = (covered(depot, watched, hour, hour + n * HOUR) for n in (2, 1))
    assert (wide["reads"], wide["hours_alive"]) == (narrow["reads"], narrow["hours_alive"])
    total = covered(depot, watched, hour - DAY, hour + 3 * HOUR)
    assert (total["reads"], total["hours_alive"]) == (30, 1)


def test_ends_within_an_hour_are_widened_and_the_answer_says_so(service, clock):
    depot = Depot(service.runtime, service.staff, clock)
    camera_id, hour = depot.camera(), clock() - 3 * HOUR
    depot.reads(camera_id, *(hour + n * MINUTE for n in range(12)))
    with service.http(service.token(Role.GARAGE)) as client:
        odd = {"start": (hour + 5 * MINUTE).isoformat(), "end": (hour + 6 * MINUTE).isoformat()}
        told = client.get(f"{AT}/coverage", params=odd).json()
        papers = client.get(f"{AT}/cameras/{camera_id}", params=odd).json()
    assert (told["start"], told["end"]) == (hour.isoformat(), (hour + HOUR).isoformat())
    (row,) = [one for one in told["cameras"] if one["camera_id"] == camera_id]
    assert row["reads"] == papers["coverage"]["reads"] == 12


def test_the_hour_that_still_runs_is_not_told(depot, clock, watched):
    hour = clock()
    clock.move(minutes=50)
    before = covered(depot, watched, hour - HOUR, clock())
    depot.reads(watched, *(hour + n * MINUTE for n in range(40)))
    assert same(covered(depot, watched, hour - HOUR, clock()), before)
    clock.move(minutes=10)
    assert covered(depot, watched, hour - HOUR, clock())["reads"] == 40


@given(
    hours=st.dictionaries(st.integers(0, 71), st.integers(1, 25), max_size=20),
    start=st.integers(0, 71),
    length=st.integers(1, 72),
    changed=st.integers(0, 71),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_a_told_cell_has_enough_reads(clock, hours, start, length, changed):
    first = clock().replace(hour=0)
    counts = {first + n * HOUR: reads for n, reads in hours.items()}
    asked = Period(first + start * HOUR, first + (start + length) * HOUR)
    within = {hour: n for hour, n in counts.items() if asked.start <= hour < asked.end}
    told = told_hours(within, asked, min_cell=10)
    by_day: dict[datetime, int] = {}
    for hour, reads in told.items():
        if reads < 10:
            by_day[hour.replace(hour=0)] = by_day.get(hour.replace(hour=0), 0) + reads
    assert all(reads >= 10 for reads in by_day.values())
    assert all(asked.start <= day and day + DAY <= asked.end for day in by_day)
    # One more passage where nothing was is told of by nothing but a cell that has enough.
    hour = first + changed * HOUR
    if hour not in within and asked.start <= hour < asked.end:
        more = told_hours(within | {hour: 1}, asked, min_cell=10)
        assert (
            more == told
            or sum(
                reads for at, reads in more.items() if at.replace(hour=0) == hour.replace(hour=0)
            )
            >= 10
        )


@given(st.integers(0, 10**12), st.integers(1, 10**11))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whole_hours_hold_all_that_was_asked_for(clock, since, length):
    start = clock() + since * MOMENT
    asked = Period(start, start + length * MOMENT)
    hours = whole_hours_of(asked)
    assert hours.start <= asked.start < hours.start + HOUR
    assert hours.end - HOUR < asked.end <= hours.end
    assert whole_hours_of(hours) == hours


def standing(depot: Depot, camera_id: str) -> str:
    told = health_json(depot.runtime.fleet.reading.health())
    mine = [one for one in told["cameras"] if one["camera_id"] == camera_id]
    return json.dumps([mine, [one for one in told["findings"] if one["on"] == camera_id]])


def test_health_names_no_time_of_a_read(depot, clock, watched):
    seen = clock() - 30 * HOUR + timedelta(minutes=20, microseconds=7)
    depot.reads(watched, seen)
    told = standing(depot, watched)
    assert '"silent"' in told
    assert not {seen.isoformat(), f"{seen:%H:%M}", f"{seen + DAY:%H:%M}"} & set(told.split('"'))
    for at in (seen, seen + DAY):
        assert f"{at:%Y-%m-%dT%H}" not in told


def test_a_passage_of_now_changes_nothing_of_health_before_the_hour_is_over(depot, clock, watched):
    depot.reads(watched, clock() - 2 * HOUR)
    clock.move(minutes=10)
    before = standing(depot, watched)
    depot.reads(watched, clock() - MINUTE)
    assert standing(depot, watched) == before
    clock.move(minutes=50)
    assert standing(depot, watched) == before, "nor afterwards, where one more is no more"


def test_no_window_finds_a_passage_of_a_car_on_no_shift(depot, clock):
    unit, (camera_id,) = depot.car()
    clock.move(hours=5)
    seen = clock() - 2 * HOUR + timedelta(minutes=3, microseconds=7)
    depot.reads(camera_id, seen)
    clock.move(days=2)
    for width in (2 * MOMENT, MINUTE, HOUR, DAY):
        found = depot.runtime.fleet.reading.shifts.within(Period(seen - width, seen + width))
        assert [one for one in found if one.vehicle == unit] == []


def test_a_gap_of_a_lasting_shift_shows_with_the_hour(depot, clock):
    unit, (camera_id,) = depot.car()
    depot.shift(unit, depot.person())
    depot.reads(camera_id, clock() + timedelta(minutes=17))
    hour = clock()

    def gaps(after: timedelta) -> list[Period]:
        clock.at = hour + after
        found = depot.runtime.fleet.reading.shifts.within(Period(hour - DAY, hour + DAY))
        return [one.period for one in found if one.vehicle == unit]

    assert gaps(2 * HOUR - MOMENT) == []
    assert gaps(2 * HOUR) == [Period(hour, hour + 2 * HOUR)]


def test_the_garage_and_other_officers_see_nothing_of_others_shifts(service, clock):
    depot = Depot(service.runtime, service.staff, clock)
    unit, _ = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    clock.move(hours=8)
    service.runtime.fleet.shifts.end(officer, shift.id)
    seen = {}
    for role in (Role.GARAGE, Role.OFFICER, Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR):
        with service.http(service.token(role)) as client:
            told = client.get(f"{AT}/shifts/exceptions").json()["exceptions"]
        seen[role] = unit in {one["vehicle"] for one in told}
    assert {role for role, told in seen.items() if told} == {Role.SUPERVISOR, Role.AUDITOR}
    own = depot.runtime.fleet.reading.exceptions(
        made_actor(Role.OFFICER, username=officer.person.username), Period(clock() - DAY, clock())
    )
    assert unit in {one.vehicle for one in own}


def test_reads_are_counted_in_steps_where_people_choose_the_time(depot, clock):
    unit, (camera_id,) = depot.car(marked=False)
    officer = depot.person()
    depot.runtime.fleet.assignments.assign(depot.admin, officer.person.username, unit)
    told = set()
    for reads in (23, 24, 29):
        begun = depot.runtime.fleet.shifts.start(officer, unit, READY)
        depot.reads(camera_id, *every(5, clock(), clock() + reads * 5 * MINUTE))
        clock.move(hours=4)
        depot.runtime.fleet.shifts.end(officer, begun.id)
        found = depot.runtime.fleet.reading.shifts.within(Period(clock() - HOUR, clock()))
        (finding,) = [one for one in found if one.shift_id == begun.id]
        told.add(finding.reads_at_least)
    assert told == {20}

"""How a list stands: at each limit one below, on it and one above; told within the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from tests.hot_lists import csv_text, plates
from workbench.domain.hot_entry import ListKind
from workbench.hotlists.lists.standing import standing
from workbench.hotlists.lists.telling import notices

LIST = csv_text(plates(200))
_numbers = count()
MICRO = timedelta(microseconds=1)
NOON = datetime(2026, 11, 2, 20, tzinfo=UTC)
"""Noon in the department's zone, where the day begins at 8 o'clock UTC."""


@pytest.fixture
def stand(database, policy, clock):
    def found(code: str):
        with database.service.connect() as connection:
            return standing(connection, code, at=clock(), policy=policy)

    return found


@pytest.fixture
def told(database, policy, clock):
    def found(code: str):
        with database.service.connect() as connection:
            all_of_them = notices(connection, at=clock(), policy=policy)
        return [one for one in all_of_them if one.list_code == code]

    return found


def loaded_at(desk, code: str, at: datetime, content: str | None = None):
    """Load a list at a time; another file each time, because the same one is no other load."""
    desk.clock.at = at - timedelta(seconds=1)
    another = csv_text(plates(200, first=next(_numbers) % 20))
    return desk.load(code, another if content is None else content)


@pytest.mark.parametrize(("more", "stale"), [(-MICRO, False), (0 * MICRO, False), (MICRO, True)])
def test_a_list_is_stale_beyond_twelve_hours(desk, stand, clock, more, stale):
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    clock.at = NOON + timedelta(hours=12) + more
    found = stand(code)
    assert (found.stale, found.age) == (stale, timedelta(hours=12) + more)
    assert found.good is not stale


@pytest.mark.parametrize(("more", "stale"), [(-MICRO, False), (0 * MICRO, False), (MICRO, True)])
def test_a_special_list_is_stale_beyond_a_day(desk, stand, clock, more, stale):
    code = desk.list_at(kind=ListKind.SPECIAL)
    desk.parts.approvals.approve(desk.captain, code, reason="Series of burglaries")
    loaded_at(desk, code, NOON)
    clock.at = NOON + timedelta(hours=24) + more
    assert stand(code).stale is stale
    assert stand(code).loads_needed == 1


@pytest.mark.parametrize(("loads", "short"), [(1, True), (2, False), (3, False)])
def test_fewer_than_two_loads_on_a_calendar_day_are_a_violation(
    desk, stand, told, clock, loads, short
):
    clock.at = NOON - timedelta(days=3)
    code = desk.list_at()
    for number in range(loads):
        loaded_at(desk, code, NOON + timedelta(hours=number))
    clock.at = datetime(2026, 11, 3, 8, tzinfo=UTC) - MICRO
    assert (stand(code).loads_today, stand(code).short) == (loads, True)
    clock.at += MICRO
    found = stand(code)
    assert (found.loads_today, found.loads_yesterday, found.short) == (0, loads, short)
    notice = [one for one in told(code) if one.what == "short"]
    assert [one.since for one in notice] == ([clock.at] if short else [])


def test_a_calendar_day_is_the_departments_and_its_ends_belong_to_one_day(desk, stand, clock):
    clock.at = NOON - timedelta(days=3)
    code = desk.list_at()
    midnight = datetime(2026, 11, 2, 8, tzinfo=UTC)
    for at in (midnight - MICRO, midnight, midnight + timedelta(days=1) - MICRO):
        loaded_at(desk, code, at)
    clock.at = midnight + timedelta(hours=23)
    assert (stand(code).loads_yesterday, stand(code).loads_today) == (1, 2)


def test_a_day_with_25_hours_is_one_day(desk, stand, clock):
    """Clocks go back on 1 November 2026; that day begins at 7 and ends at 8 o'clock UTC."""
    clock.at = NOON - timedelta(days=9)
    code = desk.list_at()
    loaded_at(desk, code, datetime(2026, 11, 1, 7, tzinfo=UTC))
    loaded_at(desk, code, datetime(2026, 11, 2, 8, tzinfo=UTC) - MICRO)
    clock.at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (stand(code).loads_yesterday, stand(code).short) == (2, False)


def test_a_list_switched_on_during_the_day_owes_that_day_nothing(desk, stand, clock):
    clock.at = NOON
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    clock.at = NOON + timedelta(days=1)
    assert not stand(code).short


def test_failed_and_waiting_loads_are_none(desk, stand, clock):
    clock.at = NOON
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    loaded_at(desk, code, NOON + timedelta(minutes=1), "")
    loaded_at(desk, code, NOON + timedelta(minutes=2), csv_text(plates(10)))
    found = stand(code)
    assert found.loads_today == 1
    assert found.waiting.good == 10
    assert found.problem == found.waiting.problem
    assert found.problem_since == NOON + timedelta(minutes=1) - timedelta(0)
    assert not found.good


def test_a_failed_load_is_told_within_the_hour_until_one_is_in_force(desk, told, clock):
    clock.at = NOON
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    assert told(code) == []
    failed = loaded_at(desk, code, NOON + timedelta(hours=1), "")
    loaded_at(desk, code, NOON + timedelta(hours=2), "")
    (notice,) = told(code)
    assert (notice.what, notice.since) == ("failed", failed.began_at)
    assert notice.tell_by == failed.began_at + timedelta(hours=1)
    assert "empty" in notice.why
    loaded_at(desk, code, NOON + timedelta(hours=3))
    assert told(code) == []


def test_a_source_out_of_reach_for_a_day_is_told_also_where_nobody_tried(desk, told, clock):
    clock.at = NOON
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    clock.at = NOON + timedelta(hours=24)
    (notice,) = [one for one in told(code) if one.what == "stale"]
    assert notice.since == NOON + timedelta(hours=12)
    assert notice.tell_by == NOON + timedelta(hours=13)


def test_a_list_that_never_came_is_told_and_one_that_is_off_is_not(desk, told, clock):
    clock.at = NOON
    code = desk.list_at()
    (notice,) = told(code)
    assert (notice.what, notice.since) == ("never", NOON)
    desk.parts.lists.switch(desk.admin, code, on=False, reason="Not used here")
    assert told(code) == []


def test_a_clock_that_stands_before_the_load_makes_the_list_stale(desk, stand, told, clock):
    clock.at = NOON
    code = desk.list_at()
    loaded_at(desk, code, NOON)
    clock.at = NOON - timedelta(minutes=10)
    assert not stand(code).stale
    clock.at -= MICRO
    assert (stand(code).stale, stand(code).age) == (True, None)
    assert "clock" in told(code)[0].why


def test_a_list_that_the_policy_asks_for_is_told_while_it_is_missing_or_off(
    desk, told, clock, database
):
    with database.owner.begin() as owner:
        mine = "(SELECT id FROM hot_list_load WHERE list_code = 'SLR')"
        owner.execute(text(f"DELETE FROM hot_list_entry WHERE load_id IN {mine}"))  # noqa: S608 - ours
        owner.execute(text("DELETE FROM hot_list_load WHERE list_code = 'SLR'"))
        owner.execute(text("DELETE FROM hot_list WHERE code = 'SLR'"))
    clock.at = NOON
    (notice,) = told("SLR")
    assert (notice.what, notice.since) == ("missing", NOON - timedelta(hours=12))
    assert "426.6.4" in notice.why
    desk.list_at("SLR")
    assert [one.what for one in told("SLR")] == ["never"]
    desk.load("SLR", LIST)
    assert told("SLR") == []
    off = desk.parts.lists.switch(desk.admin, "SLR", on=False, reason="For a test")
    assert [(one.what, one.since) for one in told("SLR")] == [("off", off.at)]

"""A drop is told, a quiet night, a holiday and one strange week are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.fleet.drops import (
    FEWEST_EXPECTED,
    FEWEST_WEEKS,
    HOURS,
    Compared,
    compare,
    compared_cameras,
    drops,
    same_hours,
)

ZONE = ZoneInfo("America/Los_Angeles")
HORIZON = datetime(2026, 11, 20, 20, tzinfo=UTC)


def compared(reads: int, *others: int, camera_id: str = "C") -> Compared:
    one = compare(camera_id, [reads], [[other] for other in others])
    assert one is not None
    return one


@pytest.mark.parametrize(("reads", "dropped"), [(99, True), (100, False), (101, False)])
def test_less_than_the_share_is_a_drop_and_the_share_itself_is_not(reads, dropped):
    found = drops([compared(reads, 200, 200, 200, 200)], 0.5)
    assert bool(found.dropped) is dropped


@pytest.mark.parametrize(("expected", "tells"), [(-1, False), (0, True), (1, True)])
def test_a_quiet_night_tells_nothing(expected, tells):
    usual = FEWEST_EXPECTED + expected
    assert (compare("C", [0], [[usual]] * 4) is not None) is tells


def test_only_as_many_hours_as_needed_are_looked_at():
    lately, usual = [0, 500, 500], [FEWEST_EXPECTED // 2, FEWEST_EXPECTED, 500]
    one = compare("C", lately, [usual] * 4)
    assert one is not None
    assert (one.hours, one.reads) == (2, 500)


def test_too_few_other_weeks_tell_nothing():
    usual = [[1000]] * FEWEST_WEEKS
    assert compare("C", [0], usual) is not None
    assert compare("C", [0], usual[1:]) is None


@pytest.mark.parametrize("strange", [0, 100_000])
def test_one_strange_week_changes_nothing(strange):
    assert drops([compared(20, 200, 210, 190, strange)], 0.5).dropped
    assert not drops([compared(190, 200, 210, 190, strange)], 0.5).dropped


def test_a_camera_whose_weeks_differ_that_much_anyway_has_not_dropped():
    assert not drops([compared(70, 50, 62, 400, 500)], 0.5).dropped


def test_a_holiday_is_no_fault_of_sixty_cameras_and_is_told_once():
    rest = [compared(60, 200, 200, 200, 200, camera_id=f"C{n}") for n in range(6)]
    dead = compared(5, 200, 200, 200, 200, camera_id="dead")
    found = drops([*rest, dead], 0.5)
    assert found.all_dropped
    assert [one.camera_id for one in found.dropped] == ["dead"]


def test_a_few_cameras_are_not_all():
    found = drops([compared(5, 200, 200, 200, 200, camera_id=f"C{n}") for n in range(4)], 0.5)
    assert (found.typical, found.all_dropped, len(found.dropped)) == (None, False, 4)


def test_the_same_hours_are_those_of_the_clock_on_the_wall():
    at = datetime(2026, 11, 4, 18, tzinfo=UTC)  # clocks went back on 1 November
    for week in range(4):
        local = [hour.astimezone(ZONE) for hour in same_hours(at, week, ZONE)]
        assert local[0].hour == 9
        assert len(local) == HOURS


def test_weeks_before_a_trailer_came_say_nothing():
    hours = [hour for week in range(5) for hour in same_hours(HORIZON, week, ZONE)]
    counts = {"T": dict.fromkeys(hours, 100)}
    since = HORIZON - timedelta(days=23)
    assert compared_cameras(counts, {"T": since}, horizon=HORIZON, weeks=4, zone=ZONE)
    moved = {"T": since + timedelta(days=7)}
    assert not compared_cameras(counts, moved, horizon=HORIZON, weeks=4, zone=ZONE)


@given(
    st.lists(st.integers(0, 500), min_size=24, max_size=24),
    st.lists(st.lists(st.integers(0, 500), min_size=24, max_size=24), min_size=3, max_size=6),
)
def test_what_is_compared_was_expected_to_be_enough_and_a_drop_is_below_its_share(lately, others):
    one = compare("C", lately, others)
    if one is None:
        assert np.median(np.sum(others, axis=1)) < FEWEST_EXPECTED
        return
    assert one.expected >= FEWEST_EXPECTED
    assert one.expected == np.median(np.sum(np.array(others)[:, : one.hours], axis=1))
    found = drops([one], 0.5)
    assert bool(found.dropped) is (
        one.reads < 0.5 * one.expected and one.reads < one.other_weeks[1]
    )


@pytest.mark.parametrize("scatter", [0.0, 0.2, 0.35])
def test_chance_alone_gives_hardly_an_alarm(scatter):
    """Sixty cameras whose days scatter, 300 times: at most one in a thousand is called dropped."""
    chance = np.random.default_rng(426)
    false, told = 0, 0
    for _ in range(300):
        usual = FEWEST_EXPECTED * 1.5 * chance.lognormal(0, scatter, (60, 5))
        made = [compare("C", [row[0]], [[n] for n in row[1:]]) for row in chance.poisson(usual)]
        found = drops([one for one in made if one is not None], 0.5)
        false, told = false + len(found.dropped), told + len(found.compared)
    assert told > 15_000
    assert false <= told / 1_000


def test_a_dead_camera_among_lively_ones_is_found():
    chance = np.random.default_rng(427)
    usual = 200 * chance.lognormal(0, 0.35, (60, 5))
    made = [compare("C", [row[0]], [[n] for n in row[1:]]) for row in chance.poisson(usual)]
    dead = compared(0, 200, 210, 190, 200, camera_id="dead")
    found = drops([*(one for one in made if one is not None), dead], 0.5)
    assert [one.camera_id for one in found.dropped] == ["dead"]

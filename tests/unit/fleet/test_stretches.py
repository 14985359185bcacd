"""Stretches of time: what is shared and what is left out make the whole, once."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.period import Period
from workbench.domain.stretches import HOUR, by_day, hour_of, joined, left_out, shared, whole_hours

START = datetime(2026, 10, 31, tzinfo=UTC)
WINDOW = Period(START, START + timedelta(hours=10))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(st.integers(-100, 700))
    return Period(
        START + timedelta(minutes=first),
        START + timedelta(minutes=first + draw(st.integers(1, 300))),
    )


MINUTES = [START + timedelta(minutes=minute) for minute in range(600)]


def covered(at: datetime, all_of_it: list[Period]) -> bool:
    return any(each.start <= at < each.end for each in all_of_it)


@given(st.lists(periods(), max_size=6))
def test_what_is_covered_and_what_is_left_out_make_the_window_and_share_nothing(given_periods):
    out = left_out(WINDOW, given_periods)
    for at in MINUTES:
        assert covered(at, out) is not covered(at, given_periods)


@given(st.lists(periods(), max_size=6))
def test_joined_periods_cover_the_same_and_do_not_touch(given_periods):
    found = joined(given_periods)
    assert all(covered(at, found) is covered(at, given_periods) for at in MINUTES)
    assert all(one.end < other.start for one, other in itertools.pairwise(found))


@given(st.lists(periods(), max_size=6))
def test_a_whole_hour_is_covered_from_its_first_to_its_last_minute(given_periods):
    found = set(whole_hours(given_periods))
    for hour in {hour_of(at) for at in MINUTES}:
        minutes = [hour + timedelta(minutes=minute) for minute in range(60)]
        assert (hour in found) is all(covered(at, given_periods) for at in minutes)


@given(periods(), periods())
def test_what_two_periods_share_is_in_both(one, other):
    both = shared(one, other)
    assert both == shared(other, one)
    for at in MINUTES:
        inside = both is not None and covered(at, [both])
        assert inside is (covered(at, [one]) and covered(at, [other]))


@given(periods())
def test_days_make_the_whole_and_each_lies_in_one(given_period):
    zone = ZoneInfo("America/Los_Angeles")
    days = list(by_day(given_period, zone))
    assert (days[0].start, days[-1].end) == (given_period.start, given_period.end)
    assert all(one.end == other.start for one, other in itertools.pairwise(days))
    moment = timedelta(microseconds=1)
    dates = [{at.astimezone(zone).date() for at in (d.start, d.end - moment)} for d in days]
    assert [len(each) for each in dates] == [1] * len(days)
    assert len(set().union(*dates)) == len(days)


def test_an_hour_lacking_a_microsecond_is_not_whole():
    whole = Period(START, START + HOUR)
    moment = timedelta(microseconds=1)
    assert list(whole_hours([whole])) == [START]
    assert list(whole_hours([Period(START + moment, START + HOUR)])) == []
    assert list(whole_hours([Period(START, START + HOUR - moment)])) == []

"""Months, quarters and years of the department lie side by side, without gap or overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.quarter import parse_quarter
from workbench.fleet.calendar import Every, turn_of

ZONE = ZoneInfo("America/Los_Angeles")
INSTANTS = st.datetimes(
    datetime(1995, 1, 1),
    datetime(2080, 1, 1),
    timezones=st.just(UTC),
)
MOMENT = timedelta(microseconds=1)


@given(INSTANTS, st.sampled_from(get_args(Every)), st.sampled_from([ZONE, ZoneInfo("UTC")]))
def test_every_instant_lies_in_one_turn_and_turns_touch(at, every, zone):
    turn = turn_of(at, every, zone)
    period = turn.period(zone)
    assert period.start <= at < period.end
    assert turn.before.period(zone).end == period.start
    assert turn.after.period(zone).start == period.end
    assert turn_of(period.end - MOMENT, every, zone) == turn
    assert turn_of(period.end, every, zone) == turn.after


@given(INSTANTS)
def test_a_quarter_is_that_of_the_audits(at):
    turn = turn_of(at, "quarter", ZONE)
    assert turn.period(ZONE) == parse_quarter(str(turn)).period(ZONE)


@pytest.mark.parametrize(
    ("end", "hours"),
    [("2026-04-01T07:00+00:00", -1), ("2026-10-01T07:00+00:00", 0), ("2027-01-01T08:00+00:00", 1)],
)
def test_quarters_end_at_local_midnight_whatever_clocks_did(end, hours):
    at = datetime.fromisoformat(end)
    assert turn_of(at - MOMENT, "quarter", ZONE).after == turn_of(at, "quarter", ZONE)
    period = turn_of(at - MOMENT, "quarter", ZONE).period(ZONE)
    assert period.length % timedelta(days=1) == hours * timedelta(hours=1) % timedelta(days=1)

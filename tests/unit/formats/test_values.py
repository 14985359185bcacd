"""Times and positions: an instant survives every way of writing it, half of one is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deliveries import ZONE, made_context
from workbench.detections.formats.values import (
    instant_of_epoch,
    instant_of_text,
    number,
    picture,
    position,
    share,
)
from workbench.domain.place import Point
from workbench.domain.read import Flag
from workbench.errors import RecordError

INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ZONES = st.sampled_from([ZONE, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), UTC])
SECONDS = "%m/%d/%Y %I:%M:%S %p"


@given(at=INSTANTS, offset=OFFSETS)
def test_an_instant_with_its_offset_is_the_same_in_any_zone(at, offset):
    found, flags = instant_of_text(at.astimezone(offset).isoformat(), "at", ZONE)
    assert (found, flags) == (at, frozenset())


@given(at=INSTANTS, zone=ZONES)
def test_a_local_time_is_its_instant_or_is_marked(at, zone):
    at = at.replace(microsecond=0)
    found, flags = instant_of_text(at.astimezone(zone).strftime(SECONDS), "at", zone, SECONDS)
    assert found == at or (flags == {Flag.TIME_AMBIGUOUS} and found < at)


@given(at=INSTANTS)
def test_milliseconds_since_1970_are_exact(at):
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    count = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    for written in (count, str(count)):
        assert instant_of_epoch(written, "at", per_second=1000) == at


def test_the_hour_that_occurs_twice_is_the_earlier_one_and_marked():
    found, flags = instant_of_text("2026-11-01T01:30:00", "at", ZONE)
    assert found == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert flags == {Flag.TIME_AMBIGUOUS}


def test_the_hour_that_clocks_skip_is_refused():
    with pytest.raises(RecordError, match="does not exist"):
        instant_of_text("2026-03-08T02:30:00", "at", ZONE)


@pytest.mark.parametrize("text", ["", "noon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(RecordError):
        instant_of_text(text, "at", ZONE)


@pytest.mark.parametrize("count", [None, "", "soon", 10**20, float("inf"), "9" * 5000])
def test_what_is_no_count_of_time_is_refused(count):
    with pytest.raises(RecordError):
        instant_of_epoch(count, "at", per_second=1000)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_may_be_written_as_text(value):
    assert number(repr(value), "n") == value


@pytest.mark.parametrize("value", [True, "x", float("nan"), "inf", [], 10**400])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(RecordError):
        number(value, "n")


@pytest.mark.parametrize(
    ("value", "taken"), [(-0.1, False), (0, True), (100, True), (100.1, False)]
)
def test_a_share_lies_within_its_range(value, taken):
    if taken:
        assert share(value, "c", out_of=100) == value / 100
    else:
        with pytest.raises(RecordError, match="out of range"):
            share(value, "c", out_of=100)


def test_a_position_outside_the_area_is_kept_unless_it_looks_swapped():
    context = made_context()
    assert position(-122.33, 47.61, context) == Point(-122.33, 47.61)
    assert position(0, 0, context) == Point(0, 0)
    with pytest.raises(RecordError, match="lon"):
        position(38.75, -121.28, context)


def test_a_picture_may_come_as_a_data_url_with_line_ends():
    assert picture("data:image/png;base64,aGV5\n", "p") == b"hey"
    assert picture("", "p") is None

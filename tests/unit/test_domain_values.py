"""Plates, patterns, places and periods keep their laws."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.criteria import (
    CanvassCriteria,
    SearchCriteria,
    canvass_from_json,
    search_from_json,
)
from workbench.domain.pattern import STAR_LIMIT, parse_pattern
from workbench.domain.period import Period, local_instants, local_period, utc
from workbench.domain.place import MAX_RADIUS_M, Circle, Point, Polygon
from workbench.domain.plate import MAX_PLATE_CHARACTERS, checked_plate, normal_plate
from workbench.errors import CriteriaError, PatternError, PeriodError, PlaceError, PlateError

PACIFIC = ZoneInfo("America/Los_Angeles")


@given(st.text())
def test_normal_plate_of_a_normal_plate_is_itself(text: str) -> None:
    once = normal_plate(text)
    assert normal_plate(once) == once


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_normal_plate_of_ascii_holds_capitals_and_digits_alone(text: str) -> None:
    assert re.fullmatch(r"[A-Z0-9]*", normal_plate(text))


@pytest.mark.parametrize(
    ("length", "taken"),
    [(0, False), (1, True), (MAX_PLATE_CHARACTERS, True), (MAX_PLATE_CHARACTERS + 1, False)],
)
def test_a_plate_has_one_to_twelve_characters(length: int, taken: bool) -> None:
    if taken:
        assert checked_plate(" A" * length) == "A" * length
    else:
        with pytest.raises(PlateError, match="allowed: 1 to 12"):
            checked_plate("A" * length)


@pytest.mark.parametrize("text", ["   ", "---", "A" * 40, "\n"])
def test_blanks_and_forty_characters_are_no_plate(text: str) -> None:
    with pytest.raises(PlateError):
        checked_plate(text)


@pytest.mark.parametrize(
    ("pattern", "plate", "fits"),
    [
        ("7ABC123", "7ABC123", True),
        ("7ABC12", "7ABC123", False),
        ("7AB?123", "7ABX123", True),
        ("7AB?123", "7AB123", False),
        ("7*", "7", True),
        ("7*", "7" + "A" * STAR_LIMIT, True),
        ("7*", "7" + "A" * (STAR_LIMIT + 1), False),
        ("@ABC", "XABC", True),
        ("@ABC", "1ABC", False),
        ("#ABC", "1ABC", True),
        ("#ABC", "XABC", False),
        ("[38B]ABC", "8ABC", True),
        ("[38B]ABC", "7ABC", False),
        ("*123", "7ABC123", True),
    ],
)
def test_learn_wildcards(pattern: str, plate: str, fits: bool) -> None:
    parsed = parse_pattern(pattern)
    assert parsed.matches(plate) is fits
    assert plate.startswith(parsed.prefix) or not fits


@pytest.mark.parametrize("pattern", ["", "*", "**", "[", "[]", "7[AB", "7]", "[A B]", "A" * 13])
def test_patterns_that_find_everything_or_do_not_parse_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="plate pattern|closes nothing"):
        parse_pattern(pattern)


@given(st.text(alphabet="ABC0123", min_size=1, max_size=8))
def test_a_plate_is_a_pattern_for_itself_alone(plate: str) -> None:
    parsed = parse_pattern(plate)
    assert parsed.exact == plate
    assert parsed.matches(plate)
    assert not parsed.matches(plate + "0")


@pytest.mark.parametrize(("lon", "lat"), [(180.0001, 0), (0, 91), (0, -90.01), (float("nan"), 0)])
def test_positions_outside_the_earth_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(PlaceError, match="not on the earth"):
        Point(lon, lat)


def test_swapped_coordinates_are_named_as_such() -> None:
    with pytest.raises(PlaceError, match="lon and lat look swapped"):
        Point(lon=38.746, lat=-121.281)


@pytest.mark.parametrize(
    ("radius_m", "taken"),
    [(0, False), (0.1, True), (MAX_RADIUS_M, True), (MAX_RADIUS_M + 1, False)],
)
def test_radius_limits(radius_m: float, taken: bool) -> None:
    centre = Point(-121.28, 38.75)
    if taken:
        assert Circle(centre, radius_m).radius_m == radius_m
    else:
        with pytest.raises(PlaceError, match="radius"):
            Circle(centre, radius_m)


@given(
    st.floats(-179, 179),
    st.floats(-80, 80),
    st.floats(10, 20_000),
    st.floats(0, 360),
    st.floats(0, 0.999),
)
def test_the_box_around_a_circle_holds_every_point_in_it(
    lon: float, lat: float, radius_m: float, bearing: float, share: float
) -> None:
    import math

    circle = Circle(Point(lon, lat), radius_m)
    step_lat = math.degrees(share * radius_m / 6_371_008.8) * math.cos(math.radians(bearing))
    step_lon = math.degrees(share * radius_m / 6_371_008.8) * math.sin(math.radians(bearing))
    near_lat = lat + step_lat
    near_lon = lon + step_lon / math.cos(math.radians(near_lat))
    min_lon, min_lat, max_lon, max_lat = circle.bounds()
    assert min_lat <= near_lat <= max_lat
    assert min_lon <= near_lon <= max_lon


def test_a_polygon_needs_three_corners() -> None:
    with pytest.raises(PlaceError, match="corners"):
        Polygon.of([(0, 0), (1, 1), (0, 0)])


def test_a_time_without_zone_names_no_instant() -> None:
    with pytest.raises(PeriodError, match="zone"):
        utc(datetime(2026, 11, 1, 20))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for end in (start, start - timedelta(microseconds=1)):
        with pytest.raises(PeriodError, match="ends before"):
            Period(start, end)
    assert Period(start, start + timedelta(microseconds=1)).length == timedelta(microseconds=1)


def test_a_skipped_local_time_is_refused_and_a_repeated_one_is_taken_wide() -> None:
    with pytest.raises(PeriodError, match="does not exist"):
        local_instants("2026-03-08 02:30", PACIFIC)
    earliest, latest = local_instants("2026-11-01 01:30", PACIFIC)
    assert latest - earliest == timedelta(hours=1)
    assert local_period("2026-11-01 00:00", "2026-11-02 00:00", PACIFIC).length == timedelta(
        hours=25
    )


@given(
    st.datetimes(
        min_value=datetime(2000, 1, 1), max_value=datetime(2050, 1, 1), timezones=st.just(PACIFIC)
    )
)
def test_a_written_local_time_holds_the_instant_it_came_from(at: datetime) -> None:
    try:
        earliest, latest = local_instants(at.replace(tzinfo=None).isoformat(), PACIFIC)
    except PeriodError:
        assert at.astimezone(UTC).astimezone(PACIFIC).replace(tzinfo=None) != at.replace(
            tzinfo=None
        )
    else:
        assert at.astimezone(UTC) in {earliest, latest}


def test_a_search_for_everything_is_refused() -> None:
    with pytest.raises(CriteriaError, match="everything"):
        SearchCriteria(limit=10)


POINTS = st.builds(Point, st.floats(-180, 180), st.floats(-90, 90))
AREAS = st.builds(Circle, POINTS, st.floats(1, MAX_RADIUS_M)) | st.builds(
    lambda corners: Polygon(tuple(corners)), st.lists(POINTS, min_size=3, max_size=6, unique=True)
)
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2050, 1, 1), timezones=st.just(UTC)
)


@given(
    plate=st.none() | st.sampled_from(["7AB?1*", "[38B]ABC", "7ABC123"]),
    area=st.none() | AREAS,
    start=INSTANTS,
    cameras=st.lists(st.text(min_size=1, max_size=5), max_size=3),
    confidence=st.none() | st.floats(0, 1),
    limit=st.integers(1, 100_000),
)
def test_criteria_come_back_from_the_log_as_they_went_in(
    plate, area, start, cameras, confidence, limit
) -> None:
    criteria = SearchCriteria(
        plate=parse_pattern(plate) if plate else None,
        area=area,
        period=Period(start, start + timedelta(hours=1)),
        cameras=tuple(cameras),
        min_confidence=confidence,
        limit=limit,
    )
    import json

    assert search_from_json(json.loads(json.dumps(criteria.as_json()))) == criteria


@given(scene=AREAS, at=INSTANTS, before=st.integers(0, 86_400), limit=st.integers(1, 100))
def test_a_canvass_comes_back_from_the_log_as_it_went_in(scene, at, before, limit) -> None:
    criteria = CanvassCriteria(
        scene=scene,
        at=at,
        before=timedelta(seconds=before),
        after=timedelta(minutes=5),
        limit=limit,
    )
    assert canvass_from_json(criteria.as_json()) == criteria


@pytest.mark.parametrize("hours", [-1, 25])
def test_canvass_margins_have_limits(hours: int) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(CriteriaError, match="out of range"):
        CanvassCriteria(
            scene=Circle(Point(0, 0), 10), at=at, before=timedelta(hours=hours), after=timedelta(0)
        )

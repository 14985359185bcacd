"""Sets of reads mean the same when they are read back, and never nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle, Point, Polygon
from workbench.domain.read_set import MAX_NAMED, ReadSet, read_set_from_json
from workbench.errors import CriteriaError

AT = datetime(2026, 11, 1, tzinfo=UTC)
PARTS = {
    "plate": st.sampled_from([parse_pattern("7AB123"), parse_pattern("7A?[38]*")]),
    "area": st.sampled_from(
        [Circle(Point(-121.0, 38.0), 50), Polygon.of([(0, 0), (1, 0), (1, 1)])]
    ),
    "period": st.integers(1, 10**9).map(lambda s: Period(AT, AT + timedelta(microseconds=s))),
    "cameras": st.just(("North 1", "South")),
    "regions": st.just(("CA",)),
    "min_confidence": st.floats(0, 1),
}


@st.composite
def searches(draw):
    names = draw(st.sets(st.sampled_from(sorted(PARTS))))
    if not names & {"plate", "area", "period", "cameras"}:
        names.add("plate")
    return SearchCriteria(limit=100_000, **{name: draw(PARTS[name]) for name in sorted(names)})


@given(
    search=st.none() | searches(),
    detections=st.lists(st.integers(1, 2**63 - 1), max_size=20),
)
def test_a_set_means_the_same_when_it_is_read_back(search, detections):
    if search is None and not detections:
        return
    meant = ReadSet(search=search, detections=tuple(detections))
    stored = json.loads(json.dumps(meant.as_json()))
    assert read_set_from_json(stored) == meant
    assert list(meant.detections) == sorted(set(detections))


def test_a_search_as_it_is_logged_means_the_reads_that_it_finds():
    search = SearchCriteria(plate=parse_pattern("7AB123"), limit=5)
    assert read_set_from_json(search.as_json()).as_json() == ReadSet(search=search).as_json()


@pytest.mark.parametrize("detections", [(), (0,), (-1,), (2**63,), tuple(range(1, MAX_NAMED + 2))])
def test_what_means_nothing_or_too_much_is_refused(detections):
    with pytest.raises(CriteriaError):
        ReadSet(detections=detections)

"""Criteria in words leave nothing out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.criteria_text import criteria_text
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle, Point, Polygon

ZONE = ZoneInfo("America/Los_Angeles")
AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
CIRCLE = Circle(Point(-121.28, 38.75), 500.0)


@pytest.mark.parametrize(
    ("criteria", "text"),
    [
        (
            SearchCriteria(
                plate=parse_pattern("7AB?1*"),
                area=CIRCLE,
                period=Period(AT, AT + timedelta(hours=2)),
                cameras=("c1", "c2"),
                regions=("CA",),
                min_confidence=0.6,
            ),
            (
                "search: plate 7AB?1*; 500 m around (-121.28, 38.75); "
                "2026-11-01 01:30:00 PDT to 2026-11-01 02:30:00 PST; cameras c1, c2; "
                "regions CA; confidence from 0.6; at most 1000 rows"
            ),
        ),
        (
            CanvassCriteria(
                scene=Polygon.of([(0, 0), (1, 0), (1, 1)]),
                at=AT,
                before=timedelta(minutes=15),
                after=timedelta(0),
                limit=7,
            ),
            (
                "canvass: polygon (0.0, 0.0), (1.0, 0.0), (1.0, 1.0); at 2026-11-01 01:30:00 PDT; "
                "15 minutes before; 0 minutes after; at most 7 rows"
            ),
        ),
    ],
)
def test_what_was_asked_is_told_in_a_fixed_order(criteria, text):
    logged = criteria.as_json()
    assert criteria_text(logged, ZONE) == text
    assert criteria_text(dict(sorted(logged.items())), ZONE) == text


def test_a_part_that_a_later_version_adds_is_told_too():
    assert criteria_text({"look": "search", "plate": "7", "make": "Made"}, ZONE) == (
        "search: plate 7; make Made"
    )
    assert criteria_text({"look": "picture", "sha256": "ab"}, ZONE) == "picture: SHA-256 ab"

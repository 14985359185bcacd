"""What counts as a search of the own detections of a shift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fleet import READY
from workbench.audit.own_searches import Search
from workbench.domain.period import Period
from workbench.fleet.own_detections import own_searches
from workbench.fleet.shift import Shift

START = datetime(2026, 11, 2, 14, tzinfo=UTC)
END = START + timedelta(hours=10)
MOMENT = timedelta(microseconds=1)
SHIFT = Shift(
    id=1,
    vehicle="U1",
    username="o.officer",
    cameras=("L", "R"),
    started_at=START,
    ended_at=END,
    start=READY,
)


def counts(**changed: Any) -> bool:
    values: dict[str, Any] = {
        "seq": 1,
        "username": "o.officer",
        "recorded_at": START + timedelta(hours=5),
        "cameras": ("L",),
        "begins_at": START,
        "ends_at": END,
        "narrowed": False,
        "rows": 0,
    }
    return bool(own_searches(SHIFT, Period(START, END), [Search(**values | changed)]))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, True),
        ({"cameras": ("L", "R")}, True),
        ({"cameras": ("L", "elsewhere")}, False),
        ({"cameras": ()}, False),
        ({"username": "o.other"}, False),
        ({"begins_at": None, "ends_at": None}, True),
        ({"narrowed": True}, False),
        ({"narrowed": True, "rows": 1}, True),
        ({"recorded_at": START - MOMENT}, False),
        ({"recorded_at": START}, True),
        ({"recorded_at": END - MOMENT}, True),
        ({"recorded_at": END}, False),
        ({"begins_at": None, "ends_at": START}, False),
        ({"begins_at": None, "ends_at": START + MOMENT}, True),
        ({"begins_at": END - MOMENT, "ends_at": None}, True),
        ({"begins_at": END, "ends_at": None}, False),
    ],
)
def test_an_own_search_is_by_the_person_in_the_shift_for_the_cars_cameras(changed, found):
    assert counts(**changed) is found

"""Looks held against reads: whatever a look would bring, it is found to bring."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select

from tests.reads import CENTRE, FIRST_SEEN_AT, made_reads, store_reads
from workbench.detections.filters import canvass_conditions, search_conditions
from workbench.detections.gathering import Gathering
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle, Point, Polygon
from workbench.hotlists.hits.selection import Selection
from workbench.retention.evidence.reach import HitKey, Reach
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.storage.detection_tables import detection
from workbench.storage.pictures import PictureStore

STEM = f"5R{uuid4().hex[:3].upper()}"
LATER = FIRST_SEEN_AT + timedelta(days=60)


@pytest.fixture(scope="module")
def stored(database):
    """Sixty reads, and the reach of the first third of them."""
    rows = made_reads(60, seed=11)
    for number, row in enumerate(rows):
        row["plate"] = row["plate_normal"] = f"{STEM}{number:02}"
    store_reads(database.service, rows)
    mine = detection.c.plate_normal.in_([f"{STEM}{number:02}" for number in range(20)])
    with database.reader.connect() as connection:
        found = Gathering(connection, PictureStore("memory://reach"), [mine])
        keys = ReadKeys(found.portions(7))
    assert len(keys) == 20
    return keys, Reach(keys)


def brings(database, keys: ReadKeys, conditions) -> bool:
    wanted = select(detection.c.id).where(*conditions, detection.c.id.in_(keys.ids)).limit(1)
    with database.reader.connect() as connection:
        return connection.execute(wanted).first() is not None


def places():
    near = st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
    circles = st.builds(
        lambda at, r: Circle(Point(CENTRE.lon + at[0], CENTRE.lat + at[1]), r),
        near,
        st.floats(1, 1_500),
    )
    # Hundredths of a second of arc: smaller differences vanish beside the centre's own digits.
    spot = st.tuples(*(st.integers(-7_200, 7_200).map(lambda n: n / 360_000),) * 2)
    corners = st.lists(spot, min_size=3, max_size=5, unique=True)
    polygons = corners.map(
        lambda them: Polygon.of([(CENTRE.lon + lon, CENTRE.lat + lat) for lon, lat in them])
    )
    return circles | polygons


@st.composite
def searches(draw):
    plates = [f"{STEM}0*", f"{STEM}1?", f"{STEM}07", f"{STEM}4*", f"{STEM}[12]0", "9*9"]
    parts = {
        "plate": st.sampled_from(plates).map(parse_pattern),
        "area": places(),
        "period": st.tuples(st.integers(0, 800_000), st.integers(1, 60_000)).map(_period),
        "cameras": st.lists(st.sampled_from([f"T{n}" for n in range(9)]), min_size=1).map(tuple),
        "regions": st.sampled_from([("CA",), ("NV", "OR"), ("WA",)]),
        "min_confidence": st.sampled_from([0.5, 0.9, 0.99, 1.0]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), min_size=1))
    if not chosen & {"plate", "area", "period", "cameras"}:
        chosen.add("cameras")
    return SearchCriteria(**{name: draw(parts[name]) for name in sorted(chosen)})


def _period(given_: tuple[int, int]) -> Period:
    begin = FIRST_SEEN_AT + timedelta(seconds=given_[0])
    return Period(begin, begin + timedelta(seconds=given_[1]))


@examples(max_examples=200)
@given(asked=searches())
def test_a_search_reaches_a_read_if_and_only_if_it_would_bring_one(database, stored, asked):
    keys, reach = stored
    expected = brings(database, keys, search_conditions(asked))
    found = reach.of_look(asked.as_json(), LATER)
    if isinstance(asked.area, Polygon):
        assert found or not expected, "wider by a microdegree at the edges, never narrower"
    else:
        assert found is expected


def test_a_polygon_that_crosses_itself_reaches_what_the_search_brings(database, stored):
    keys, reach = stored
    corners = [(0.0195, 0), (0, 0), (0, -0.0156), (-0.0156, -0.0156)]
    crossed = Polygon.of([(CENTRE.lon + lon, CENTRE.lat + lat) for lon, lat in corners])
    asked = SearchCriteria(area=crossed)
    assert brings(database, keys, search_conditions(asked))
    assert reach.of_look(asked.as_json(), LATER)


@examples(max_examples=60)
@given(scene=places(), at=st.integers(0, 864_000), minutes=st.integers(1, 600))
def test_a_canvass_reaches_a_read_if_it_would_bring_one(database, stored, scene, at, minutes):
    keys, reach = stored
    asked = CanvassCriteria(
        scene=scene,
        at=FIRST_SEEN_AT + timedelta(seconds=at),
        before=timedelta(minutes=minutes),
        after=timedelta(0),
    )
    if brings(database, keys, canvass_conditions(asked)):
        assert reach.of_look(asked.as_json(), LATER)


@pytest.mark.parametrize("micros", [-1, 0, 1])
def test_a_look_before_a_read_came_in_could_not_have_brought_it(stored, micros):
    keys, reach = stored
    asked = SearchCriteria(plate=parse_pattern(f"{STEM}*")).as_json()
    came_in = np.datetime64(int(keys.micros("received_at").min()), "us").item()
    at = came_in.replace(tzinfo=LATER.tzinfo) + timedelta(microseconds=micros)
    assert reach.of_look(asked, at) is (micros >= 0)


HIT = HitKey(
    id=7,
    made_at=LATER,
    list_code="SVS",
    category="stolen_vehicle",
    camera_id="T1",
    possible=False,
    ended_at=LATER + timedelta(hours=1),
)


@pytest.mark.parametrize(
    ("logged", "minutes", "expected"),
    [
        ({"look": "hit", "hit": 7}, 1, True),
        ({"look": "hit", "hit": 8}, 1, False),
        ({"look": "hit_read", "hit": 7, "detection_id": 0}, 1, True),
        ({"look": "queue"}, 1, True),
        ({"look": "queue"}, -1, False),
        ({"look": "queue"}, 61, False),
        (Selection().as_json(), 61, True),
        (Selection().as_json(), -1, False),
        (Selection(after_id=7).as_json(), 1, False),
        (Selection(list_codes=("SLR",)).as_json(), 1, False),
        (Selection(camera_ids=("T1",)).as_json() | {"look": "board"}, 1, True),
        ({"look": "hold", "hold": 3}, 1, True),
        ({"look": "hold", "hold": 4}, 1, False),
        ({"look": "of another version"}, 1, False),
        ({"look": "search"}, 1, False),
        (None, 1, False),
    ],
)
def test_looks_at_hits_and_holds_reach_what_they_could_have_shown(
    stored, logged, minutes, expected
):
    reach = Reach(stored[0], holds={3}, hits=[HIT])
    assert reach.of_look(logged, LATER + timedelta(minutes=minutes)) is expected

"""What a look finds: SQL equals a pandas filter, edges and ends are where they are said to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.reads import CENTRE, FIRST_SEEN_AT, made_reads, store_reads
from workbench.detections.cells import cell_of
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import Circle, Point, Polygon

PREFIX = "9"

PATTERNS = st.none() | st.sampled_from(
    [f"{PREFIX}*", f"{PREFIX}AB*", f"{PREFIX}?[38]*", f"*{PREFIX}A*", f"{PREFIX}@#*", f"{PREFIX}*3"]
)
OFFSETS_S = st.integers(0, 864_000)
AREAS = st.none() | st.one_of(
    st.builds(
        lambda x, y, r: Circle(Point(CENTRE.lon + x, CENTRE.lat + y), r),
        st.floats(-0.02, 0.02),
        st.floats(-0.02, 0.02),
        st.floats(50, 5_000),
    ),
    st.builds(
        lambda x, y: Polygon.of(
            [
                (CENTRE.lon - 0.02, CENTRE.lat - 0.02),
                (CENTRE.lon + 0.015, CENTRE.lat - 0.01),
                (CENTRE.lon + x, CENTRE.lat + y),
                (CENTRE.lon - 0.01, CENTRE.lat + 0.01),
            ]
        ),
        st.floats(0.001, 0.02),
        st.floats(0.001, 0.02),
    ),
)


def pandas_filter(reads: pd.DataFrame, criteria: SearchCriteria) -> set:
    fits = np.ones(len(reads), bool)
    if criteria.plate:
        fits &= reads["plate_normal"].map(criteria.plate.matches).to_numpy(bool)
    if criteria.period:
        fits &= (reads["seen_at"] >= criteria.period.start).to_numpy()
        fits &= (reads["seen_at"] < criteria.period.end).to_numpy()
    if isinstance(criteria.area, Circle):
        centre, radius_m = criteria.area.centre, criteria.area.radius_m
        fits &= [
            not np.isnan(lon) and Point(lon, lat).distance_m(centre) <= radius_m
            for lon, lat in zip(reads["lon"], reads["lat"], strict=True)
        ]
    elif criteria.area:
        shape = shapely.Polygon([(c.lon, c.lat) for c in criteria.area.corners])
        fits &= shapely.covers(shape, shapely.points(reads["lon"], reads["lat"]))
    if criteria.cameras:
        fits &= reads["camera_id"].isin(criteria.cameras).to_numpy()
    if criteria.regions:
        fits &= reads["region"].str.upper().isin(criteria.regions).to_numpy()
    if criteria.min_confidence is not None:
        sure = reads["confidence"].astype("float32") >= np.float32(criteria.min_confidence)
        fits &= sure.to_numpy()
    return set(reads.loc[fits, "event"])


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    plate=PATTERNS,
    start_s=OFFSETS_S,
    length_s=st.integers(1, 864_000),
    timed=st.booleans(),
    area=AREAS,
    cameras=st.lists(st.sampled_from(["T0", "T1", "T2"]), max_size=2),
    regions=st.sampled_from([(), ("CA",), ("OR", "NV")]),
    confidence=st.none() | st.sampled_from([0.5, 0.75, 0.9, 0.99]),
)
def test_sql_equals_a_pandas_filter(
    door,
    actor,
    inquiry_id,
    own_reads,
    plate,
    start_s,
    length_s,
    timed,
    area,
    cameras,
    regions,
    confidence,
):
    start = FIRST_SEEN_AT + timedelta(seconds=start_s)
    if not (plate or area or timed or cameras):
        timed = True
    criteria = SearchCriteria(
        plate=parse_pattern(plate) if plate else None,
        period=Period(start, start + timedelta(seconds=length_s)) if timed else None,
        area=area,
        cameras=tuple(cameras),
        regions=regions,
        min_confidence=confidence,
        limit=10_000,
    )
    found = door.search(actor, inquiry_id, criteria).frame
    ours = found[found["source"] == "pandas"]
    assert set(ours["source_event"]) == pandas_filter(own_reads, criteria)


@pytest.fixture(scope="module")
def own_reads(database) -> Iterator[pd.DataFrame]:
    rows = made_reads(300, seed=7, prefix=PREFIX)
    for number, row in enumerate(rows):
        row |= {"source": "pandas", "source_event": f"e{number}"}
    frame = store_reads(database.service, rows)
    frame["event"] = frame["source_event"]
    return frame


@pytest.mark.parametrize(("step_deg", "inside"), [(-2e-6, True), (2e-6, False)])
def test_a_small_polygon_ends_at_its_edge(door, actor, inquiry_id, database, step_deg, inside):
    """An edge of a hundred metres is sharp to a decimetre."""
    side = 0.001
    corner = Point(-121.5 + 0.01 * inside, 38.5)
    east = corner.lon + side + step_deg
    row = made_reads(1, seed=2, prefix="P")[0]
    row |= {"lon": east, "lat": corner.lat + side / 2, "source": "edge"}
    row["cell"] = cell_of(Point(row["lon"], row["lat"]))
    store_reads(database.service, [row])
    lot = Polygon.of(
        [
            (corner.lon, corner.lat),
            (corner.lon + side, corner.lat),
            (corner.lon + side, corner.lat + side),
            (corner.lon, corner.lat + side),
        ]
    )
    assert door.search(actor, inquiry_id, SearchCriteria(area=lot)).rows == int(inside)


def test_a_canvass_is_half_open_around_the_event(door, actor, inquiry_id, database):
    at = FIRST_SEEN_AT + timedelta(days=20)
    minute = timedelta(minutes=1)
    rows = made_reads(4, seed=1, prefix="C")
    moments = (at - minute, at, at + minute - timedelta(microseconds=1), at + minute)
    for row, moment in zip(rows, moments, strict=True):
        lon, lat = CENTRE.lon, CENTRE.lat
        row |= {"seen_at": moment, "lon": lon, "lat": lat, "source": "canvass"}
        row["cell"] = cell_of(CENTRE)
    store_reads(database.service, rows)
    found = door.canvass(
        actor,
        inquiry_id,
        CanvassCriteria(scene=Circle(CENTRE, 100), at=at, before=minute, after=minute),
    ).frame
    assert found["seen_at"].tolist() == list(moments[:3])

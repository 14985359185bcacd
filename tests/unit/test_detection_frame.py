"""The frame of detections has one shape, whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from workbench.analysis.frames import DETECTION_SCHEMA, detection_frame
from workbench.errors import InputError

SEEN = datetime(2026, 11, 1, 8, 30, 0, 123456, tzinfo=UTC)


def row(**given: Any) -> dict[str, Any]:
    return {
        "detection_id": 1,
        "seen_at": SEEN,
        "received_at": SEEN,
        "plate": "7abc 123",
        "plate_normal": "7ABC123",
        "pseudonym": False,
        "camera_id": "fixed-01",
        "flags": [],
        "source": "openalpr",
        **given,
    }


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=DETECTION_SCHEMA)


def test_dtypes_are_the_same_for_no_row_one_row_and_rows_in_two_chunks():
    full = row(lon=-121.28, lat=38.75, year=2019, confidence=0.9, plate_box=[1, 2, 3, 4])
    bare, one = detection_frame(table()), detection_frame(table(row()))
    two = detection_frame(pa.concat_tables([table(full), table(row())]))
    assert (len(bare), len(one), len(two)) == (0, 1, 2)
    assert bare.dtypes.equals(one.dtypes)
    assert bare.dtypes.equals(two.dtypes)
    assert {bare.crs.to_epsg(), one.crs.to_epsg(), two.crs.to_epsg()} == {4326}


def test_columns_are_the_schema_and_the_geometry_last():
    assert list(detection_frame(table()).columns) == [*DETECTION_SCHEMA.names, "geometry"]


def test_a_read_without_position_has_no_geometry():
    frame = detection_frame(table(row(), row(lon=-121.28, lat=38.75)))
    assert frame.geometry.iloc[0] is None
    assert (frame.geometry.iloc[1].x, frame.geometry.iloc[1].y) == (-121.28, 38.75)


def test_times_keep_their_microseconds_and_are_utc():
    seen = detection_frame(table(row()))["seen_at"]
    assert str(seen.dtype) == "datetime64[us, UTC]"
    assert seen.iloc[0].to_pydatetime() == SEEN


def test_lists_come_out_as_python_lists_and_missing_as_na():
    candidates = [{"text": "7ABC123", "confidence": 0.5}, {"text": "7A8C123", "confidence": None}]
    frame = detection_frame(table(row(flags=["no_position"], candidates=candidates)))
    assert frame["flags"].iloc[0] == ["no_position"]
    assert frame["candidates"].iloc[0] == candidates
    assert frame["plate_box"].iloc[0] is pd.NA


def test_the_frame_can_be_written_to_without_touching_the_table():
    source = table(row(lon=-121.28, lat=38.75))
    frame = detection_frame(source)
    frame.loc[0, ["lon", "plate"]] = [0.0, "X"]
    frame["detection_id"] += 1
    assert source.to_pylist() == table(row(lon=-121.28, lat=38.75)).to_pylist()


@pytest.mark.parametrize("wrong", [["plate"], DETECTION_SCHEMA.names[::-1]])
def test_other_columns_are_refused_by_name(wrong: list[str]):
    with pytest.raises(InputError, match="does not hold detections"):
        detection_frame(table(row()).select(wrong))

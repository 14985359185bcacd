"""Who passed a scene, and who passed several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.canvass import PASSED_DTYPES, who_passed
from workbench.analysis.common_plates import COMMON_DTYPES, common_plates
from workbench.analysis.frames import DETECTION_SCHEMA, detection_frame
from workbench.errors import CriteriaError, PeriodError

EVENT = datetime(2026, 11, 1, 20, tzinfo=UTC)


def reads(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Return detections of (plate, camera, seconds after the event)."""
    return detection_frame(
        DETECTION_SCHEMA.empty_table().from_pylist(
            [
                {
                    "detection_id": number,
                    "seen_at": EVENT + timedelta(seconds=offset_s),
                    "received_at": EVENT,
                    "plate": plate.lower(),
                    "plate_normal": plate,
                    "pseudonym": False,
                    "camera_id": camera,
                    "flags": [],
                    "source": "test",
                }
                for number, (plate, camera, offset_s) in enumerate(rows, start=1)
            ],
            schema=DETECTION_SCHEMA,
        )
    )


def test_each_plate_is_one_row_and_the_nearest_to_the_event_comes_first():
    passed = who_passed(
        reads(("7ABC123", "c1", -600), ("8XYZ456", "c2", 30), ("7ABC123", "c2", 90)), at=EVENT
    )
    assert passed["plate"].tolist() == ["8XYZ456", "7ABC123"]
    assert passed["reads"].tolist() == [1, 2]
    assert passed["camera_ids"].tolist() == ["c2", "c1, c2"]
    assert passed["cameras"].tolist() == [1, 2]
    assert passed["nearest_s"].tolist() == [30.0, 90.0]
    assert passed["nearest_detection_id"].tolist() == [2, 3]
    assert passed["first_seen_at"].iloc[1] == EVENT - timedelta(seconds=600)
    assert passed["last_seen_at"].iloc[1] == EVENT + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("offset_s", "before", "after"), [(-0.000001, 1, 0), (0.0, 0, 1), (0.000001, 0, 1)]
)
def test_a_read_at_the_instant_of_the_event_counts_as_after(offset_s, before, after):
    passed = who_passed(reads(("7ABC123", "c1", offset_s)), at=EVENT)
    assert (passed["reads_before"].item(), passed["reads_after"].item()) == (before, after)


def test_no_reads_give_the_same_columns_and_dtypes():
    empty, full = who_passed(reads(), at=EVENT), who_passed(reads(("A", "c", 1)), at=EVENT)
    assert empty.dtypes.equals(full.dtypes)
    assert list(empty.columns) == list(PASSED_DTYPES)


def test_an_event_without_zone_is_refused():
    with pytest.raises(PeriodError):
        who_passed(reads(), at=EVENT.replace(tzinfo=None))


rows = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from(["c1", "c2"]), st.integers(-900, 900)),
    max_size=30,
)


@given(rows)
def test_no_read_is_lost_and_the_frame_is_not_changed(given_rows):
    frame = reads(*given_rows)
    before = frame.copy()
    passed = who_passed(frame, at=EVENT)
    pd.testing.assert_frame_equal(frame, before)
    assert passed["reads"].sum() == len(given_rows)
    assert set(passed["plate"]) == {plate for plate, _, _ in given_rows}
    assert (passed["reads"] == passed["reads_before"] + passed["reads_after"]).all()
    assert (passed["nearest_s"].abs().diff().dropna() >= 0).all()


def test_plates_at_two_of_three_scenes_are_found_with_where():
    scenes = {
        "bank": reads(("7ABC123", "c1", 0), ("8XYZ456", "c1", 5)),
        "shop": reads(("7ABC123", "c2", 0), ("9DEF789", "c2", 5)),
        "fuel": reads(("7ABC123", "c3", 0), ("9DEF789", "c3", 5), ("9DEF789", "c3", 9)),
    }
    found = common_plates(scenes)
    assert found["plate"].tolist() == ["7ABC123", "9DEF789"]
    assert found["scenes"].tolist() == [3, 2]
    assert found["scene_names"].tolist() == ["bank, shop, fuel", "shop, fuel"]
    assert found["reads"].tolist() == [3, 3]
    assert common_plates(scenes, min_scenes=3)["plate"].tolist() == ["7ABC123"]


def test_nothing_in_common_gives_the_same_columns_and_dtypes():
    empty = common_plates({"bank": reads(), "shop": reads(("A", "c", 1))})
    full = common_plates({"bank": reads(("A", "c", 1)), "shop": reads(("A", "c", 1))})
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert list(full.columns) == list(COMMON_DTYPES)


@pytest.mark.parametrize("min_scenes", [0, 2])
def test_more_scenes_than_there_are_cannot_be_asked_for(min_scenes):
    with pytest.raises(CriteriaError, match="too few scenes"):
        common_plates({"bank": reads()}, min_scenes=min_scenes)

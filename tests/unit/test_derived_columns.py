"""Whole columns are worked out as single values are: plates, JSON, keys, flags."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deliveries import NOW, made_context
from workbench.detections.cells import cell_of
from workbench.detections.columns import columns_of, whole_columns
from workbench.detections.copying import json_of_candidates, json_of_vehicles
from workbench.detections.derived import Cells, Doubts, KnownCamera, event_keys, normal_plates
from workbench.detections.formats.base import Limits, Taken
from workbench.detections.rows_in import RowMaker
from workbench.domain.place import Point
from workbench.domain.plate import normal_plate
from workbench.domain.read import Box, Flag, Read, Vehicle
from workbench.errors import DeliveryError
from workbench.policy import load_policy

DOUBTS = Doubts(uncertain_below=0.6, area=(-125.0, 36.0, -117.0, 43.0))
READ = Read(
    plate="7ABC123",
    seen_at=datetime(2026, 11, 1, 19, 30, tzinfo=UTC),
    camera="GATE-1",
    source="test",
    confidence=0.9,
    position=Point(-121.288, 38.7521),
    plate_box=Box(1, 2, 3, 4),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def columns(*reads: Read, flags: frozenset[Flag] = frozenset()) -> pa.Table:
    items = [Taken(number, read, flags) for number, read in enumerate(reads)]
    return columns_of(items, [(None, None)] * len(items), NOW)


def flags_of(read: Read, cameras: dict[str, KnownCamera] | None = None, **more) -> set[str]:
    maker = RowMaker(cameras or {}, DOUBTS, Cells())
    content = maker.batch(columns(read, **more), 1).content.decode()
    return set(content.rpartition("{")[2].partition("}")[0].split(","))


@given(plates=st.lists(TEXTS, max_size=6))
def test_normal_plates_of_a_column_are_those_of_each(plates):
    column = pa.chunked_array([pa.array(plates, pa.string())])
    assert normal_plates(column).to_pylist() == [normal_plate(plate) for plate in plates]


@given(
    lists=st.lists(
        st.none()
        | st.lists(
            st.fixed_dictionaries(
                {"text": TEXTS, "confidence": st.none() | st.floats(0, 1, width=32)}
            ),
            max_size=3,
        ),
        max_size=5,
    )
)
def test_candidates_are_json_that_says_the_same(lists):
    kind = pa.list_(pa.struct([("text", pa.string()), ("confidence", pa.float32())]))
    column = pa.chunked_array([pa.array(lists, kind)])
    for given_list, text in zip(lists, json_of_candidates(column).to_pylist(), strict=True):
        if given_list is None:
            assert text is None
            continue
        said = json.loads(text)
        assert [pair[0] for pair in said] == [each["text"] for each in given_list]
        for (_, confidence), each in zip(said, given_list, strict=True):
            wanted = each["confidence"]
            assert confidence == (wanted if wanted is None else pytest.approx(wanted, rel=1e-6))


@given(
    vehicle=st.fixed_dictionaries(
        {name: st.none() | TEXTS for name in ("make", "model", "color", "body_type")}
        | {"year": st.none() | st.integers(1900, 2100)}
    )
)
def test_a_vehicle_is_json_of_what_is_known(vehicle):
    column = columns(replace(READ, vehicle=Vehicle(**vehicle)))["vehicle"]
    (text,) = json_of_vehicles(column).to_pylist()
    known = {name: value for name, value in vehicle.items() if value is not None}
    assert (json.loads(text) if text else {}) == known


def test_the_same_event_has_the_same_key_whatever_else_is_said():
    event = replace(READ, source_event="e-1")
    same = [event, replace(event, confidence=0.1, camera="other")]
    assert len(set(event_keys(columns(*same)))) == 1
    assert event_keys(columns(event)) != event_keys(columns(replace(event, source="else")))
    assert event_keys(columns(event)) != event_keys(columns(replace(event, source_event="e-2")))


def test_without_an_identifier_camera_instant_plate_position_and_box_make_the_event():
    others = [
        replace(READ, plate="7ABC124"),
        replace(READ, camera="GATE-2"),
        replace(READ, seen_at=READ.seen_at + timedelta(microseconds=1)),
        replace(READ, position=Point(-121.288, 38.7522)),
        replace(READ, position=None),
        replace(READ, plate_box=None),
        replace(READ, source="else"),
    ]
    keys = event_keys(columns(READ, replace(READ, confidence=0.5), *others))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 1 + len(others)


def test_what_is_missing_is_flagged_and_nothing_else():
    here = {"GATE-1": KnownCamera()}
    assert flags_of(READ, here) == {"no_plate_picture", "no_vehicle_picture"}
    bare = replace(READ, plate="", position=None, confidence=None)
    missing = {"no_plate", "no_position", "no_confidence"}
    assert flags_of(bare, here) - flags_of(READ, here) == missing


@pytest.mark.parametrize(("confidence", "doubtful"), [(0.59, True), (0.6, False), (0.61, False)])
def test_a_read_below_the_policy_confidence_is_doubtful(confidence, doubtful):
    assert ("uncertain" in flags_of(replace(READ, confidence=confidence))) is doubtful


def test_pseudonyms_strange_places_and_unknown_cameras_are_flagged():
    strange = replace(READ, pseudonym=True, position=Point(13.4, 52.5))
    assert flags_of(strange) >= {"pseudonym", "outside_area", "camera_unknown"}


def test_what_the_format_knows_is_kept_as_a_flag():
    assert "no_time" in flags_of(READ, flags=frozenset({Flag.NO_TIME}))
    both = frozenset({Flag.NO_TIME, Flag.TIME_AMBIGUOUS})
    assert flags_of(READ, flags=both) >= {"no_time", "time_ambiguous"}


def test_a_read_without_position_is_placed_at_its_fixed_camera_and_says_so():
    nowhere = replace(READ, position=None)
    fixed = {"GATE-1": KnownCamera(-121.3, 38.7)}
    maker = RowMaker(fixed, DOUBTS, Cells())
    content = maker.batch(columns(nowhere), 1).content.decode()
    assert f",-121.3,38.7,{cell_of(Point(-121.3, 38.7))}," in content
    assert "position_of_camera" in content
    assert "no_position" not in content
    assert "position_of_camera" not in flags_of(READ, fixed)
    assert flags_of(nowhere, {"GATE-1": KnownCamera()}) >= {"no_position"}


def test_columns_that_cannot_be_taken_are_refused_by_name():
    limits = Limits.of(load_policy())
    good = columns(READ)
    assert whole_columns(good, NOW, limits).num_rows == 1
    for column, values in {
        "lat": pa.array([91.0]),
        "confidence": pa.array([1.5], pa.float32()),
        "seen_at": pa.array([NOW + timedelta(days=1)], pa.timestamp("us", "UTC")),
        "camera_id": pa.array([None], pa.string()),
        "plate": pa.array(["A" * 65]),
    }.items():
        wrong = good.set_column(good.schema.get_field_index(column), column, values)
        with pytest.raises(DeliveryError) as caught:
            whole_columns(wrong, NOW, limits)
        assert caught.value.where["field"] == column
    with pytest.raises(DeliveryError, match="Unknown columns"):
        whole_columns(good.append_column("speed", pa.array([1])), NOW, limits)
    with pytest.raises(DeliveryError, match="A column is missing"):
        whole_columns(good.drop_columns(["plate"]), NOW, limits)


def test_the_context_names_the_department_area():
    assert made_context().area == DOUBTS.area

"""Every format against a made-up file of it: what is said is kept, what is missing is flagged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.deliveries import SAMPLES, ZONE, items_of, rejected, sample, taken
from workbench.detections.formats.registry import recognised
from workbench.domain.place import Point
from workbench.domain.read import Box, Candidate, Flag, Read, Vehicle

AT = datetime(2026, 11, 2, 17, 30, 0, 250_000, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 1, 19, 30, tzinfo=UTC)
PLACE = Point(-121.288, 38.7521)

FORMATS = {
    "axis_lpv.json": "axis_lpv",
    "blueiris_alert.json": "blueiris",
    "blueiris_answers.json": "blueiris",
    "genetec.xml": "genetec",
    "hikvision.xml": "hikvision",
    "learn.csv": "delimited:learn",
    "openalpr.json": "openalpr",
    "plain.csv": "delimited:plain",
    "platerecognizer.csv": "platerecognizer_csv",
    "platerecognizer.json": "platerecognizer",
    "rekor_alert.json": "rekor",
    "rekor_group.json": "rekor",
    "seattle.psv": "delimited:seattle",
}


def reads_of(name: str, **changes) -> list[Read]:
    items = items_of(sample(name, **changes))
    assert not rejected(items)
    return [item.read for item in taken(items)]


def flags_of(name: str, **changes) -> list[set[Flag]]:
    return [set(item.flags) for item in taken(items_of(sample(name, **changes)))]


def test_every_sample_is_named_here():
    assert {path.name for path in SAMPLES.iterdir()} == set(FORMATS)


@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
def test_each_file_is_recognised_as_its_format(name, expected):
    assert recognised(sample(name)).name == expected


def test_openalpr_keeps_every_candidate_and_takes_the_camera_from_beside_the_file():
    first, second = reads_of("openalpr.json", camera="GATE-1")
    assert first == Read(
        plate="7ABC123",
        seen_at=AT,
        camera="GATE-1",
        source="openalpr",
        region="us-ca",
        confidence=0.9125,
        candidates=(Candidate("7ABC123", 0.9125), Candidate("7A8C123", 0.845)),
        plate_box=Box(310, 200, 94, 45),
        engine="openalpr",
    )
    assert (second.plate, second.region, second.candidates) == ("8XYZ007", None, ())
    assert second.plate_box is None


def test_openalpr_without_a_camera_beside_it_is_refused():
    refusals = rejected(items_of(sample("openalpr.json")))
    assert [item.error.where["field"] for item in refusals] == ["camera_id", "camera_id"]
    assert "--camera" in refusals[0].error.next_step


def test_rekor_says_vehicle_pictures_and_position():
    (read,) = reads_of("rekor_group.json")
    assert (read.plate, read.camera, read.position) == ("7ABC123", "AGENT01/1001", PLACE)
    assert read.seen_at == datetime(2026, 11, 2, 17, 30, 1, 200_000, tzinfo=UTC)
    assert read.vehicle == Vehicle(
        make="toyota", model="toyota_camry", color="silver-gray", body_type="sedan-standard"
    )
    assert read.plate_picture.startswith(b"\xff\xd8")
    assert read.vehicle_picture.startswith(b"\xff\xd8")
    assert read.direction == "178.5 degrees in the picture"
    assert read.heading_deg is None


def test_a_rekor_alert_is_the_same_event_as_its_group():
    (group,), (alert,) = reads_of("rekor_group.json"), reads_of("rekor_alert.json")
    assert alert == group


def test_plate_recognizer_keeps_a_plate_without_score():
    first, second = reads_of("platerecognizer.json")
    assert (first.plate, first.camera, first.confidence) == ("7abc123", "gate-2", 0.903)
    assert first.vehicle == Vehicle(make="Honda", model="Civic", color="blue", body_type="Sedan")
    assert first.plate_box == Box(460, 57, 97, 25)
    assert second.confidence is None


def test_plate_recognizer_says_the_same_in_its_csv_file():
    from_hook, from_file = reads_of("platerecognizer.json")[0], reads_of("platerecognizer.csv")[0]
    same = ("plate", "seen_at", "camera", "source", "plate_box", "region", "vehicle")
    assert [getattr(from_file, name) for name in same] == [
        getattr(from_hook, name) for name in same
    ]


def test_axis_writes_numbers_as_text():
    (read,) = reads_of("axis_lpv.json")
    assert (read.seen_at, read.confidence, read.position) == (AT, 0.912, PLACE)
    assert (read.camera, read.region, read.direction) == ("ACCC00000001", "USA", "out")
    assert read.picture_names == ("/images/a.jpg",)


def test_hikvision_degrees_minutes_seconds_and_offset():
    (read,) = reads_of("hikvision.xml")
    assert read.seen_at == AFTERNOON
    assert read.position.distance_m(PLACE) < 1
    assert (read.confidence, read.region) == (0.95, "USA")
    assert read.candidates == (Candidate("7ABC123", 0.95), Candidate("7A8C123", None))
    assert read.plate_box == Box(691, 397, 59, 34)
    assert read.picture_names == ("licensePlatePicture.jpg", "detectionPicture.jpg")


def test_blue_iris_gives_plates_and_passes_other_objects_over():
    reads = reads_of("blueiris_alert.json")
    assert [read.plate for read in reads] == ["7ABC 123", "6DEF456", "8XYZ007"]
    assert {read.camera for read in reads} == {"DRIVE"}
    assert all(read.vehicle_picture[8:12] == b"WEBP" for read in reads)
    assert [read.confidence for read in reads] == [0.94, 0.81, None]


def test_an_analysis_time_alone_is_no_time_of_sighting():
    (read,) = reads_of("blueiris_answers.json", camera="DRIVE")
    assert read.seen_at == datetime(2026, 11, 1, 19, 40, tzinfo=UTC)
    assert flags_of("blueiris_answers.json", camera="DRIVE") == [{Flag.NO_TIME}]
    assert flags_of("blueiris_alert.json") == [set(), set(), set()]


def test_genetec_carries_both_pictures():
    (read,) = reads_of("genetec.xml")
    assert read.seen_at == AFTERNOON.replace(microsecond=250_000)
    assert (read.camera, read.region) == ("SHARP00001/Context Camera", "CA")
    assert read.plate_picture
    assert read.vehicle_picture
    assert (read.confidence, read.position) == (0.98, PLACE)


def test_seattle_plates_are_pseudonyms_in_local_time():
    first, second = reads_of("seattle.psv")
    assert first.pseudonym
    assert first.seen_at == datetime(2021, 10, 3, 10, 53, 3, tzinfo=UTC)
    assert (first.camera, first.position) == ("UNIT0001", Point(-122.336, 47.615))
    assert second.position is None


def test_learn_needs_a_zone_and_marks_the_hour_that_occurs_twice():
    first, second = reads_of("learn.csv", zone=ZONE)
    assert first.seen_at == datetime(2026, 11, 1, 20, 30, tzinfo=UTC)
    assert first.camera == "PATROL 12/Front Left"
    assert second.seen_at == datetime(2026, 11, 1, 8, 5, 9, tzinfo=UTC)
    assert flags_of("learn.csv", zone=ZONE) == [set(), {Flag.TIME_AMBIGUOUS}]
    refusals = rejected(items_of(sample("learn.csv")))
    assert [item.error.what for item in refusals] == ["A time without zone"] * 2


def test_plain_csv_says_everything_by_our_names():
    first, second = reads_of("plain.csv")
    assert first == Read(
        plate="7ABC123",
        seen_at=AFTERNOON,
        camera="GATE-1",
        source="plain",
        position=PLACE,
        confidence=0.91,
        region="CA",
        heading_deg=0.0,
        vehicle=Vehicle(make="Honda", year=2019),
        source_event="event-1",
    )
    assert second.confidence is None

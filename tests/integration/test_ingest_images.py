"""Pictures into detections: dated, kept by hash, once; what cannot be read waits in quarantine."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.pictures import PLATE_BOX, FixedEngine, car_picture, encoded, exif_of
from workbench.detections.cameras import Camera, CameraKind
from workbench.detections.from_pictures import TakenWhen
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.domain.place import Point
from workbench.errors import DeliveryError, DependencyError, InputError, RecognitionError
from workbench.storage.detection_tables import detection
from workbench.storage.picture_rows import picture_facts
from workbench.storage.picture_tables import picture

DESK = Caller(origin=Origin(channel=Channel.COMMAND, address="test"))
TAKEN_AT = datetime(2026, 11, 2, 3, 15, 30, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def camera() -> str:
    return f"photo-{uuid4().hex[:10]}"


@pytest.fixture
def engine() -> FixedEngine:
    return FixedEngine()


@pytest.fixture
def intake(runtime, engine) -> ImageIntake:
    return ImageIntake(
        runtime.ingest, load_engine=lambda: engine, policy=runtime.policy, clock=runtime.clock
    )


@pytest.fixture
def made(tmp_path):
    """Write a picture that no other test has."""

    def write(exif=None, name="car.jpg") -> Path:
        file = tmp_path / name
        paint = f"#{uuid4().hex[:6]}"
        file.write_bytes(
            encoded(car_picture(paint=paint), exif=exif_of() if exif is None else exif)
        )
        return file

    return write


@pytest.fixture
def stored(database, camera):
    def rows():
        with database.reader.connect() as connection:
            found = select(detection).where(detection.c.camera_id == camera)
            return connection.execute(found.order_by(detection.c.id)).all()

    return rows


def test_a_picture_is_stored_with_its_read_and_its_crop(
    intake, made, camera, stored, runtime, database
):
    file = made(exif_of(placed=True))
    receipt = intake.take(file, DESK, Photographer(camera=camera))
    assert (receipt.state, receipt.counts.stored) == ("complete", 1)
    (row,) = stored()
    assert (row.plate, row.seen_at, row.source) == ("4BCD567", TAKEN_AT, "picture")
    assert (row.engine, row.engine_version) == ("fixed", "1")
    assert row.candidates == [["4BCD567", pytest.approx(0.6)], ["4BCO567", pytest.approx(0.2)]]
    assert (row.lon, row.lat) == (-121.26, 38.75)
    assert row.plate_box == [PLATE_BOX.x, PLATE_BOX.y, PLATE_BOX.width, PLATE_BOX.height]
    assert runtime.pictures.get(row.vehicle_picture) == file.read_bytes()
    facts = picture_facts(runtime.pictures.get(row.plate_picture))
    assert (facts.media_type, facts.width, facts.height) == ("image/png", 200, 120)
    with database.reader.connect() as connection:
        kept = connection.execute(
            select(picture.c.media_type).where(
                picture.c.sha256.in_([row.vehicle_picture, row.plate_picture])
            )
        ).scalars()
        assert sorted(kept) == ["image/jpeg", "image/png"]


@pytest.mark.parametrize(("confidence", "doubtful"), [(0.59, True), (0.6, False), (0.61, False)])
def test_a_read_below_the_policys_number_is_marked_and_kept(
    intake, engine, made, camera, stored, confidence, doubtful, policy
):
    assert policy.recognition.uncertain_below.value == 0.6
    engine.confidence = confidence
    intake.take(made(), DESK, Photographer(camera=camera))
    assert ("uncertain" in stored()[0].flags) is doubtful


def test_a_picture_without_a_position_has_that_of_its_camera(intake, made, camera, stored, runtime):
    standing = Point(-121.28, 38.74)
    runtime.cameras.add(
        None,
        Camera(id=camera, name="Corner", kind=CameraKind.FIXED, position=standing),
        origin=DESK.origin,
    )
    intake.take(made(), DESK, Photographer(camera=camera))
    (row,) = stored()
    assert (row.lon, row.lat) == (standing.lon, standing.lat)
    assert "position_of_camera" in row.flags
    assert "camera_unknown" not in row.flags


def test_an_unknown_camera_and_no_position_are_flagged(intake, made, camera, stored):
    intake.take(made(), DESK, Photographer(camera=camera))
    assert {"camera_unknown", "no_position"} <= set(stored()[0].flags)


def test_the_same_picture_again_changes_nothing_and_is_not_read_again(
    intake, engine, made, camera, stored, tmp_path
):
    file = made()
    intake.take(file, DESK, Photographer(camera=camera))
    before = stored()
    renamed = file.rename(tmp_path / "renamed.jpg")
    assert intake.take(renamed, DESK, Photographer(camera=camera)).already
    assert engine.asked == 1
    assert stored() == before


@pytest.mark.parametrize(
    ("exif", "when", "seen_at"),
    [
        (exif_of(), TakenWhen(), TAKEN_AT),
        (exif_of(offset=None), TakenWhen(zone=PACIFIC), TAKEN_AT + timedelta(hours=1)),
        (exif_of(), TakenWhen(at="2026-11-01T12:00:00Z"), datetime(2026, 11, 1, 12, tzinfo=UTC)),
        (
            exif_of(None, None),
            TakenWhen(at="2026-07-01 12:00", zone=PACIFIC),
            datetime(2026, 7, 1, 19, tzinfo=UTC),
        ),
    ],
)
def test_the_time_is_what_was_said_or_written(intake, made, camera, stored, exif, when, seen_at):
    receipt = intake.take(made(exif), DESK, Photographer(camera=camera, when=when))
    assert receipt.error is None
    assert stored()[0].seen_at == seen_at


def test_a_time_that_occurs_twice_is_flagged(intake, made, camera, stored):
    twice = exif_of("2026:11:01 01:30:00", None)
    intake.take(made(twice), DESK, Photographer(camera=camera, when=TakenWhen(zone=PACIFIC)))
    assert "time_ambiguous" in stored()[0].flags


def test_a_files_time_counts_only_when_asked_for(intake, engine, made, camera, stored):
    file = made(exif_of(None, None))
    os.utime(file, (TAKEN_AT.timestamp(), TAKEN_AT.timestamp()))
    refused = intake.take(file, DESK, Photographer(camera=camera))
    assert "does not say when it was taken" in str(refused.error)
    assert str(file) in str(refused.error)
    assert (engine.asked, stored()) == (0, [])
    asked = Photographer(camera=camera, when=TakenWhen(file_time=True))
    assert intake.take(file, DESK, asked).state == "complete"
    assert stored()[0].seen_at == TAKEN_AT


@pytest.mark.parametrize(
    ("exif", "when", "what"),
    [
        (exif_of(offset=None), TakenWhen(), "A time without zone"),
        (exif_of("2026:13:45 99:00:00"), TakenWhen(), "The time cannot be read"),
        (exif_of("2026:11:03 12:00:00"), TakenWhen(), "The time lies in the future"),
        (exif_of(), TakenWhen(at="yesterday"), "The time cannot be read"),
    ],
)
def test_a_time_that_cannot_be_taken_names_the_file(intake, made, camera, stored, exif, when, what):
    file = made(exif)
    receipt = intake.take(file, DESK, Photographer(camera=camera, when=when))
    assert receipt.refused
    assert what in str(receipt.error)
    assert str(file) in str(receipt.error)
    assert stored() == []


def test_what_is_no_picture_waits_in_quarantine_until_it_is_one(
    intake, runtime, camera, tmp_path, stored
):
    file = tmp_path / "bad.jpg"
    file.write_bytes(b"no picture " + uuid4().bytes)
    receipt = intake.take(file, DESK, Photographer(camera=camera))
    assert receipt.refused
    (waiting,) = (
        w for w in runtime.quarantine.waiting(DESK) if w.delivery_id == receipt.delivery_id
    )
    assert waiting.reason["error"] == "PictureUnreadableError"
    assert (waiting.format, waiting.record) == ("picture", None)
    again = intake.take(file, DESK, Photographer(camera=camera))
    assert again.delivery_id == receipt.delivery_id
    with pytest.raises(DeliveryError, match="workbench ingest images"):
        runtime.quarantine.retry(DESK, waiting.id)
    assert stored() == []


def test_a_picture_that_gets_its_time_is_released_from_quarantine(intake, runtime, made, camera):
    file = made(exif_of(None, None))
    refused = intake.take(file, DESK, Photographer(camera=camera))
    assert refused.delivery_id in {w.delivery_id for w in runtime.quarantine.waiting(DESK)}
    when = TakenWhen(at="2026-11-01T12:00:00Z")
    assert intake.take(file, DESK, Photographer(camera=camera, when=when)).counts.stored == 1
    assert refused.delivery_id not in {w.delivery_id for w in runtime.quarantine.waiting(DESK)}


def test_an_engine_that_fails_at_a_picture_leaves_it_in_quarantine(intake, engine, made, camera):
    engine.failure = RuntimeError("out of memory")
    receipt = intake.take(made(), DESK, Photographer(camera=camera))
    assert "RuntimeError: out of memory" in str(receipt.error)
    engine.failure = None
    assert intake.take(made(), DESK, Photographer(camera=camera)).counts.stored == 1


def test_an_engine_that_cannot_be_loaded_blames_no_picture(runtime, made, camera):
    def load():
        raise DependencyError("not installed")

    intake = ImageIntake(
        runtime.ingest, load_engine=load, policy=runtime.policy, clock=runtime.clock
    )
    with pytest.raises(DependencyError):
        intake.take(made(), DESK, Photographer(camera=camera))


def test_a_file_that_is_not_there_is_told(intake, camera, tmp_path):
    with pytest.raises(RecognitionError, match=r"gone\.jpg"):
        intake.take(tmp_path / "gone.jpg", DESK, Photographer(camera=camera))


def test_pictures_of_no_camera_are_refused():
    with pytest.raises(InputError, match="Which camera"):
        Photographer(camera=" ")


def test_both_audit_records_name_the_picture(intake, made, camera, runtime):
    file = made()
    receipt = intake.take(file, DESK, Photographer(camera=camera))
    record = runtime.audit.read(receipt.access_id)
    assert (record.kind, record.details["name"]) == ("reads:ingest", "car.jpg")
    assert json.dumps(record.details)

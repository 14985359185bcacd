"""Videos into detections: one a passage, once, and plain words for what cannot be taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.videos import BUSY, MISREAD, Mark, MarkEngine, crossing, made_at
from workbench.detections.from_videos import Filming
from workbench.detections.ingest_log import Caller
from workbench.detections.video_intake import VideoIntake
from workbench.domain.person import Channel, Origin
from workbench.errors import DeliveryError, DependencyError, InputError
from workbench.storage.picture_rows import picture_facts

DESK = Caller(origin=Origin(channel=Channel.COMMAND, address="test"))
AT = "2026-11-01T12:00:00-07:00"
START = datetime(2026, 11, 1, 19, tzinfo=UTC)


def test_a_passage_is_one_detection_with_its_pictures(
    intake, filmed, camera, stored, runtime, delivered
):
    frames = [[Mark("7ABC123", 100 + 8 * n, 150 + 4 * n, 16 + n, n > 22)] for n in range(25)]
    receipt = intake.take(filmed(frames + [[]] * 20), DESK, Filming(camera=camera, at=AT))
    assert (receipt.state, receipt.counts.stored) == ("complete", 1)
    (row,) = stored()
    assert (row.plate, row.source, row.region) == ("7ABC123", "video", "CA")
    assert (row.engine, row.engine_version) == ("marks", "1")
    assert row.confidence == pytest.approx(0.7)
    assert row.candidates == [["7ABC123", pytest.approx(0.7)], ["7ABC129", pytest.approx(0.15)]]
    assert row.direction == "towards the camera"
    assert row.frames == 13
    assert row.first_seen_at == START
    assert row.last_seen_at == START + timedelta(seconds=2.4)
    assert row.seen_at == START + timedelta(seconds=2.2), "the largest that is not blurred"
    vehicle = picture_facts(runtime.pictures.get(row.vehicle_picture))
    assert (vehicle.media_type, vehicle.width, vehicle.height) == ("image/jpeg", 640, 360)
    plate = picture_facts(runtime.pictures.get(row.plate_picture))
    assert plate.media_type == "image/png"
    assert plate.width == row.plate_box[2] + 2 * round(row.plate_box[3] / 4)
    kept = delivered(receipt)
    assert (kept.kept, kept.progress, kept.records) == (None, None, 45)
    assert not runtime.pictures.exists(kept.sha256)


def test_every_passage_of_a_busy_film_is_found_once(intake, filmed, camera, stored):
    receipt = intake.take(filmed(BUSY), DESK, Filming(camera=camera, at=AT))
    found = sorted((row.plate, row.record, row.direction) for row in stored())
    assert receipt.counts.stored == len(found) == 4
    assert found == [
        ("4XYZ987", 0, "right to left"),
        ("7ABC123", 0, "left to right"),
        ("7ABC123", 40, "left to right"),
        ("8GRN555", 26, "left to right"),
    ]


def test_one_sure_misread_frame_neither_wins_nor_gives_the_picture(intake, filmed, camera, stored):
    frames = [[Mark("7ABC123", 100 + 6 * n, 180)] for n in range(30)]
    frames[16] = [Mark(MISREAD, 100 + 6 * 16, 180, 30, blurred=True)]
    intake.take(filmed(frames), DESK, Filming(camera=camera, at=AT))
    (row,) = stored()
    assert row.plate == "7ABC123"
    assert row.frames == 15
    assert row.confidence < 0.7
    assert MISREAD in [text for text, _ in row.candidates]
    assert row.seen_at != START + timedelta(seconds=1.6)


def test_missed_frames_do_not_cut_a_passage_and_a_long_gap_does(intake, filmed, camera, stored):
    whole = crossing("7ABC123", 60)
    missed = [[] if 20 <= n < 30 or n % 7 == 3 else frame for n, frame in enumerate(whole)]
    intake.take(filmed(missed), DESK, Filming(camera=camera, at=AT))
    assert len(stored()) == 1
    other = f"{camera}-b"
    gone = [[] if 10 <= n < 40 else frame for n, frame in enumerate(whole)]
    intake.take(filmed(gone, "b.avi"), DESK, Filming(camera=other, at=AT))
    assert len(stored(other)) == 2


def test_the_same_video_again_changes_nothing_and_is_not_read_again(
    intake, engine, filmed, camera, stored, tmp_path
):
    file = filmed(BUSY)
    intake.take(file, DESK, Filming(camera=camera, at=AT))
    before, asked = stored(), engine.asked
    renamed = file.rename(tmp_path / "renamed.avi")
    again = intake.take(renamed, DESK, Filming(camera="other", at="2026-10-01T12:00:00Z"))
    assert again.already
    assert (stored(), engine.asked, stored("other")) == (before, asked, [])


@pytest.mark.parametrize("name", ["gate.avi", "gate.mkv"])
def test_a_video_that_breaks_off_keeps_what_stands_before_and_tells_the_rest(
    intake, filmed, camera, stored, waiting, name
):
    file = filmed(crossing("7ABC123", 30) + crossing("4XYZ987", 60), name, codec="MJPG")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 2 // 3])
    receipt = intake.take(file, DESK, Filming(camera=camera, at=AT))
    assert (receipt.state, receipt.counts.quarantined) == ("complete", 1)
    assert [row.plate for row in stored()] == ["7ABC123", "4XYZ987"]
    (broken,) = waiting(receipt)
    assert broken.reason["what"] == "The video breaks off"
    assert broken.reason["allowed"] == "90 frames, as its header says"
    assert json.loads(bytes(broken.raw)) == {"frame": broken.record}
    assert intake.take(file, DESK, Filming(camera=camera, at=AT)).already


def test_a_frame_that_the_engine_fails_at_is_told_and_the_passage_goes_on(
    intake_of, filmed, camera, stored, waiting
):
    engine = MarkEngine(fails_at=frozenset({4, 5}))
    receipt = intake_of(engine).take(
        filmed(crossing("7ABC123", 40)), DESK, Filming(camera=camera, at=AT)
    )
    assert (receipt.counts.stored, receipt.counts.quarantined) == (1, 2)
    assert stored()[0].frames == 18
    assert [row.record for row in waiting(receipt)] == [8, 10]
    assert "RuntimeError: out of memory" in str(waiting(receipt)[0].reason)


def test_a_video_of_one_frame_a_second_is_followed_by_its_own_rate(intake, filmed, camera, stored):
    frames = crossing("7ABC123", 12)
    frames[5] = frames[6] = []
    frames[8] = [Mark(MISREAD, frames[8][0].x, 180, blurred=True)]
    intake.take(filmed(frames, fps=1), DESK, Filming(camera=camera, at=AT))
    (row,) = stored()
    assert (row.plate, row.frames) == ("7ABC123", 10)


def test_the_start_is_what_was_said_else_what_the_video_says(intake, filmed, camera, stored):
    made = datetime(2026, 10, 31, 8, tzinfo=UTC)
    file = made_at(filmed(crossing("7ABC123", 10), "a.mp4"), made)
    intake.take(file, DESK, Filming(camera=camera))
    (row,) = stored()
    assert row.first_seen_at == made
    assert "time_of_container" in row.flags
    said = f"{camera}-said"
    file = made_at(filmed(crossing("7ABC123", 10), "b.mp4"), made)
    intake.take(file, DESK, Filming(camera=said, at=AT))
    (row,) = stored(said)
    assert row.first_seen_at == START
    assert "time_of_container" not in row.flags


@pytest.mark.parametrize(
    ("filming", "what"),
    [
        ({}, "does not say when it was taken"),
        ({"at": "2026-11-01 12:00"}, "A time without zone"),
        ({"at": "yesterday"}, "The time cannot be read"),
        ({"at": "2026-11-02T18:09:58Z"}, "The time lies in the future"),
        ({"at": "1970-01-01T00:00:00Z"}, "The time lies too far back"),
    ],
)
def test_a_start_that_cannot_be_taken_is_told_before_anything_is_read(
    intake, engine, filmed, camera, stored, waiting, filming, what
):
    """It is 18:00; the policy lets clocks be ten minutes ahead, and the film lasts four seconds."""
    file = filmed(crossing("7ABC123", 40))
    receipt = intake.take(file, DESK, Filming(camera=camera, **filming))
    assert receipt.refused
    assert what in str(receipt.error)
    assert str(file) in str(receipt.error)
    assert (engine.asked, stored()) == (0, [])
    assert intake.take(file, DESK, Filming(camera=camera, at=AT)).counts.stored == 1
    assert [row.resolved_at is None for row in waiting(receipt)] == [False]


def test_a_local_start_that_occurs_twice_is_flagged(intake, filmed, camera, stored):
    zone = ZoneInfo("America/Los_Angeles")
    filming = Filming(camera=camera, at="2026-11-01 01:30", zone=zone)
    intake.take(filmed(crossing("7ABC123", 10)), DESK, filming)
    assert "time_ambiguous" in stored()[0].flags


def test_what_is_no_video_waits_in_quarantine_and_is_not_kept(
    intake, runtime, camera, tmp_path, delivered
):
    file = tmp_path / "bad.mp4"
    file.write_bytes(b"no video " + uuid4().bytes)
    receipt = intake.take(file, DESK, Filming(camera=camera, at=AT))
    assert receipt.refused
    assert delivered(receipt).kept is None
    (one,) = (w for w in runtime.quarantine.waiting(DESK) if w.delivery_id == receipt.delivery_id)
    assert one.reason["error"] == "VideoUnreadableError"
    with pytest.raises(DeliveryError, match="give it again"):
        runtime.quarantine.retry(DESK, one.id)


def test_a_video_without_plates_is_complete_and_empty(intake, filmed, camera, stored):
    receipt = intake.take(filmed([[]] * 20), DESK, Filming(camera=camera, at=AT))
    assert (receipt.state, receipt.counts.reads, stored()) == ("complete", 0, [])


def test_a_file_that_changes_while_it_is_read_is_refused(intake, filmed, camera):
    file = filmed(BUSY)

    def report(_done: int, _total: int, _passages: int) -> None:
        with file.open("ab") as more:
            more.write(b"more")

    receipt = intake.take(file, DESK, Filming(camera=camera, at=AT), report)
    assert "changed while it was read" in str(receipt.error)


def test_an_engine_that_cannot_be_loaded_blames_no_video(runtime, filmed, camera):
    def load():
        raise DependencyError("not installed")

    intake = VideoIntake(
        runtime.ingest, load_engine=load, policy=runtime.policy, clock=runtime.clock
    )
    with pytest.raises(DependencyError):
        intake.take(filmed(BUSY), DESK, Filming(camera=camera, at=AT))


def test_progress_says_frames_and_passages(intake, filmed, camera):
    seen = []
    intake.take(filmed(BUSY), DESK, Filming(camera=camera, at=AT), lambda *how: seen.append(how))
    assert {total for _, total, _ in seen} == {60}
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1] == (60, 60, 4)


@pytest.mark.parametrize(
    "wrong",
    [{"camera": " "}, {"looks_per_second": 0.09}, {"looks_per_second": 60.1}],
)
def test_videos_of_no_camera_and_senseless_looks_are_refused(wrong):
    with pytest.raises(InputError):
        Filming(**({"camera": "c"} | wrong))


def test_both_audit_records_name_the_video(intake, filmed, camera, runtime):
    receipt = intake.take(filmed(BUSY), DESK, Filming(camera=camera, at=AT))
    record = runtime.audit.read(receipt.access_id)
    assert (record.kind, record.details["name"]) == ("reads:ingest", "gate.avi")

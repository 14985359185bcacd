"""Many pictures: whoever is killed on the way, each is read and stored once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.pictures import FixedEngine, car_picture, encoded, exif_of
from tests.unit.workers_at_work import DeadlyEngine, HangingEngine, slow_engine
from workbench.audit import EventKind
from workbench.detections.image_batches import STORED_AT_ONCE, ImageBatches, Spreading
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.detections.receipt import Receipt
from workbench.domain.person import Channel, Origin
from workbench.errors import AuditWriteError, RecognitionError
from workbench.recognition.finding_pictures import count_pictures, stream_pictures
from workbench.recognition.workers import InThisProcess, LocalProcesses
from workbench.storage.audit_tables import audit_record
from workbench.storage.detection_tables import detection

DESK = Caller(origin=Origin(channel=Channel.COMMAND, address="test"))


@pytest.fixture
def camera() -> str:
    return f"many-{uuid4().hex[:10]}"


def make_folder(folder: Path, count: int) -> Path:
    """Write pictures that no other test has, none like another."""
    for number in range(count):
        inner = folder / f"{number % 3}"
        inner.mkdir(parents=True, exist_ok=True)
        picture = car_picture(paint=f"#{uuid4().hex[:6]}")
        exif = exif_of()
        exif[0x010E] = uuid4().hex
        (inner / f"{number:04}.jpg").write_bytes(encoded(picture, exif=exif))
    return folder


@pytest.fixture
def stored(database, camera):
    def rows() -> Counter:
        statement = select(detection.c.vehicle_picture).where(detection.c.camera_id == camera)
        with database.reader.connect() as connection:
            return Counter(connection.execute(statement).scalars())

    return rows


def batches(runtime, load_engine, workers, *, send_content: bool = False) -> ImageBatches:
    intake = ImageIntake(
        runtime.ingest, load_engine=load_engine, policy=runtime.policy, clock=runtime.clock
    )
    spreading = Spreading(workers=workers, load_engine=load_engine, send_content=send_content)
    return ImageBatches(intake, spreading, policy=runtime.policy)


class Watched:
    """Workers of which the test knows the processes."""

    def __init__(self, count: int) -> None:
        self.inner = LocalProcesses(count)
        self.crews: list = []

    @contextmanager
    def crew(self, task):
        with self.inner.crew(task) as crew:
            self.crews.append(crew)
            yield crew


def test_a_killed_worker_loses_and_doubles_no_picture(runtime, camera, stored, tmp_path):
    folder, notes = make_folder(tmp_path / "in", 40), tmp_path / "notes"
    notes.mkdir()
    workers = Watched(2)
    many = batches(runtime, partial(slow_engine, str(notes), 0.02), workers)
    outcomes = []
    for outcome in many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)):
        outcomes.append(outcome)
        if len(outcomes) in {8, 20}:
            os.kill(workers.crews[0].process_ids()[0], signal.SIGKILL)
    assert Counter(path for path, _ in outcomes) == Counter(stream_pictures([folder]))
    assert all(receipt.counts.stored == 1 for _, receipt in outcomes)
    assert len(stored()) == 40
    assert set(stored().values()) == {1}
    assert len(list(notes.glob("engine-*"))) >= 3


@pytest.mark.parametrize("workers", [InThisProcess(), LocalProcesses(2)])
def test_the_same_folder_again_reads_and_logs_nothing(
    runtime, database, camera, stored, tmp_path, workers
):
    folder, notes = make_folder(tmp_path / "in", 12), tmp_path / "notes"
    notes.mkdir()
    load = partial(slow_engine, str(notes), 0.0)

    def take() -> list:
        many = batches(runtime, load, workers)
        return list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))

    def state() -> tuple:
        begun = [note.read_text() for note in sorted(notes.glob("engine-*"))]
        with database.reader.connect() as connection:
            records = connection.execute(select(func.max(audit_record.c.seq))).scalar_one()
        return stored(), begun, records

    assert not any(receipt.already for _, receipt in take())
    before = state()
    (folder / "0" / "0000.jpg").rename(folder / "0" / "renamed.jpg")
    again = take()
    assert len(again) == 12
    assert all(receipt.already and receipt.delivery_id for _, receipt in again)
    assert state() == before


def test_the_same_picture_twice_in_a_folder_is_stored_once(runtime, camera, stored, tmp_path):
    folder = make_folder(tmp_path / "in", 4)
    shutil.copy(folder / "0" / "0000.jpg", folder / "copy.jpg")
    many = batches(runtime, FixedEngine, LocalProcesses(2))
    taken = list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    assert len(taken) == 5
    assert sum(receipt.already for _, receipt in taken) == 1
    assert sorted(stored().values()) == [1, 1, 1, 1]


@pytest.mark.parametrize("send_content", [False, True])
def test_a_bad_picture_waits_in_quarantine_and_stops_no_other(
    runtime, camera, stored, tmp_path, send_content
):
    folder = make_folder(tmp_path / "in", 6)
    (folder / "bad.jpg").write_bytes(b"no picture " + uuid4().bytes)
    (folder / "timeless.jpg").write_bytes(encoded(car_picture(), exif=exif_of(None, None)))
    gone = folder / "gone.jpg"
    files = [*stream_pictures([folder]), gone]
    many = batches(runtime, FixedEngine, LocalProcesses(2), send_content=send_content)
    taken = dict(many.take(files, DESK, Photographer(camera=camera)))
    assert len(taken) == 9
    assert len(stored()) == 6
    refused = {path.name for path, one in taken.items() if isinstance(one, Receipt) and one.refused}
    assert refused == {"bad.jpg", "timeless.jpg"}
    assert str(folder / "timeless.jpg") in str(taken[folder / "timeless.jpg"].error)
    assert isinstance(taken[gone], RecognitionError)


def test_a_read_outside_of_its_picture_is_refused_with_it(runtime, camera, stored, tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    small = car_picture().resize((100, 60))
    (folder / "small.jpg").write_bytes(encoded(small, exif=exif_of()))
    many = batches(runtime, FixedEngine, InThisProcess())
    taken = dict(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    assert "outside of the picture" in str(taken[folder / "small.jpg"].error)
    assert len(stored()) == 2


def test_a_picture_that_ends_every_process_waits_in_quarantine(runtime, camera, stored, tmp_path):
    folder = make_folder(tmp_path / "in", 6)
    dark = car_picture().point(lambda value: value // 8)
    (folder / "deadly.jpg").write_bytes(encoded(dark, exif=exif_of()))
    many = batches(runtime, DeadlyEngine, LocalProcesses(2))
    taken = dict(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    receipt = taken[folder / "deadly.jpg"]
    assert (receipt.refused, type(receipt.error).__name__) == (True, "WorkerLostError")
    assert len(stored()) == 6
    waiting = runtime.quarantine.waiting(DESK, limit=100_000)
    assert receipt.delivery_id in {one.delivery_id for one in waiting}


def test_a_picture_that_hangs_waits_in_quarantine_and_stops_no_other(
    runtime, camera, stored, tmp_path
):
    folder = make_folder(tmp_path / "in", 6)
    dark = car_picture().point(lambda value: value // 8)
    hanging = folder / "0" / "0000.jpg"  # the first, so that others wait behind it
    hanging.write_bytes(encoded(dark, exif=exif_of()))
    workers = LocalProcesses(2, limit_s=1.0)
    for engine, already in ((HangingEngine, 0), (FixedEngine, 5)):
        many = batches(runtime, engine, workers)
        taken = list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
        assert Counter(path for path, _ in taken) == Counter(stream_pictures([folder]))
        assert sum(receipt.already for _, receipt in taken) == already
        if engine is HangingEngine:
            receipt = dict(taken)[hanging]
            assert (receipt.refused, type(receipt.error).__name__) == (True, "PictureOverdueError")
            assert str(hanging) in str(receipt.error)
            assert len(stored()) == 5
    waiting = runtime.quarantine.waiting(DESK, limit=100_000)
    assert receipt.delivery_id not in {one.delivery_id for one in waiting}
    assert len(stored()) == 6
    assert set(stored().values()) == {1}


def test_without_the_log_no_picture_is_stored_though_several_are_at_once(
    runtime, camera, stored, tmp_path, monkeypatch
):
    folder = make_folder(tmp_path / "in", 16)
    append, begun = runtime.audit.append, count(1)

    def failing(entry, **how):
        if entry.kind is EventKind.READS_INGEST and next(begun) > 6:
            raise AuditWriteError("The audit log cannot be written, so nothing was done")
        return append(entry, **how)

    many = batches(runtime, FixedEngine, InThisProcess())
    with monkeypatch.context() as patched:
        patched.setattr(runtime.audit, "append", failing)
        with pytest.raises(AuditWriteError):
            list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    assert len(stored()) == 6
    taken = list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    assert sum(receipt.already for _, receipt in taken) == 6
    assert len(stored()) == 16
    assert set(stored().values()) == {1}


def test_a_file_that_changes_under_way_is_not_taken_in_for_another(
    runtime, camera, stored, tmp_path
):
    folder = make_folder(tmp_path / "in", 3)
    files = list(stream_pictures([folder]))

    class Overwriting(FixedEngine):
        def read(self, picture):
            files[0].write_bytes(files[0].read_bytes() + b"more")
            return super().read(picture)

    many = batches(runtime, Overwriting, InThisProcess())
    taken = dict(many.take(files[:1], DESK, Photographer(camera=camera)))
    assert "changed while it was read" in str(taken[files[0]])
    assert not stored()


def test_what_was_stored_before_this_process_was_killed_is_not_read_again(
    runtime, home, camera, stored, tmp_path
):
    folder, notes = make_folder(tmp_path / "in", 30), tmp_path / "notes"
    notes.mkdir()
    script = Path(__file__).with_name("killed_batch.py")
    now = runtime.clock().isoformat()
    command = [sys.executable, "-m", "tests.integration.killed_batch"]
    arguments = [str(home), str(folder), str(notes), camera, now]
    assert script.is_file()
    running = subprocess.Popen([*command, *arguments], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 60
    while len(stored()) < 5 and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.05)
    running.kill()
    assert running.wait() == -signal.SIGKILL
    before = sum(stored().values())
    assert 5 <= before < 30
    many = batches(runtime, partial(slow_engine, str(notes), 0.0), LocalProcesses(2))
    taken = list(many.take(stream_pictures([folder]), DESK, Photographer(camera=camera)))
    assert len(taken) == 30
    # A picture whose reads are stored may have lacked the mark that it is complete; no more than
    # are stored at once.
    already = sum(receipt.already for _, receipt in taken)
    assert before - STORED_AT_ONCE <= already <= before
    assert len(stored()) == 30
    assert set(stored().values()) == {1}


def test_a_folder_is_walked_in_order_and_counted_without_its_list(tmp_path):
    folder = make_folder(tmp_path / "in", 9)
    (folder / "notes.txt").write_text("no picture")
    (folder / "loop").symlink_to(folder)
    files = list(stream_pictures([folder, folder / "notes.txt"]))
    assert files == [*sorted(folder.glob("[0-9]/*.jpg")), folder / "notes.txt"]
    assert count_pictures([folder]) == 9
    assert next(iter(stream_pictures([folder]))) == files[0]

"""A picture as a job, what becomes of many, and what a command was told about who reads."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import pytest

from tests.pictures import FixedEngine, car_picture, encoded, exif_of
from workbench.cli.picture_tally import LISTED, PictureTally
from workbench.cli.worker_options import chosen_readers
from workbench.detections.deliveries import Counts
from workbench.detections.receipt import Receipt
from workbench.errors import InputError, PictureUnreadableError, RecordError
from workbench.recognition.exif import Shot
from workbench.recognition.picture_jobs import PictureJob, PictureReading, picture_job
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.workers import DaskCluster, LocalProcesses

LIMITS = PictureLimits(20, 1_000_000)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "car.jpg"
    path.write_bytes(encoded(car_picture(), exif=exif_of()))
    return path


def refuse(shot: Shot, path: Path) -> None:
    raise RecordError("Not this one", where={"file": path})


def test_what_goes_to_a_worker_and_comes_back_travels_whole(file):
    task = PictureReading(load_engine=FixedEngine, limits=LIMITS, check=refuse, cut_out=True)
    refused = pickle.loads(pickle.dumps(task)).load()(PictureJob(file))  # noqa: S301 - our own
    told = pickle.loads(pickle.dumps(refused)).error  # noqa: S301 - our own
    assert str(told) == str(refused.error)
    assert told.as_dict() == refused.error.as_dict()
    read = PictureReading(load_engine=FixedEngine, limits=LIMITS, cut_out=True).load()
    found = pickle.loads(pickle.dumps(read(PictureJob(file))))  # noqa: S301 - our own
    assert (found.reads[0].text, found.width, found.height) == ("4BCD567", 640, 480)
    assert found.plate_pictures[0][1:4] == b"PNG"
    assert found.shot.taken_at == "2026-11-01T20:15:30-07:00"
    assert len(pickle.dumps(found)) < 100_000


def test_a_sent_picture_is_read_where_its_file_is_not(file, tmp_path):
    read = PictureReading(load_engine=FixedEngine, limits=LIMITS).load()
    job = picture_job(file, LIMITS, send_content=True)
    file.unlink()
    assert read(job).reads[0].text == "4BCD567"
    assert isinstance(
        read(picture_job(file, LIMITS, send_content=True)).error, PictureUnreadableError
    )
    assert isinstance(
        read(picture_job(file, LIMITS, send_content=False)).error, PictureUnreadableError
    )


def test_a_picture_that_is_not_the_one_meant_is_not_read(file):
    read = PictureReading(load_engine=FixedEngine, limits=LIMITS).load()
    right = hashlib.sha256(file.read_bytes()).hexdigest()
    assert read(PictureJob(file, right)).error is None
    assert "changed while" in str(read(PictureJob(file, "0" * 64)).error)


def told(tally: PictureTally, capsys) -> tuple[int, dict, str]:
    code = tally.tell(as_json=True)
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_sums_are_of_all_and_every_error_is_told(capsys):
    tally = PictureTally()
    good = Receipt(delivery_id=1, name="a", format="picture", state="complete",
                   counts=Counts(reads=2, stored=2))  # fmt: skip
    known = Receipt(delivery_id=2, name="b", format="picture", state="complete", already=True,
                    counts=Counts(reads=1, stored=1))  # fmt: skip
    for number in range(LISTED + 5):
        tally.add((Path(f"{number}.jpg"), known if number % 2 else good))
    tally.add((Path("gone.jpg"), PictureUnreadableError("gone")))
    code, sums, err = told(tally, capsys)
    assert (code, sums["pictures"], sums["files_left_out"]) == (2, LISTED + 6, 6)
    assert (sums["stored"], sums["already"]) == (LISTED + 6, (LISTED + 4) // 2)
    assert len(sums["files"]) == LISTED
    assert "gone" in err


@pytest.mark.parametrize(
    ("workers", "scheduler", "shared", "kind", "send"),
    [
        (1, None, False, LocalProcesses, False),
        (2, None, False, LocalProcesses, False),
        (1, "tcp://10.0.0.5:8786", False, DaskCluster, True),
        (1, "tcp://10.0.0.5:8786", True, DaskCluster, False),
    ],
)
def test_who_reads_is_what_was_said(workers, scheduler, shared, kind, send):
    chosen = chosen_readers(
        "easyocr", None, None, workers=workers, scheduler=scheduler, shared_folder=shared, limit_s=7
    )
    assert isinstance(chosen.workers, kind)
    assert chosen.workers.limit_s == 7
    assert chosen.send_content is send
    pickle.dumps(chosen.load_engine)


@pytest.mark.parametrize(
    ("workers", "scheduler", "shared"), [(2, "tcp://10.0.0.5:8786", False), (2, None, True)]
)
def test_who_reads_is_said_once(workers, scheduler, shared):
    with pytest.raises(InputError):
        chosen_readers(
            "easyocr", None, None, workers=workers, scheduler=scheduler, shared_folder=shared
        )

"""Pictures read on a real Dask cluster of processes: killed workers, limits, no secrets."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.integration.test_image_batches import DESK, batches, make_folder
from tests.unit.workers_at_work import Failing, Noting, Unloadable, slow_engine
from workbench.detections.image_intake import Photographer
from workbench.errors import (
    DependencyError,
    PictureOverdueError,
    RecognitionError,
    WorkerLostError,
)
from workbench.recognition.finding_pictures import stream_pictures
from workbench.recognition.workers import DaskCluster, spread
from workbench.storage.detection_tables import detection


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes of one thread each, each replaced by its nanny when it is killed."""
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 2,
        # Else this kind of cluster puts away for good whom it finds restarting 15 s after a death.
        "distributed.deploy.lost-worker-timeout": "1h",
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            worker_dashboard_address=None,
        ) as started,
    ):
        yield started


@pytest.fixture
def workers(cluster) -> DaskCluster:
    return DaskCluster(cluster.scheduler_address)


def process_ids(cluster) -> list[int]:
    return [nanny.pid for nanny in cluster.workers.values() if nanny.pid]


def test_every_job_gives_one_result_though_a_worker_is_killed(cluster, workers, tmp_path):
    with workers.crew(Noting(tmp_path, takes_s=0.05)) as crew:
        done = []
        for each in spread(crew, range(40)):
            done.append(each)
            assert crew.pending <= 4
            if len(done) == 10:
                os.kill(process_ids(cluster)[0], signal.SIGKILL)
    assert Counter(each.job for each in done) == Counter(range(40))
    assert all(each.result[0] == each.job for each in done)
    assert len(set((tmp_path / "loaded").read_text().split())) >= 2


def test_a_job_that_ends_every_worker_is_given_back(workers, tmp_path):
    with workers.crew(Noting(tmp_path, deadly=frozenset({5}))) as crew:
        done = {each.job: each for each in spread(crew, range(8))}
    assert sorted(done) == list(range(8))
    assert isinstance(done[5].error, WorkerLostError)
    assert [job for job, each in done.items() if each.error] == [5]


def test_a_job_that_takes_too_long_is_given_back_and_its_worker_replaced(cluster, tmp_path):
    workers = DaskCluster(cluster.scheduler_address, limit_s=1.0)
    before = set(process_ids(cluster))
    with workers.crew(Noting(tmp_path, hanging=frozenset({2, 9}))) as crew:
        done = list(spread(crew, range(16)))
    assert Counter(each.job for each in done) == Counter(range(16))
    overdue = {each.job: each.error for each in done if each.error}
    assert set(overdue) == {2, 9}
    assert all(isinstance(error, PictureOverdueError) for error in overdue.values())
    assert all(len((tmp_path / f"{job}").read_text().split()) == 1 for job in (2, 9))
    deadline = time.monotonic() + 30
    while len(now := set(process_ids(cluster))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(now) == 2
    assert 1 <= len(before - now) <= 2


def test_a_task_that_cannot_be_loaded_or_fails_says_why(workers):
    with (
        pytest.raises(DependencyError, match="not installed"),
        workers.crew(Unloadable()) as crew,
    ):
        list(spread(crew, [1]))
    with pytest.raises(RecognitionError, match="ZeroDivision"), workers.crew(Failing()) as crew:
        list(spread(crew, [1]))


@pytest.mark.parametrize("send_content", [True, False])
def test_pictures_are_read_there_and_stored_here(
    runtime, database, workers, tmp_path, send_content
):
    folder, notes = make_folder(tmp_path / "in", 10), tmp_path / "notes"
    notes.mkdir()
    camera = f"cluster-{uuid4().hex[:10]}"
    load = partial(slow_engine, str(notes), 0.0)
    many = batches(runtime, load, workers, send_content=send_content)
    for stored in (10, 0):
        files = stream_pictures([folder])
        taken = list(many.take(files, DESK, Photographer(camera=camera)))
        assert sum(not receipt.already for _, receipt in taken) == stored
    with database.reader.connect() as connection:
        rows = select(detection.c.vehicle_picture).where(detection.c.camera_id == camera)
        assert len(set(connection.execute(rows).scalars())) == 10


def test_a_scheduler_that_is_not_there_is_named(tmp_path):
    nowhere = DaskCluster("tcp://127.0.0.1:9", timeout_s=1)
    with (
        pytest.raises(RecognitionError, match=r"127\.0\.0\.1:9"),
        nowhere.crew(Noting(tmp_path)),
    ):
        pass

"""Each job gives one result, whichever process is killed at it."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from itertools import count

import pytest

from tests.unit.workers_at_work import Failing, Noting, Unloadable
from workbench.errors import (
    DependencyError,
    InputError,
    PictureOverdueError,
    RecognitionError,
    WorkerLostError,
)
from workbench.recognition.workers import InThisProcess, LocalProcesses, spread


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("workers", [InThisProcess(), LocalProcesses(1), LocalProcesses(2)])
def test_every_job_gives_one_result(workers, tmp_path):
    with workers.crew(Noting(tmp_path)) as crew:
        done = list(spread(crew, range(30)))
        assert (crew.pending, crew.room) == (0, True)
    assert sorted(each.job for each in done) == list(range(30))
    assert all(each.result[0] == each.job and each.error is None for each in done)
    loaded = (tmp_path / "loaded").read_text().split()
    assert len(loaded) == len(set(loaded)) == getattr(workers, "count", 1)


def test_jobs_are_taken_as_there_is_room_and_not_before(tmp_path):
    asked = count()
    with LocalProcesses(2).crew(Noting(tmp_path)) as crew:
        for number, _ in enumerate(spread(crew, (next(asked) for _ in range(40))), start=1):
            assert next(asked) - number <= 2 * 2 + 1
            asked = count(min(40, number + crew.pending))
        assert number == 40


def test_a_worker_that_is_killed_loses_and_doubles_nothing(tmp_path):
    with LocalProcesses(2).crew(Noting(tmp_path, takes_s=0.02)) as crew:
        done, killed = [], 0
        for each in spread(crew, range(60)):
            done.append(each)
            if len(done) in {10, 30, 50}:
                os.kill(crew.process_ids()[killed % 2], signal.SIGKILL)
                killed += 1
    assert killed == 3
    assert Counter(each.job for each in done) == Counter(range(60))
    assert not any(each.error for each in done)


def test_a_job_that_ends_its_worker_is_done_by_another(tmp_path):
    with LocalProcesses(2).crew(Noting(tmp_path, once=frozenset({3, 11}))) as crew:
        done = {each.job: each for each in spread(crew, range(20))}
    assert sorted(done) == list(range(20))
    assert not any(each.error for each in done.values())
    assert len((tmp_path / "3").read_text().split()) == 2


def test_a_job_that_ends_every_worker_is_given_back_and_only_that_one(tmp_path):
    with LocalProcesses(2).crew(Noting(tmp_path, deadly=frozenset({0, 7}))) as crew:
        done = {each.job: each for each in spread(crew, range(20))}
    assert sorted(done) == list(range(20))
    assert {job for job, each in done.items() if each.error} == {0, 7}
    assert isinstance(done[7].error, WorkerLostError)
    assert len((tmp_path / "7").read_text().split()) == 3
    assert all(len((tmp_path / f"{job}").read_text().split()) == 1 for job in (1, 6, 8, 19))


def test_a_job_that_takes_too_long_is_given_back_and_only_that_one(tmp_path):
    with LocalProcesses(2, limit_s=1.0).crew(Noting(tmp_path, hanging=frozenset({0, 7}))) as crew:
        before = crew.process_ids()
        done = list(spread(crew, range(20)))
        replaced = set(before) - set(crew.process_ids())
    assert Counter(each.job for each in done) == Counter(range(20))
    overdue = {each.job: each.error for each in done if each.error}
    assert set(overdue) == {0, 7}
    assert isinstance(overdue[7], PictureOverdueError)
    assert "allowed: 1 s" in str(overdue[7])
    # Tried once each; what their workers held beside was not begun, and is done once by others.
    assert all(len((tmp_path / f"{job}").read_text().split()) == 1 for job in range(20))
    assert 1 <= len(replaced) <= 2
    assert not any(map(alive, replaced))


def test_the_only_worker_is_replaced_when_it_hangs(tmp_path):
    with LocalProcesses(1, limit_s=0.5).crew(Noting(tmp_path, hanging=frozenset({1}))) as crew:
        done = {each.job: each for each in spread(crew, range(4))}
    assert sorted(done) == [0, 1, 2, 3]
    assert [job for job, each in done.items() if each.error] == [1]


def test_the_time_counts_from_when_a_job_is_begun(tmp_path):
    """Not while the engine is loaded, nor while the one before is done or its result waits."""
    with LocalProcesses(1, limit_s=1.0).crew(Noting(tmp_path, takes_s=0.6, loads_s=1.5)) as crew:
        for job in (1, 2):
            crew.give(job)
        done = [crew.take()]
        time.sleep(1.5)  # as whoever stores the first one may
        crew.give(3)
        done += [crew.take(), crew.take()]
    assert [each.job for each in done] == [1, 2, 3]
    assert not any(each.error for each in done)


@pytest.mark.parametrize("limit_s", [0.0, -1.0, float("nan")])
def test_no_time_is_no_time(limit_s):
    with pytest.raises(InputError, match="needs time"):
        LocalProcesses(1, limit_s=limit_s)


def test_a_task_that_cannot_be_loaded_says_why(tmp_path):
    for workers in (InThisProcess(), LocalProcesses(2)):
        with (
            pytest.raises(DependencyError, match="not installed"),
            workers.crew(Unloadable()) as crew,
        ):
            list(spread(crew, range(3)))
    with (
        pytest.raises(RecognitionError, match="while they get ready"),
        LocalProcesses(1).crew(Unloadable(ends=True)) as crew,
    ):
        list(spread(crew, range(3)))


def test_a_mistake_in_the_task_is_told_and_not_tried_again():
    with (
        pytest.raises(RecognitionError, match="ZeroDivisionError"),
        LocalProcesses(1).crew(Failing()) as crew,
    ):
        list(spread(crew, [1]))


def test_no_process_is_left_behind(tmp_path):
    with LocalProcesses(2).crew(Noting(tmp_path, takes_s=30)) as crew:
        ids = crew.process_ids()
        crew.give(1)
        while not (tmp_path / "1").exists():
            time.sleep(0.01)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert not any(map(alive, ids))


def test_two_workers_do_more_than_one(tmp_path):
    """Jobs that wait and do not compute, so that a busy machine cannot hide what is shared out."""
    rates = []
    for number in (1, 2):
        notes = tmp_path / str(number)
        notes.mkdir()
        with LocalProcesses(number).crew(Noting(notes, takes_s=0.1)) as crew:
            list(spread(crew, range(100, 100 + 2 * number)))  # loaded
            began = time.monotonic()
            list(spread(crew, range(30)))
            rates.append(30 / (time.monotonic() - began))
    assert rates[1] > 1.5 * rates[0]


def test_no_workers_are_no_workers():
    with pytest.raises(InputError, match="needs a worker"):
        LocalProcesses(0)

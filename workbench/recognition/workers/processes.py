"""Work in processes of this machine; one that is killed is replaced, and its jobs are done anew.

Each worker has a connection of its own, so that it is known which job a killed one was at. (With
a pool of the standard library every job under way would be under suspicion.) One that is at a job
for too long is killed too; that job is given back, for it would take as long again.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from math import inf
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic
from typing import Generic

from workbench.errors import InputError, RecognitionError, WorkerLostError
from workbench.recognition.workers.base import (
    MOST_TRIES,
    Crew,
    Done,
    Job,
    Result,
    Task,
    job_over_its_time,
)
from workbench.recognition.workers.process import Answer, Given, serve

_DEPTH = 2
"""Jobs that one worker holds: the one it does, and the next, so that it need not wait."""

_GRACE_S = 5.0

_LONGEST_WAIT_S = 3_600.0
"""Well below what the system's clock of waits can count."""


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """Spreads work over processes of this machine.

    Attributes
    ----------
    count
        How many.
    limit_s
        How long one may be at one job; ``None`` lets it be there for ever.

    Raises
    ------
    InputError
        If there is to be none, or no time.
    """

    count: int
    limit_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse to work with nobody."""
        if self.count < 1:
            raise InputError("Work needs a worker", given=self.count, allowed="1 or more")
        if self.limit_s is not None and not self.limit_s > 0:
            raise InputError("Work needs time", given=self.limit_s, allowed="more than 0 seconds")

    @contextmanager
    def crew(self, task: Task[Job, Result]) -> Iterator[Crew[Job, Result]]:
        """Open a crew of processes that load the task now."""
        crew: _Crew[Job, Result] = _Crew(task, self.count, self.limit_s)
        try:
            yield crew
        finally:
            crew.end()


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    loaded: bool = False
    held: deque[Given] = field(default_factory=deque)
    since: float = 0.0
    """When it began the first of those, as far as is known here; a second is done behind it."""


class _Crew(Generic[Job, Result]):
    def __init__(self, task: Task[Job, Result], size: int, limit_s: float | None) -> None:
        self._task = task
        self._limit_s = limit_s
        self._alone = size == 1
        self._numbers = count()
        self._waiting: deque[Given] = deque()
        self._finished: deque[Done[Job, Result]] = deque()
        self._tries: Counter[int] = Counter()
        self._ended_loading = 0
        self._workers = [self._started() for _ in range(size)]

    @property
    def pending(self) -> int:
        held = sum(len(worker.held) for worker in self._workers)
        return held + len(self._waiting) + len(self._finished)

    @property
    def room(self) -> bool:
        return self.pending < _DEPTH * len(self._workers)

    def process_ids(self) -> list[int]:
        """Return the workers' process ids."""
        return [worker.process.pid or 0 for worker in self._workers]

    def give(self, job: Job) -> None:
        self._waiting.append(Given(next(self._numbers), job))
        self._hand_out()

    def take(self) -> Done[Job, Result]:
        while not self._finished:
            self._hand_out()
            listening = {worker.connection: worker for worker in self._workers}
            heard = wait(list(listening), self._patience_s())
            for connection, worker in listening.items():
                if connection in heard:  # what it has said counts, however late it is heard
                    self._hear(worker)
                elif self._left_s(worker) <= 0:
                    self._give_up(worker)
        return self._finished.popleft()

    def end(self) -> None:
        """End every worker, whatever it is at."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            _buried(worker)

    def _hand_out(self) -> None:
        for worker in sorted(self._workers, key=lambda worker: len(worker.held)):
            while self._waiting and len(worker.held) < _DEPTH:
                given = self._waiting.popleft()
                worker.held.append(given)
                if len(worker.held) == 1:
                    worker.since = monotonic()
                # A worker that has just been killed is noticed when it is listened to.
                with suppress(OSError):
                    worker.connection.send(given)

    def _hear(self, worker: _Worker) -> None:
        try:
            answer: Answer = worker.connection.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if answer.error:
            raise answer.error
        worker.since = monotonic()
        if answer.number is None:
            worker.loaded, self._ended_loading = True, 0
            return
        given = worker.held.popleft()
        self._tries.pop(given.number, None)
        self._finished.append(Done(given.job, answer.result))

    def _replace(self, lost: _Worker) -> None:
        lost.connection.close()
        _buried(lost)
        if not lost.loaded:
            self._ended_loading += 1
            if self._ended_loading >= MOST_TRIES:
                raise RecognitionError(
                    "The workers end while they get ready",
                    given=f"exit code {lost.process.exitcode}",
                    next_step="try fewer workers: each needs memory for an engine of its own",
                )
        elif lost.held:
            self._blame(lost.held.popleft())
        self._dismiss(lost)

    def _patience_s(self) -> float | None:
        """Return how long to listen before somebody may be over their time."""
        left = min(map(self._left_s, self._workers))
        return None if left == inf else min(max(0.0, left), _LONGEST_WAIT_S)

    def _left_s(self, worker: _Worker) -> float:
        """Return how long a worker may still be at its job."""
        if self._limit_s is None or not (worker.loaded and worker.held):
            return inf
        return worker.since + self._limit_s - monotonic()

    def _give_up(self, stuck: _Worker) -> None:
        """End a worker and give back the job that it was at."""
        given = stuck.held.popleft()
        self._tries.pop(given.number, None)
        self._finished.append(Done(given.job, error=job_over_its_time(self._limit_s or 0.0)))
        stuck.process.kill()  # whatever hangs may be deaf to less
        self._dismiss(stuck)

    def _dismiss(self, ended: _Worker) -> None:
        """Put another in the place of a worker that ends, and have others do what it held."""
        ended.connection.close()
        _buried(ended)
        self._waiting.extendleft(reversed(ended.held))
        self._workers[self._workers.index(ended)] = self._started()

    def _started(self) -> _Worker:
        # Not forked: a copy of a process with threads and database connections may hang.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        given = (theirs, self._task)
        process = context.Process(
            target=serve, args=given, kwargs={"alone": self._alone}, daemon=True
        )
        process.start()
        theirs.close()  # so that its end is noticed here
        return _Worker(process, ours)

    def _blame(self, given: Given) -> None:
        """Have the job that a worker was at done again, unless it has ended too many."""
        self._tries[given.number] += 1
        if self._tries[given.number] < MOST_TRIES:
            self._waiting.appendleft(given)
            return
        del self._tries[given.number]
        self._finished.append(Done(given.job, error=job_that_ends_workers()))


def job_that_ends_workers() -> WorkerLostError:
    """Return the error of a job that no worker survived."""
    return WorkerLostError(
        "Every process that worked on this ended",
        given=f"{MOST_TRIES} processes",
        next_step="look at it alone; the machine may also be short of memory",
    )


def _buried(worker: _Worker) -> None:
    worker.process.join(_GRACE_S)
    if worker.process.exitcode is None:
        worker.process.kill()
        worker.process.join()

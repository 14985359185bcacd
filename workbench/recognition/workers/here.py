"""Work in this process, one job after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Generic

from workbench.recognition.workers.base import Crew, Done, Job, Result, Task


class InThisProcess:
    """Does the work itself; the task is loaded when the first job is to be done."""

    @contextmanager
    def crew(self, task: Task[Job, Result]) -> Iterator[Crew[Job, Result]]:
        """Open a crew of one."""
        yield _Alone(task)


class _Alone(Generic[Job, Result]):
    def __init__(self, task: Task[Job, Result]) -> None:
        self._task = task
        self._jobs: deque[Job] = deque()

    @cached_property
    def _work(self) -> Callable[[Job], Result]:
        return self._task.load()

    @property
    def pending(self) -> int:
        return len(self._jobs)

    @property
    def room(self) -> bool:
        return not self._jobs

    def give(self, job: Job) -> None:
        self._jobs.append(job)

    def take(self) -> Done[Job, Result]:
        job = self._jobs.popleft()
        return Done(job, self._work(job))

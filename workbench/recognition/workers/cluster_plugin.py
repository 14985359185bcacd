"""What a worker of a Dask cluster holds: the task, loaded once; imported only where Dask is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Lock, Thread, Timer
from typing import Any

from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from workbench.errors import WorkbenchError
from workbench.recognition.workers.base import Task, error_to_tell

_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Stuck:
    """A worker's answer to a job at which it was for too long: it still is, and must be ended.

    Attributes
    ----------
    worker
        Its address.
    """

    worker: str


class LoadedTask(WorkerPlugin):
    """A task on a worker: loaded at its first job, and done by one thread at a time.

    Parameters
    ----------
    task
        Sent to every worker, also to those that come later.
    limit_s
        How long one job may take, loading not counted; ``None`` as long as it takes.
    """

    def __init__(self, task: Task[Any, Any], limit_s: float | None = None) -> None:
        self._task = task
        self._limit_s = limit_s

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """Get ready on a worker."""
        self._lock = Lock()
        self._work: Callable[[Any], Any] | None = None
        self._stuck = False

    def do(self, job: Any) -> Any:
        """Return what becomes of one job, or `Stuck`."""
        with self._lock:
            if self._stuck:  # and about to be ended: somebody else does it
                time.sleep(_PAUSE_S)
                raise Reschedule
            try:
                if self._work is None:
                    self._work = self._task.load()
                return self._in_time(self._work, job)
            except WorkbenchError:
                raise
            except Exception as error:
                raise error_to_tell(error) from error

    def _in_time(self, work: Callable[[Any], Any], job: Any) -> Any:
        """Do a job in a thread that can be left behind, for no thread can be ended."""
        if self._limit_s is None:
            return work(job)
        result: Future[Any] = Future()
        Thread(target=_settle, args=(result, work, job), daemon=True, name="alpr-job").start()
        if wait([result], self._limit_s).done:
            return result.result()
        self._stuck = True
        return Stuck(get_worker().address)


def end_this_worker() -> None:
    """End this process as soon as this has been answered; what hangs in it is ended with it."""
    Timer(_PAUSE_S, os._exit, (1,)).start()


def _settle(result: Future[Any], work: Callable[[Any], Any], job: Any) -> None:
    try:
        result.set_result(work(job))
    except Exception as error:  # noqa: BLE001 - raised again by whoever waits
        result.set_exception(error)

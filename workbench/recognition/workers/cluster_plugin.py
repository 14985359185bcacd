"""What a worker of a Dask cluster holds: the task, loaded once; imported only where Dask is."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from distributed import Worker, WorkerPlugin

from workbench.errors import WorkbenchError
from workbench.recognition.workers.base import Task, error_to_tell


class LoadedTask(WorkerPlugin):
    """A task on a worker: loaded at its first job, and done by one thread at a time.

    Parameters
    ----------
    task
        Sent to every worker, also to those that come later.
    """

    def __init__(self, task: Task[Any, Any]) -> None:
        self._task = task

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """Get ready on a worker."""
        self._lock = Lock()
        self._work: Callable[[Any], Any] | None = None

    def do(self, job: Any) -> Any:
        """Return what becomes of one job."""
        with self._lock:
            try:
                if self._work is None:
                    self._work = self._task.load()
                return self._work(job)
            except WorkbenchError:
                raise
            except Exception as error:
                raise error_to_tell(error) from error

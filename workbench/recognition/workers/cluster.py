"""Work on a Dask cluster: this process gives jobs and takes results, workers know no database."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, Generic
from uuid import uuid4

from workbench.errors import DependencyError, RecognitionError
from workbench.recognition.workers.base import Crew, Done, Job, Result, Task, job_over_its_time
from workbench.recognition.workers.processes import job_that_ends_workers

INSTALL = 'pip install "alpr-workbench[cluster]"'
_PACKAGE = "alpr-workbench"
_DEPTH = 2
_MOST_SUSPECTS = 50
_LOST_S = 30.0
"""How long to wait for a result that has been announced."""


@dataclass(frozen=True, slots=True)
class DaskCluster:
    """Spreads work over the workers of a Dask scheduler.

    A worker that is killed is noticed by the scheduler, which has its jobs done by another. One
    that is at a job for too long says so and is ended; whoever keeps it (Dask's nanny) starts it
    anew. Each worker needs the same version of this package, with the engine, and no other secret
    or setting.

    Attributes
    ----------
    scheduler
        Its address, such as ``tcp://10.0.0.5:8786``, or ``tls://`` with Dask's own settings.
    timeout_s
        How long to wait for the scheduler and for its first worker.
    limit_s
        How long a worker may be at one job; ``None`` lets it be there for ever.
    """

    scheduler: str
    timeout_s: float = 30.0
    limit_s: float | None = None

    @contextmanager
    def crew(self, task: Task[Job, Result]) -> Iterator[Crew[Job, Result]]:
        """Open a crew of all workers that the scheduler has, or gets.

        Raises
        ------
        DependencyError
            If Dask is not installed.
        RecognitionError
            If the scheduler or a worker cannot be reached.
        """
        distributed = _distributed()
        try:
            client = distributed.Client(
                self.scheduler, timeout=self.timeout_s, set_as_default=False, name="alpr-workbench"
            )
        except (OSError, ValueError) as error:
            raise RecognitionError(
                "The Dask scheduler cannot be reached",
                given=self.scheduler,
                allowed="tcp://HOST:PORT",
                next_step=f"it says: {error}",
            ) from error
        with client:
            yield self._joined(client, task)

    def _joined(self, client: Any, task: Task[Job, Result]) -> Crew[Job, Result]:
        try:
            client.wait_for_workers(1, timeout=self.timeout_s)
        except TimeoutError as error:
            raise RecognitionError(
                "The Dask scheduler has no worker",
                given=self.scheduler,
                next_step=f"start one: dask worker {self.scheduler} --nthreads 1",
            ) from error
        name = f"alpr-{uuid4().hex}"
        client.register_plugin(_plugins().LoadedTask(task, self.limit_s), name=name)
        return _Crew(client, name, self.limit_s)


class _Crew(Generic[Job, Result]):
    """Gives jobs to the scheduler.

    When a worker ends, Dask suspects every job that it held. So a job that it gives up is tried
    once more with nothing else under way, and only if that ends its worker too is it given back.
    """

    def __init__(self, client: Any, plugin: str, limit_s: float | None) -> None:
        self._client = client
        self._plugin = plugin
        self._limit_s = limit_s
        self._under_way: dict[str, Job] = {}
        self._suspects: deque[Job] = deque()
        self._tried_alone: str | None = None
        self._results = _distributed().as_completed(loop=client.loop)

    @property
    def pending(self) -> int:
        return len(self._under_way) + len(self._suspects)

    @property
    def room(self) -> bool:
        if self._tried_alone or len(self._suspects) >= _MOST_SUSPECTS:
            return False
        workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        return len(self._under_way) < _DEPTH * max(1, workers)

    def give(self, job: Job) -> None:
        self._submit(job)

    def take(self) -> Done[Job, Result]:
        while True:
            if not self._under_way:
                self._tried_alone = self._submit(self._suspects.popleft())
            done = self._done(next(self._results))
            if done:
                return done

    def _submit(self, job: Job) -> str:
        future = self._client.submit(
            _do, self._plugin, version(_PACKAGE), job, pure=False, key=f"alpr-{uuid4().hex}"
        )
        key = str(future.key)
        self._under_way[key] = job
        self._results.add(future)
        return key

    def _done(self, future: Any) -> Done[Job, Result] | None:
        job = self._under_way.pop(future.key)
        alone = future.key == self._tried_alone
        self._tried_alone = None if alone else self._tried_alone
        try:
            # A result that was lost with its worker is waited for until another has made it anew.
            return self._told(job, future.result(timeout=_LOST_S))
        except _distributed().KilledWorker:
            if alone:
                return Done(job, error=job_that_ends_workers())
            self._suspects.append(job)
        except TimeoutError:
            self._submit(job)
        except CancelledError as error:
            raise RecognitionError(
                "The Dask scheduler gave a job back",
                given=future.status,
                next_step="the same command goes on where this one ended",
            ) from error
        return None

    def _told(self, job: Job, result: Any) -> Done[Job, Result]:
        """Return what a worker says of a job; one that is still at it is ended."""
        plugins = _plugins()
        if not isinstance(result, plugins.Stuck):
            return Done(job, result)
        # Only now, with its answer here: a result is lost with its worker, and made anew.
        self._client.run(plugins.end_this_worker, workers=[result.worker], on_error="ignore")
        return Done(job, error=job_over_its_time(self._limit_s or 0.0))


def _do(plugin: str, ours: str, job: Any) -> Any:
    """Run on a worker: do a job with what the plugin holds."""
    theirs = version(_PACKAGE)
    if theirs != ours:
        raise DependencyError(
            "A worker of the cluster has another version", given=theirs, allowed=ours
        )
    return _distributed().get_worker().plugins[plugin].do(job)


def _plugins() -> Any:
    return import_module("workbench.recognition.workers.cluster_plugin")


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise DependencyError(
            "Spreading work over a cluster needs a package that is not installed",
            given=error.name,
            next_step=INSTALL,
        ) from error

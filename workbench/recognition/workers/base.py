"""What every way of spreading work promises: each job gives one result, whoever is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from workbench.errors import PictureOverdueError, RecognitionError, WorkbenchError

Job = TypeVar("Job")
Result = TypeVar("Result")
Job_contra = TypeVar("Job_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)

MOST_TRIES = 3
"""How many workers may end at one job before the job is given back undone."""

LIMIT_S = 120.0
"""How long a worker may be at one job where nothing else is said: many times what the slowest
engine takes for the largest picture, so that it ends what hangs and nothing else."""


class Task(Protocol[Job_contra, Result_co]):
    """What workers do; sent to each of them, so it can be pickled."""

    def load(self) -> Callable[[Job_contra], Result_co]:
        """Return what does one job; called once in each worker, and may take long."""
        ...


@dataclass(frozen=True, slots=True)
class Done(Generic[Job, Result]):
    """What became of a job.

    Attributes
    ----------
    result
        ``None`` where there is an error.
    error
        The job ended every worker that tried it, or took longer than one may.
    """

    job: Job
    result: Result | None = None
    error: RecognitionError | None = None


class Crew(Protocol[Job, Result]):
    """Workers that have loaded a task, or are loading it."""

    @property
    def pending(self) -> int:
        """How many jobs were given whose result was not taken."""
        ...

    @property
    def room(self) -> bool:
        """Whether another job should be given now; what is under way stays bounded."""
        ...

    def give(self, job: Job) -> None:
        """Give a job to whoever is free."""
        ...

    def take(self) -> Done[Job, Result]:
        """Wait for a result and return it, in whatever order they come.

        Raises
        ------
        WorkbenchError
            If the task cannot be loaded, or fails in a way that is no result.
        """
        ...


class Workers(Protocol):
    """A way of spreading work."""

    def crew(self, task: Task[Job, Result]) -> AbstractContextManager[Crew[Job, Result]]:
        """Open a crew for a task; leaving it ends the crew, whatever is under way."""
        ...


def spread(crew: Crew[Job, Result], jobs: Iterable[Job]) -> Iterator[Done[Job, Result]]:
    """Give jobs as there is room for them and yield what becomes of each, as it comes.

    Examples
    --------
    >>> from workbench.recognition.workers.here import InThisProcess
    >>> class Doubling:
    ...     def load(self):
    ...         return lambda number: 2 * number
    >>> with InThisProcess().crew(Doubling()) as crew:
    ...     [done.result for done in spread(crew, [1, 2, 3])]
    [2, 4, 6]
    """
    for job in jobs:
        while not crew.room:
            yield crew.take()
        crew.give(job)
    while crew.pending:
        yield crew.take()


def job_over_its_time(limit_s: float) -> PictureOverdueError:
    """Return the error of a job at which a worker was for too long."""
    return PictureOverdueError(
        "Reading this took too long and was given up",
        allowed=f"{limit_s:g} s",
        next_step="look at it alone, or give it again with a larger --timeout-s",
    )


def error_to_tell(error: Exception) -> WorkbenchError:
    """Return what went wrong in a worker as an error that can be sent back, whatever it was."""
    if isinstance(error, WorkbenchError):
        return error
    return RecognitionError("A worker failed", given=f"{type(error).__name__}: {error}")

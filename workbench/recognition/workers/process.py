"""A worker process: loads the task once and does jobs until nobody is there to give more."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from workbench.errors import WorkbenchError
from workbench.recognition.workers.base import Task, error_to_tell


class Given(NamedTuple):
    """A job on its way to a worker."""

    number: int
    job: Any


class Answer(NamedTuple):
    """What a worker says: that it has loaded the task (no number), or what became of a job."""

    number: int | None
    result: Any = None
    error: WorkbenchError | None = None


def serve(connection: Connection, task: Task[Any, Any], *, alone: bool) -> None:
    """Do jobs as they come; end when the other side has ended.

    Parameters
    ----------
    alone
        Whether no other process does the same work here.
    """
    # Ctrl-C goes to every process of the terminal; who gave the jobs decides what then happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Several processes with a thread for every core each would stand in one another's way.
    if not alone:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        _serve(connection, task)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _serve(connection: Connection, task: Task[Any, Any]) -> None:
    try:
        work = task.load()
    except Exception as error:  # noqa: BLE001 - told to whoever waits, whatever it is
        connection.send(Answer(None, error=error_to_tell(error)))
        return
    connection.send(Answer(None))
    while True:
        given: Given = connection.recv()
        try:
            answer = Answer(given.number, work(given.job))
        except Exception as error:  # noqa: BLE001 - the same
            answer = Answer(given.number, error=error_to_tell(error))
        connection.send(answer)

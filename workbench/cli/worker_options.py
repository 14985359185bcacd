"""Options about who reads many pictures, the same for every command that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from workbench.cli.engine_options import load_engine
from workbench.errors import InputError
from workbench.recognition.base import Recogniser
from workbench.recognition.workers import DaskCluster, InThisProcess, LocalProcesses, Workers

WorkerCount = Annotated[
    int,
    typer.Option("--workers", min=1, help="Processes that read, each with an engine of its own"),
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Read on a Dask cluster instead: its scheduler's address, tcp://HOST:PORT"),
]
SharedFolder = Annotated[
    bool,
    typer.Option(
        "--shared-folder",
        help="The cluster's workers see the same files by the same paths; else they are sent",
    ),
]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads, and with what.

    Attributes
    ----------
    send_content
        Whether pictures have to be sent there.
    """

    workers: Workers
    load_engine: Callable[[], Recogniser]
    send_content: bool


def chosen_readers(
    engine: str,
    threads: int | None,
    longest_side: int | None,
    *,
    workers: int,
    scheduler: str | None,
    shared_folder: bool,
) -> Readers:
    """Return who reads, as a command was told.

    Several processes compute with one thread each unless something else is said.

    Raises
    ------
    InputError
        If the options contradict each other.
    """
    if scheduler and workers > 1:
        raise InputError(
            "Pictures are read by processes here or on a cluster, not both",
            given=f"--workers {workers} and --scheduler",
            allowed="one of them; a cluster has as many workers as were started for it",
        )
    if shared_folder and not scheduler:
        raise InputError("Only a cluster needs --shared-folder", allowed="--scheduler beside it")
    if scheduler:
        load = partial(load_engine, engine, threads or 1, longest_side)
        return Readers(DaskCluster(scheduler), load, send_content=not shared_folder)
    if workers > 1:
        load = partial(load_engine, engine, threads or 1, longest_side)
        return Readers(LocalProcesses(workers), load, send_content=False)
    load = partial(load_engine, engine, threads, longest_side)
    return Readers(InThisProcess(), load, send_content=False)

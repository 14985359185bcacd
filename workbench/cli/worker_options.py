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
from workbench.recognition.workers import LIMIT_S, DaskCluster, LocalProcesses, Workers

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
TimeLimit = Annotated[
    float,
    typer.Option(
        "--timeout-s",
        min=1,
        help="Most seconds for one picture; at one that takes longer, the"
        " process that reads it is ended and another takes its place",
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
    limit_s: float = LIMIT_S,
) -> Readers:
    """Return who reads, as a command was told.

    Several processes compute with one thread each unless something else is said. One reads in a
    process of its own too, so that it can be ended where it hangs.

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
        cluster = DaskCluster(scheduler, limit_s=limit_s)
        return Readers(cluster, load, send_content=not shared_folder)
    each = threads or (1 if workers > 1 else None)
    load = partial(load_engine, engine, each, longest_side)
    return Readers(LocalProcesses(workers, limit_s=limit_s), load, send_content=False)

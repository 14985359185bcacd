"""Options about the engine, the same for every command that reads pictures."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.recognition.base import Recogniser
from workbench.recognition.options import EngineOptions
from workbench.recognition.registry import shipped_engines
from workbench.settings import load_settings

ENGINE = shipped_engines().default
"""Read with where nobody chose."""

EngineName = Annotated[str, typer.Option("--engine", help="See `workbench recognise engines`")]
Threads = Annotated[
    int | None,
    typer.Option(min=1, help="Most threads to compute with; else WORKBENCH_RECOGNITION_THREADS"),
]
LongestSide = Annotated[
    int | None,
    typer.Option(
        help="Pixels that pictures are scaled down to for finding plates; more finds smaller ones"
        " and takes longer; else the engine's own"
    ),
]


def load_engine(name: str, threads: int | None, longest_side: int | None) -> Recogniser:
    """Load the engine that a command was told to use.

    Raises
    ------
    EngineUnknownError
        If there is none of that name.
    DependencyError
        If a package that it needs is not installed.
    """
    return shipped_engines().load(name, engine_options(threads, longest_side))


def engine_options(threads: int | None = None, longest_side: int | None = None) -> EngineOptions:
    """Return the options of an engine as given, else as the settings say."""
    settings = load_settings()
    return EngineOptions(
        threads=threads or settings.recognition_threads,
        longest_side_px=longest_side,
        models=settings.models_folder,
    )

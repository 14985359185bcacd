"""Reads the same pictures with several engines, turn and turn about."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.bench.plates.engine_process import Answer, EngineProcess
from workbench.bench.plates.memory import watched


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRun:
    """What one engine made of all pictures.

    Attributes
    ----------
    load_ms
        Milliseconds to load it.
    memory_mb
        Most memory of its process, with Python and the decoded picture, in megabytes.
    answers
        By picture.
    """

    engine: str
    version: str
    load_ms: float
    memory_mb: float
    answers: Mapping[Path, Answer]


def run(
    pictures: Sequence[Path],
    engines: Sequence[str],
    *,
    threads: int,
    models: Path,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[EngineRun]:
    """Return what each engine read.

    Each picture is read by all engines before the next, and which of them goes first changes from
    picture to picture, so that all meet the same machine. The first picture is read twice, and the
    first time not counted.

    Parameters
    ----------
    pictures
        Files.
    engines
        Names of engines that are installed.
    threads
        Most threads that each computes with; one works at a time.
    models
        Folder of models, for engines that come without.
    report
        Gets how many pictures are done, and how many there are.

    Raises
    ------
    RecognitionError
        If an engine cannot be loaded, or its process ends.
    """
    with contextlib.ExitStack() as stack:
        processes = []
        for name in engines:  # one after the other: loading takes all cores
            process = stack.enter_context(EngineProcess(name, threads=threads, models=models))
            process.wait_until_loaded()
            process.read(pictures[0])
            processes.append(process)
        memory = stack.enter_context(watched(each.process_id for each in processes))
        answers: dict[str, dict[Path, Answer]] = {name: {} for name in engines}
        for number, picture in enumerate(pictures):
            report(number, len(pictures))
            turn = number % len(processes)
            for process in (*processes[turn:], *processes[:turn]):
                answers[process.name][picture] = process.read(picture)
        report(len(pictures), len(pictures))
        return [
            EngineRun(
                engine=process.name,
                version=process.version,
                load_ms=process.load_ms,
                memory_mb=memory.mb(process.process_id),
                answers=answers[process.name],
            )
            for process in processes
        ]

"""Pictures a second with one worker and with more, on rendered pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from workbench.bench.timing import Figures
from workbench.demo.pictures import render_scene
from workbench.demo.plates import make_plates, plate_texts
from workbench.recognition.base import Recogniser
from workbench.recognition.picture_jobs import PictureJob, PictureReading, ReadPicture
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.workers import Crew, Workers, spread

_SEED = 426


def render_pictures(folder: Path, count: int, size: tuple[int, int]) -> list[Path]:
    """Write made-up pictures into a folder and return their paths; the same ones each time.

    Parameters
    ----------
    size
        Width and height in pixels.
    """
    plates, _ = make_plates(count, np.random.default_rng(_SEED))
    files = []
    for number, plate in enumerate(plate_texts(plates)):
        file = folder / f"{number:06}.jpg"
        file.write_bytes(render_scene(plate, _SEED + number, size=size).jpeg)
        files.append(file)
    return files


def run(
    files: Sequence[Path],
    spreadings: Sequence[tuple[str, Workers]],
    load_engine: Callable[[], Recogniser],
    limits: PictureLimits,
    *,
    report: Callable[[str], None],
) -> Figures:
    """Read the same pictures by each way of spreading and return the figures.

    Engines are loaded and have read a picture before the clock starts.

    Parameters
    ----------
    spreadings
        Names and workers; the first is what the others are compared with.
    load_engine
        Computes with one thread, so that processes do not share it out among themselves.
    report
        Gets a line on how far it is.

    Returns
    -------
    dict
        For each name ``<name>_pictures_per_s``, and ``<name>_ratio`` to the first.
    """
    figures: Figures = {"pictures": len(files)}
    task = PictureReading(load_engine=load_engine, limits=limits)
    first = 0.0
    for name, workers in spreadings:
        report(f"{name}: loading engines")
        with workers.crew(task) as crew:
            _warm(crew, files)
            report(f"{name}: reading {len(files)} pictures")
            began = perf_counter()
            _read(crew, files)
            per_s = len(files) / (perf_counter() - began)
        first = first or per_s
        figures[f"{name}_pictures_per_s"] = round(per_s, 3)
        figures[f"{name}_ratio"] = round(per_s / first, 3)
    return figures


def _warm(crew: Crew[PictureJob, ReadPicture], files: Sequence[Path]) -> None:
    """Have every worker read something: each takes a job only once its engine is loaded."""
    given = 0
    while crew.room:
        crew.give(PictureJob(files[given % len(files)]))
        given += 1
    while crew.pending:
        crew.take()


def _read(crew: Crew[PictureJob, ReadPicture], files: Sequence[Path]) -> None:
    for done in spread(crew, map(PictureJob, files)):
        error = done.error or (done.result.error if done.result else None)
        if error:
            raise error

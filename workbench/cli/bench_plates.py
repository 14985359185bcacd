"""`workbench bench plates`: how well and how fast the engines read labelled pictures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbench.bench.plates.figures import figures, score_board
from workbench.bench.plates.outcomes import labelled_reads, outcomes
from workbench.bench.plates.run import EngineRun, run
from workbench.bench.plates.sheet import failures, make_sheet
from workbench.bench.plates.table import tables
from workbench.bench.plates.truth import Plate, corrected, read_known_errors, read_truth, sampled
from workbench.cli.engine_options import engine_options
from workbench.cli.progress import progress_line
from workbench.cli.terminal import say
from workbench.errors import DependencyError, InputError
from workbench.recognition.calibration import fit_calibration, write_calibration
from workbench.recognition.registry import shipped_engines
from workbench.recognition.scores import write_scores
from workbench.settings import load_settings

Truth = Annotated[
    list[Path],
    typer.Option(
        "--set", help="CSV: image, x, y, width, height, plate; pictures beside it. Again for more"
    ),
]
Engines = Annotated[
    list[str] | None, typer.Option("--engine", help="Again for each; else all installed")
]
Sample = Annotated[
    int | None, typer.Option(min=1, help="So many pictures, chosen by chance; else all")
]
KnownErrors = Annotated[
    Path | None,
    typer.Option(help="CSV: picture, text; figures with these texts are told separately"),
]
Sheet = Annotated[
    Path | None, typer.Option(help="Write the plates that were missed, as a PNG picture")
]
Fit = Annotated[Path | None, typer.Option(help="Write a calibration of the one engine, as JSON")]
Scores = Annotated[
    Path | None, typer.Option(help="Write the scores that `recognise engines` shows, as JSON")
]


def plates(
    *,
    truth: Truth,
    engine: Engines = None,
    threads: Annotated[int, typer.Option(min=1, help="Most threads of each engine")] = 2,
    sample: Sample = None,
    seed: Annotated[int, typer.Option(help="Chooses the sample")] = 426,
    known_errors: KnownErrors = None,
    sheet: Sheet = None,
    fit: Fit = None,
    scores: Scores = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One line, a JSON object, on standard output")
    ] = False,
) -> None:
    """Read labelled pictures with every engine in turn; says how well, how fast, with how much."""
    labelled = [plate for file in truth for plate in read_truth(file)]
    right = corrected(labelled, read_known_errors(known_errors)) if known_errors else None
    engines = _engines(engine, fit)
    chosen = sampled(labelled, sample, seed)
    runs = _measured(chosen, engines, threads)
    told = figures(runs, chosen, threads=threads, right_plates=_of(right, chosen))
    name = ", ".join(f"{file.parent.name}/{file.name}" for file in truth)
    if sheet:
        found = {each.engine: outcomes(each, chosen) for each in runs}
        told["sheet_plates"] = make_sheet(failures(found), sheet)
    if scores:
        today = datetime.now(UTC).date()
        write_scores(score_board(told, runs, pictures=name, measured_on=today), scores)
    if fit:
        _fit(runs[0], chosen, name, fit)
    if as_json:
        say(json.dumps(told))
        return
    for table in tables(told, engines):
        Console().print(table)


def _of(right: list[Plate] | None, chosen: list[Plate]) -> list[Plate] | None:
    """Return the mended plates of the pictures that were chosen."""
    kept = {plate.picture for plate in chosen}
    return None if right is None else [plate for plate in right if plate.picture in kept]


def _engines(given: list[str] | None, fit: Path | None) -> list[str]:
    registry, options = shipped_engines(), engine_options()
    for name in given or ():
        registry.check(name)
    there = [each.name for each in registry.installed(options)]
    engines = list(dict.fromkeys(given or there))
    lacking = [each for each in registry.all() if each.name in set(engines) - set(there)]
    if lacking or not engines:
        raise DependencyError(
            "An engine is not installed",
            given=", ".join(each.name for each in lacking) or "none is",
            next_step="; ".join(str(each.look(options).next_step) for each in lacking) or None,
        )
    if fit and len(engines) != 1:
        raise InputError(
            "A calibration belongs to one engine", given=engines, allowed="--engine NAME, once"
        )
    return engines


def _measured(chosen: list[Plate], engines: list[str], threads: int) -> list[EngineRun]:
    pictures = list(dict.fromkeys(plate.picture for plate in chosen))
    with progress_line("pictures") as report:
        return run(
            pictures, engines, threads=threads, models=load_settings().models_folder, report=report
        )


def _fit(of_engine: EngineRun, chosen: list[Plate], name: str, file: Path) -> None:
    labelled = labelled_reads(outcomes(of_engine, chosen))
    calibration = fit_calibration(
        [confidence for confidence, _ in labelled],
        [right for _, right in labelled],
        engine=of_engine.engine,
        version=of_engine.version,
        fitted_on=name,
    )
    write_calibration(calibration, file)

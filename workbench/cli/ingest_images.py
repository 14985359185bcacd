"""`workbench ingest images`: plates of pictures, read here and taken in."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, Threads, load_engine
from workbench.cli.origin import command_origin
from workbench.cli.outcomes import Outcome, exit_code, outcomes_json, show_outcomes
from workbench.cli.progress import progress_line
from workbench.detections.from_pictures import TakenWhen
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.errors import DeliveryError, InputError, RecognitionError
from workbench.recognition.read_pictures import picture_files
from workbench.recognition.registry import shipped_engines
from workbench.runtime import open_runtime
from workbench.settings import load_settings


def images(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of them")],
    *,
    camera: Annotated[str, typer.Option(help="The camera that took them")],
    at: Annotated[
        str | None, typer.Option(help="When they were taken, ISO 8601; else what they say in EXIF")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of times without one, such as America/Los_Angeles")
    ] = None,
    file_time: Annotated[
        bool, typer.Option("--file-time", help="Take a file's time where there is no other")
    ] = False,
    engine: EngineName = ENGINE,
    threads: Threads = None,
    longest_side: LongestSide = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output")
    ] = False,
) -> None:
    """Read plates of pictures and take them in, with the pictures.

    Exit code 0: all; 1: some are in quarantine; 2: a file cannot be read.
    """
    when = TakenWhen(at=at, zone=zone_named(zone), file_time=file_time)
    photographer = Photographer(camera=camera, when=when)
    shipped_engines().check(engine)
    files = picture_files(paths)
    if not files:
        raise InputError("There is no picture in there", given=[str(path) for path in paths])
    outcomes: list[Outcome] = []
    with open_runtime(load_settings()) as runtime, progress_line("pictures") as report:
        intake = ImageIntake(
            runtime.ingest,
            load_engine=partial(load_engine, engine, threads, longest_side),
            policy=runtime.policy,
            clock=runtime.clock,
        )
        report(0, len(files))
        for file in files:
            outcomes.append(_taken(intake, file, photographer))
            report(len(outcomes), len(files))
    if as_json:
        typer.echo(json.dumps(outcomes_json(outcomes)))
    else:
        show_outcomes(outcomes)
    raise typer.Exit(exit_code(outcomes))


def _taken(intake: ImageIntake, file: Path, photographer: Photographer) -> Outcome:
    try:
        return file, intake.take(file, Caller(origin=command_origin()), photographer)
    except (RecognitionError, DeliveryError) as error:
        return file, error  # told at the end; the other pictures are taken in


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return the zone of that name.

    Raises
    ------
    InputError
        If there is none.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            "There is no such zone", given=name, allowed="an IANA name, such as America/Los_Angeles"
        ) from None

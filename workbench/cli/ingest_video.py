"""`workbench ingest video`: plates followed through videos, read here and taken in."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, Threads, load_engine
from workbench.cli.ingest_images import zone_named
from workbench.cli.origin import command_origin
from workbench.cli.outcomes import Outcome, exit_code, outcomes_json, show_outcomes
from workbench.cli.progress import video_progress
from workbench.cli.terminal import say
from workbench.detections.from_videos import LOOKS_PER_SECOND, Filming
from workbench.detections.ingest_log import Caller
from workbench.detections.video_intake import VideoIntake, VideoReport
from workbench.errors import DeliveryError, InputError, RecognitionError
from workbench.recognition.registry import shipped_engines
from workbench.runtime import open_runtime
from workbench.settings import load_settings

_QUIET = "-8"


def video(
    files: Annotated[list[Path], typer.Argument(help="Videos")],
    *,
    camera: Annotated[str, typer.Option(help="The camera that took them")],
    at: Annotated[
        str | None,
        typer.Option(help="When the first frame was taken, ISO 8601; else what the video says"),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of --at without one, such as America/Los_Angeles")
    ] = None,
    fps: Annotated[
        float, typer.Option(help="Frames of each second that are looked at")
    ] = LOOKS_PER_SECOND,
    engine: EngineName = ENGINE,
    threads: Threads = None,
    longest_side: LongestSide = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output")
    ] = False,
) -> None:
    """Follow plates through videos and take in one read for each passage, with its pictures.

    A video that was interrupted goes on where it stopped. Exit code 0: all; 1: some are in
    quarantine, or break off; 2: a file cannot be read.
    """
    filming = Filming(camera=camera, at=at, zone=zone_named(zone), looks_per_second=fps)
    shipped_engines().check(engine)
    if at is not None and len(files) > 1:
        raise InputError(
            "Several videos cannot begin at one time",
            given=[str(file) for file in files],
            allowed="one video where --at is given",
        )
    # What FFmpeg says about damage comes between the lines of the progress; we say it at the end.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    outcomes: list[Outcome] = []
    with open_runtime(load_settings()) as runtime, video_progress() as progress:
        intake = VideoIntake(
            runtime.ingest,
            load_engine=partial(load_engine, engine, threads, longest_side),
            policy=runtime.policy,
            clock=runtime.clock,
        )
        for file in files:
            progress.begin(file.name)
            outcomes.append(_taken(intake, file, filming, progress.frames))
    if as_json:
        say(json.dumps(outcomes_json(outcomes)))
    else:
        show_outcomes(outcomes)
    raise typer.Exit(exit_code(outcomes))


def _taken(intake: VideoIntake, file: Path, filming: Filming, report: VideoReport) -> Outcome:
    try:
        return file, intake.take(file, Caller(origin=command_origin()), filming, report)
    except (RecognitionError, DeliveryError, InputError) as error:
        return file, error  # told at the end; the other videos are taken in

"""`workbench ingest images`: plates of pictures, read here or on a cluster, and taken in here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, Threads
from workbench.cli.origin import command_origin
from workbench.cli.picture_progress import picture_progress, some_pictures
from workbench.cli.picture_tally import PictureTally
from workbench.cli.terminal import say
from workbench.cli.worker_options import (
    Readers,
    Scheduler,
    SharedFolder,
    TimeLimit,
    WorkerCount,
    chosen_readers,
)
from workbench.detections.from_pictures import TakenWhen
from workbench.detections.image_batches import ImageBatches, Spreading
from workbench.detections.image_intake import ImageIntake, Photographer
from workbench.detections.ingest_log import Caller
from workbench.errors import InputError
from workbench.recognition.finding_pictures import stream_pictures
from workbench.recognition.registry import shipped_engines
from workbench.recognition.workers import LIMIT_S
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


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
    workers: WorkerCount = 1,
    scheduler: Scheduler = None,
    shared_folder: SharedFolder = False,
    timeout_s: TimeLimit = LIMIT_S,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output")
    ] = False,
) -> None:
    """Read plates of pictures and take them in, with the pictures.

    Pictures that were taken in before are passed over, so the same command goes on after Ctrl-C,
    a crash or a restart. Exit code 0: all; 1: some are in quarantine; 2: a file cannot be read;
    130: stopped by Ctrl-C.
    """
    when = TakenWhen(at=at, zone=zone_named(zone), file_time=file_time)
    photographer = Photographer(camera=camera, when=when)
    shipped_engines().check(engine)
    readers = chosen_readers(
        engine,
        threads,
        longest_side,
        workers=workers,
        scheduler=scheduler,
        shared_folder=shared_folder,
        limit_s=timeout_s,
    )
    total = some_pictures(paths)
    tally = PictureTally()
    try:
        with open_runtime(load_settings()) as runtime:
            _take_all(runtime, readers, paths, photographer=photographer, tally=tally, total=total)
    except KeyboardInterrupt:
        say(
            f"Stopped after {tally.pictures:,} of {total:,} pictures, which are taken in;"
            " the same command goes on with the others.",
            err=True,
        )
        raise typer.Exit(STOPPED) from None
    raise typer.Exit(tally.tell(as_json=as_json))


def _take_all(
    runtime: Runtime,
    readers: Readers,
    paths: list[Path],
    *,
    photographer: Photographer,
    tally: PictureTally,
    total: int,
) -> None:
    intake = ImageIntake(
        runtime.ingest,
        load_engine=readers.load_engine,
        policy=runtime.policy,
        clock=runtime.clock,
    )
    spreading = Spreading(
        workers=readers.workers,
        load_engine=readers.load_engine,
        send_content=readers.send_content,
    )
    batches = ImageBatches(intake, spreading, policy=runtime.policy)
    caller = Caller(origin=command_origin())
    with picture_progress(total) as step:
        for outcome in batches.take(stream_pictures(paths), caller, photographer):
            tally.add(outcome)
            step()


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

"""`workbench recognise`: plates of pictures, printed and not stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from workbench.cli import misreads
from workbench.cli.engine_options import ENGINE, EngineName, LongestSide, Threads
from workbench.cli.engines import engines, fetch
from workbench.cli.picture_progress import picture_progress, some_pictures
from workbench.cli.terminal import say
from workbench.cli.worker_options import (
    Readers,
    Scheduler,
    SharedFolder,
    TimeLimit,
    WorkerCount,
    chosen_readers,
)
from workbench.policy import Policy, load_policy
from workbench.recognition.finding_pictures import stream_pictures
from workbench.recognition.picture_jobs import PictureReading, ReadPicture, found_of, picture_job
from workbench.recognition.picture_line import picture_line
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.registry import shipped_engines
from workbench.recognition.workers import LIMIT_S, spread
from workbench.settings import load_settings

_SHOWN_CANDIDATES = 4


class _PicturesByDefault(TyperGroup):
    """Takes `recognise PATHS` for `recognise pictures PATHS`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["pictures", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_PicturesByDefault, no_args_is_help=True, add_completion=False)
app.command()(engines)
app.command()(fetch)
app.add_typer(misreads.app, name="misreads", help="What engines mistake for what")


@app.command()
def pictures(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of them")],
    *,
    engine: EngineName = ENGINE,
    threads: Threads = None,
    longest_side: LongestSide = None,
    workers: WorkerCount = 1,
    scheduler: Scheduler = None,
    shared_folder: SharedFolder = False,
    timeout_s: TimeLimit = LIMIT_S,
    as_json: Annotated[
        bool, typer.Option("--json", help="A line per picture, each a JSON object")
    ] = False,
) -> None:
    """Read plates; `pictures` need not be written. Nothing is stored.

    Several workers give each picture as it is read, in no order. Exit code 0: every picture was
    read, with or without a plate; 1: some could not be read.
    """
    shipped_engines().check(engine)
    total = some_pictures(paths)
    policy = load_policy(load_settings().policy_file)
    readers = chosen_readers(
        engine,
        threads,
        longest_side,
        workers=workers,
        scheduler=scheduler,
        shared_folder=shared_folder,
        limit_s=timeout_s,
    )
    failed = 0
    for found in _with_progress(_read_all(readers, stream_pictures(paths), policy), total):
        failed += found.error is not None
        if as_json:
            say(json.dumps(picture_line(found)))
        else:
            _show(found, policy)
        if found.error:
            say(f"{type(found.error).__name__}: {found.error}", err=True)
    raise typer.Exit(int(failed > 0))


def _read_all(readers: Readers, files: Iterable[Path], policy: Policy) -> Iterator[ReadPicture]:
    limits = PictureLimits.of(policy)
    task = PictureReading(load_engine=readers.load_engine, limits=limits)
    with readers.workers.crew(task) as crew:
        jobs = (picture_job(path, limits, send_content=readers.send_content) for path in files)
        for done in spread(crew, jobs):
            yield found_of(done)


def _with_progress(results: Iterator[ReadPicture], total: int) -> Iterator[ReadPicture]:
    with picture_progress(total) as step:
        for found in results:
            step()
            yield found


def _show(found: ReadPicture, policy: Policy) -> None:
    uncertain_below = policy.recognition.uncertain_below.value
    seconds = f"{found.ms / 1000:.1f} s"
    if not found.reads:
        say(f"{found.path}: {'not read' if found.error else 'no text found'} ({seconds})")
        return
    say(f"{found.path} ({seconds})")
    for read in found.reads:
        doubt = " uncertain" if read.confidence < uncertain_below else ""
        box = f"{read.box.width} x {read.box.height} at {read.box.x}, {read.box.y}"
        others = _others([each.text for each in read.candidates[1:]])
        say(f"  {read.text:<12} {read.confidence:.2f}{doubt:<10} {box}{others}")


def _others(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:_SHOWN_CANDIDATES])
    return f"; or {shown}" if shown else ""

"""`workbench ingest`: reads from vendors' files, and what of them could not be understood."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbench.cli.ingest_images import images
from workbench.cli.ingest_video import video
from workbench.cli.origin import command_origin
from workbench.cli.outcomes import Outcome, exit_code, outcomes_json, show_outcomes
from workbench.cli.progress import reads_progress
from workbench.cli.quarantine import app as quarantine_app
from workbench.cli.terminal import PlainTable, say
from workbench.detections.deliveries import Sender
from workbench.detections.formats.registry import known_formats
from workbench.detections.ingest import Ingest
from workbench.detections.ingest_log import Caller
from workbench.detections.receipt import Receipt
from workbench.detections.storing import Report
from workbench.errors import DeliveryError
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(quarantine_app, name="quarantine")
app.command()(images)
app.command()(video)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def reads(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of them")],
    *,
    format_name: Annotated[
        str | None, typer.Option("--format", help="See `workbench ingest formats`; else recognised")
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="Mapping of a delimited file: a shipped name, or a TOML file")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="The camera, for files that name none")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of times without one, such as America/Los_Angeles")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in reads. Exit code 0: all; 1: some are in quarantine; 2: a file cannot be read."""
    sender = Sender(format=format_name, template=template, camera=camera, zone=zone)
    files = list(_files(paths))
    outcomes: list[Outcome] = []
    with open_runtime(load_settings()) as runtime, reads_progress(len(files)) as progress:
        for file in files:
            progress.begin(file.name)
            taken = _taken(
                runtime.ingest, file, sender, lambda counts: progress.reads(counts.reads)
            )
            outcomes.append((file, taken))
            progress.end()
    if as_json:
        say(json.dumps(outcomes_json(outcomes)))
    else:
        show_outcomes(outcomes)
    raise typer.Exit(exit_code(outcomes))


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats that are known, with their schemas."""
    known = known_formats().values()
    if as_json:
        rows = [{"name": f.name, "title": f.title, "schema": f.schema} for f in known]
        say(json.dumps({"formats": rows}))
        return
    table = PlainTable("name", "what it is", "schema in data_schema/formats")
    for one in known:
        table.add_row(one.name, one.title, one.schema)
    Console().print(table)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        else:
            yield path


def _taken(ingest: Ingest, file: Path, sender: Sender, report: Report) -> Receipt | DeliveryError:
    try:
        return ingest.take(file, Caller(origin=command_origin()), sender=sender, report=report)
    except DeliveryError as error:
        return error  # told at the end; the other files are taken in

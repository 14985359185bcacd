"""`workbench ingest`: reads from vendors' files, and what of them could not be understood."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from workbench.cli.origin import command_origin
from workbench.cli.progress import progress_line
from workbench.cli.quarantine import app as quarantine_app
from workbench.detections.deliveries import Sender
from workbench.detections.formats.registry import known_formats
from workbench.detections.ingest import Ingest
from workbench.detections.ingest_log import Caller
from workbench.detections.receipt import Receipt
from workbench.errors import DeliveryError, IngestError
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(quarantine_app, name="quarantine")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Outcome = tuple[Path, Receipt | IngestError]


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
    with open_runtime(load_settings()) as runtime, progress_line("files") as report:
        outcomes: list[Outcome] = []
        files = list(_files(paths))
        for file in files:
            outcomes.append((file, _taken(runtime.ingest, file, sender)))
            report(len(outcomes), len(files))
    if as_json:
        typer.echo(json.dumps(_as_json(outcomes)))
    else:
        _show(outcomes)
    raise typer.Exit(_exit_code(outcomes))


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats that are known, with their schemas."""
    known = known_formats().values()
    if as_json:
        rows = [{"name": f.name, "title": f.title, "schema": f.schema} for f in known]
        typer.echo(json.dumps({"formats": rows}))
        return
    table = Table("name", "what it is", "schema in data_schema/formats")
    for one in known:
        table.add_row(one.name, one.title, one.schema)
    Console().print(table)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        else:
            yield path


def _taken(ingest: Ingest, file: Path, sender: Sender) -> Receipt | IngestError:
    try:
        return ingest.take(file, Caller(origin=command_origin()), sender=sender)
    except DeliveryError as error:
        return error  # told at the end; the other files are taken in


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    receipts = [outcome for _, outcome in outcomes if isinstance(outcome, Receipt)]
    if len(receipts) < len(outcomes):
        return 2
    return int(any(r.refused or (r.counts.quarantined and not r.already) for r in receipts))


def _as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    receipts = [outcome for _, outcome in outcomes if isinstance(outcome, Receipt)]
    now = [receipt.counts for receipt in receipts if not receipt.already]
    return {
        "files": [
            outcome.as_dict()
            if isinstance(outcome, Receipt)
            else {"name": file.name, "state": "unread", "error": outcome.as_dict()}
            for file, outcome in outcomes
        ],
        "stored": sum(counts.stored for counts in now),
        "duplicate": sum(counts.duplicate for counts in now),
        "quarantined": sum(counts.quarantined for counts in now),
        "already": sum(receipt.already for receipt in receipts),
    }


def _show(outcomes: Sequence[Outcome]) -> None:
    table = Table("file", "format", "reads", "new", "known", "quarantined", "")
    for file, outcome in outcomes:
        if not isinstance(outcome, Receipt):
            table.add_row(file.name, "", "", "", "", "", "not read")
            continue
        counts = outcome.counts
        numbers = (counts.reads, counts.stored, counts.duplicate, counts.quarantined)
        state = "taken in before" if outcome.already else outcome.state
        table.add_row(file.name, outcome.format or "unknown", *map(str, numbers), state)
    Console().print(table)
    for _, outcome in outcomes:
        error = outcome.error if isinstance(outcome, Receipt) else outcome
        if error:
            typer.echo(f"{type(error).__name__}: {error}", err=True)
    if _exit_code(outcomes) == 1:
        typer.echo("See `workbench ingest quarantine list`.", err=True)

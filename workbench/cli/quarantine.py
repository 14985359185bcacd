"""`workbench ingest quarantine`: what could not be understood, shown and tried again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from workbench.cli.origin import command_origin
from workbench.cli.terminal import PlainTable, say
from workbench.detections.deliveries import Sender
from workbench.detections.ingest_log import Caller
from workbench.detections.quarantine import Waiting
from workbench.detections.receipt import Receipt
from workbench.errors import CriteriaError, IngestError
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="What was not understood")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
_ALL_AT_ONCE = 100_000
_IN_COLUMNS = ("file", "record")


@app.command("list")
def list_waiting(
    limit: Annotated[int, typer.Option(min=1, help="Most records shown")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what waits, oldest first."""
    with open_runtime(load_settings()) as runtime:
        waiting = runtime.quarantine.waiting(_caller(), limit=limit)
    if as_json:
        say(json.dumps({"waiting": [_as_json(one) for one in waiting]}))
        return
    table = PlainTable("id", "file", "record", "reason")
    for one in waiting:
        record = "all of it" if one.record is None else str(one.record)
        table.add_row(str(one.id), one.name, record, _reason(one))
    Console().print(table)


@app.command()
def show(
    quarantine_id: Annotated[int, typer.Argument(metavar="ID")],
    out: Annotated[Path | None, typer.Option(help="Write the record's bytes to a new file")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one with its reason and its bytes."""
    with open_runtime(load_settings()) as runtime:
        one = runtime.quarantine.show(_caller(), quarantine_id)
    if out is not None:
        with out.open("xb") as file:
            file.write(one.raw or b"")
    if as_json:
        text = None if one.raw is None else one.raw.decode("utf-8", "backslashreplace")
        say(json.dumps({**_as_json(one), "raw": text}))
        return
    say(_reason(one))
    if out is None:
        # Bytes of a vendor's file can command a terminal; --out has them as they are.
        raw = (one.raw or b"(the file was not kept)").decode("utf-8", "backslashreplace")
        say(*raw.splitlines())


@app.command()
def retry(
    quarantine_ids: Annotated[list[int] | None, typer.Argument(metavar="ID")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Everything that waits")] = False,
    format_name: Annotated[str | None, typer.Option("--format")] = None,
    template: Annotated[str | None, typer.Option(help="A shipped name, or a TOML file")] = None,
    camera: Annotated[str | None, typer.Option(help="The camera, if the record names none")] = None,
    zone: Annotated[str | None, typer.Option(help="Zone of times without one")] = None,
    as_json: AsJson = False,
) -> None:
    """Try again, with what is said now. Exit code 0: all are resolved; 1: some still wait."""
    if bool(quarantine_ids) == everything:
        raise CriteriaError("Say which", allowed="identifiers, or --all")
    sender = Sender(format=format_name, template=template, camera=camera, zone=zone)
    with open_runtime(load_settings()) as runtime:
        chosen = quarantine_ids or _everything(runtime)
        outcomes = {one: _retried(runtime, one, sender) for one in chosen}
    errors = {
        one: outcome.error if isinstance(outcome, Receipt) else outcome
        for one, outcome in outcomes.items()
    }
    still = {one: error for one, error in errors.items() if error}
    if as_json:
        told = {str(one): error.as_dict() for one, error in still.items()}
        say(json.dumps({"resolved": len(errors) - len(still), "waiting": told}))
    else:
        for one, error in still.items():
            say(f"{one}: {error}", err=True)
        say(f"{len(errors) - len(still)} resolved, {len(still)} still wait")
    raise typer.Exit(1 if still else 0)


def _everything(runtime: Runtime) -> list[int]:
    return [one.id for one in runtime.quarantine.waiting(_caller(), limit=_ALL_AT_ONCE)]


def _retried(runtime: Runtime, one: int, sender: Sender) -> Receipt | IngestError:
    try:
        return runtime.quarantine.retry(_caller(), one, sender)
    except IngestError as error:
        return error


def _caller() -> Caller:
    return Caller(origin=command_origin())


def _reason(one: Waiting) -> str:
    reason = one.reason
    parts = [f"{reason['error']}: {reason['what']}"]
    where = {name: at for name, at in reason["where"].items() if name not in _IN_COLUMNS}
    place = ", ".join(f"{name} {at}" for name, at in sorted(where.items()))
    parts += [place] if place else []
    parts += [f"given: {reason['given']}"] if reason["given"] else []
    parts += [f"allowed: {reason['allowed']}"] if reason["allowed"] else []
    return "; ".join(parts)


def _as_json(one: Waiting) -> dict[str, Any]:
    return {
        "id": one.id,
        "delivery": one.delivery_id,
        "name": one.name,
        "format": one.format,
        "record": one.record,
        "reason": dict(one.reason),
        "first_seen_at": one.first_seen_at.isoformat(),
        "retried_at": one.retried_at.isoformat() if one.retried_at else None,
    }

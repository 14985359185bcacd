"""`workbench hotlists load`, `decide` and `history`: tries to load lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from workbench.cli.acting import acting
from workbench.cli.origin import command_origin
from workbench.cli.terminal import PlainTable, say
from workbench.errors import HotListError
from workbench.hotlists.lists.load import Load, LoadState
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def load(
    codes: Annotated[list[str] | None, typer.Argument(metavar="CODE", help="Such as SVS")] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every list that is switched on; for a timer")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch lists and put them in force. Exit code 0: all are; 1: some failed or wait.

    A file that came before is no second load: it says as which one it is loaded already.
    """
    if bool(codes) == everything:
        raise HotListError("Say which lists", allowed="codes, or --all")
    with open_runtime(load_settings()) as runtime:
        parts = runtime.hot_lists
        chosen = codes or [one.list.code for one in parts.lists.all() if one.enabled]
        origin = command_origin()
        loads = [parts.loading.load(code, origin=origin) for code in chosen]
        _match_back(runtime, loads)
    if as_json:
        say(json.dumps({"loads": [one.as_json() for one in loads]}))
    else:
        _show(loads)
    raise typer.Exit(int(any(one.state is not LoadState.IN_FORCE for one in loads)))


@app.command()
def decide(
    load_id: Annotated[int, typer.Argument(metavar="LOAD", help="Its number")],
    *,
    accept: Annotated[bool, typer.Option("--accept/--refuse")],
    reason: Annotated[str, typer.Option(help="In words; logged")],
    as_json: AsJson = False,
) -> None:
    """Let a load in that changes too much to go in by itself, or refuse it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.hot_lists.deciding.decide(actor, load_id, accept=accept, reason=reason)
        _match_back(runtime, [done])
    if as_json:
        say(json.dumps(done.as_json()))
    else:
        _show([done])


def _match_back(runtime: Runtime, loads: Sequence[Load]) -> None:
    """Match what is newly listed with the reads that are kept."""
    for one in loads:
        if one.again:
            continue
        if one.state is LoadState.IN_FORCE and runtime.hot_lists.lists.of(one.list_code).enabled:
            runtime.matching.back.list_loaded(one.list_code, command_origin())


@app.command()
def history(
    code: Annotated[str, typer.Argument(help="Such as SVS")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="Most tries shown")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the tries to load a list, newest first, with the reasons of rows that failed."""
    with open_runtime(load_settings()) as runtime:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        loads = runtime.hot_lists.watching.history(code, limit=limit)
    if as_json:
        say(json.dumps({"loads": [one.as_json() for one in loads]}))
        return
    _show(loads, zone)
    for one in loads:
        for reason in one.reasons:
            lines = ", ".join(map(str, reason["lines"]))
            say(f"load {one.id}: {reason['rows']} rows: {reason['reason']} (lines {lines})")


def _told(one: Load) -> str:
    """Say of a load what there is to say beside its numbers."""
    again = f"already loaded as {one.id}" if one.again else ""
    return "; ".join(filter(None, (again, one.problem)))


def _show(loads: list[Load], zone: ZoneInfo | None = None) -> None:
    table = PlainTable("load", "list", "began", "state", "good", "duplicate", "failed", "problem")
    for one in loads:
        began = one.began_at.astimezone(zone) if zone else one.began_at
        numbers = (f"{one.good:,}", f"{one.duplicate:,}", f"{one.failed:,}")
        when = f"{began:%Y-%m-%d %H:%M %Z}"
        table.add_row(str(one.id), one.list_code, when, one.state.value, *numbers, _told(one))
    Console().print(table)

"""`workbench holds`: what must stay although its time is over."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.read_options import (
    CamerasOption,
    CircleOption,
    CornersOption,
    DetectionsOption,
    FromOption,
    PlateOption,
    RegionsOption,
    ToOption,
    given_reads,
)
from workbench.cli.shown_tables import show_table
from workbench.domain.period import local_instants
from workbench.errors import HoldError
from workbench.retention.evidence.order import Order, order_text
from workbench.retention.holds.placing import HeldNow, NewHold
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="HOLD")]


@app.command()
def place(
    *,
    case_number: Annotated[str, typer.Option("--case", help="Such as 26-014532")],
    reason: Annotated[
        str, typer.Option(help="Evidence, discovery or lawful demand, in words; logged")
    ],
    plate: PlateOption = None,
    start: FromOption = None,
    end: ToOption = None,
    circle: CircleOption = None,
    corner: CornersOption = None,
    camera: CamerasOption = None,
    region: RegionsOption = None,
    detection: DetectionsOption = None,
    until: Annotated[
        str | None, typer.Option(help="Ends by itself then; without, when it is released")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold reads that fit, now and as they come. Exit code 1: nothing fits yet."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = _zone(runtime)
        area, origin = (circle, corner), (camera, region)
        meant = given_reads(plate, (start, end), area, origin, detection, zone=zone)
        if meant is None:
            raise HoldError(
                "A hold on nothing", allowed="--plate, --from and --to, --circle, --detection ..."
            )
        ends_at = local_instants(until, zone)[1] if until else None
        new = NewHold(case_number=case_number, reason=reason, meant=meant, ends_at=ends_at)
        placed = runtime.holds.placing.place(actor, new)
    if as_json:
        typer.echo(json.dumps(placed.as_json()))
    else:
        typer.echo(f"hold {placed.hold.id} placed: {placed.reads} reads")
        if placed.warning:
            typer.echo(placed.warning, err=True)
    raise typer.Exit(int(placed.reads == 0))


@app.command("list")
def list_holds(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended")] = False,
    as_json: AsJson = False,
) -> None:
    """List the standing holds, newest first, with how many reads each holds."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.holds.placing.all(actor, ended=ended)
        zone = _zone(runtime)
    if as_json:
        typer.echo(json.dumps({"holds": [one.as_json() for one in found]}))
        return
    rows = []
    for one in found:
        counts = (one.reads, one.only, one.state.value)
        ends = (_local(one.hold.ends_at, zone) or "released", one.hold.placed_by)
        rows.append((one.hold.id, one.hold.case_number, *counts, *ends, _meant(one, zone)))
    columns = ("hold", "case", "reads", "only here", "state", "until", "placed by", "what")
    show_table(columns, rows, none="Nothing is on hold")


@app.command()
def show(hold_id: Number, *, as_json: AsJson = False) -> None:
    """Show a hold and how many reads it holds; the reads themselves need an inquiry."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        _tell(runtime.holds.placing.show(actor, hold_id), _zone(runtime), as_json=as_json)


@app.command()
def release(
    hold_id: Number,
    *,
    reason: Annotated[str, typer.Option(help="In words; logged")],
    as_json: AsJson = False,
) -> None:
    """Release a hold; for the custodian. What another hold holds stays."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.holds.placing.release(actor, hold_id, reason=reason)
        _tell(done, _zone(runtime), as_json=as_json)


def _tell(one: HeldNow, zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(one.as_json()))
        return
    hold = one.hold
    typer.echo(f"Hold {hold.id}: {one.state.value}; case {hold.case_number}")
    typer.echo(f"Why: {hold.reason}")
    typer.echo(f"What: {_meant(one, zone)}")
    typer.echo(f"Reads: {one.reads}; held by no other standing hold: {one.only}")
    typer.echo(f"Placed {_local(hold.placed_at, zone)} by {hold.placed_by}")
    if hold.ends_at:
        typer.echo(f"Ends {_local(hold.ends_at, zone)}")
    if hold.released_at:
        typer.echo(
            f"Released {_local(hold.released_at, zone)} by {hold.released_by}: "
            f"{hold.released_because}"
        )


def _meant(one: HeldNow, zone: ZoneInfo) -> str:
    if one.hold.meant is None:
        return "the reads that are written down"
    return order_text(Order(reads=one.hold.meant), zone)


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _zone(runtime: Runtime) -> ZoneInfo:
    return ZoneInfo(runtime.policy.department.time_zone.value)

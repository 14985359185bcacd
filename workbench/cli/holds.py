"""`workbench holds`: what must stay although its time is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.given_inquiry import InquiryOption, PurposeOption, under_inquiry
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
from workbench.cli.terminal import say
from workbench.domain.period import local_instants
from workbench.errors import HoldError
from workbench.retention.evidence.order import Order, order_text
from workbench.retention.holds.deciding import HoldDecisions
from workbench.retention.holds.hold import Hold
from workbench.retention.holds.placing import NewHold
from workbench.retention.holds.seeing import SeenHold
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="HOLD")]
Reason = Annotated[str, typer.Option(help="In words; logged")]


@app.command()
def place(
    *,
    case_number: Annotated[str, typer.Option("--case", help="Such as 26-014532")],
    reason: Annotated[
        str, typer.Option(help="Evidence, discovery or lawful demand, in words; logged")
    ],
    inquiry: InquiryOption = None,
    purpose: PurposeOption = None,
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
    """Hold reads that fit, now and as they come; a logged look. Exit code 1: none is held yet."""
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
        with under_inquiry(
            runtime, actor, inquiry, purpose=purpose, reason=reason, case_number=case_number
        ) as under:
            placed = runtime.holds.placing.place(actor, under, new)
    if as_json:
        say(json.dumps(placed.as_json()))
    else:
        told = "" if placed.reads is None else f": {placed.reads:,} reads"
        say(f"hold {placed.hold.id} placed, {placed.state.value}{told}")
        if placed.warning:
            say(placed.warning, err=True)
    raise typer.Exit(int(not placed.reads))


@app.command()
def count(
    hold_id: Number,
    *,
    inquiry: InquiryOption = None,
    purpose: PurposeOption = None,
    reason: Annotated[str, typer.Option(help="Of that inquiry, in words")] = "",
    case_number: Annotated[str | None, typer.Option("--case", help="Of that inquiry")] = None,
    as_json: AsJson = False,
) -> None:
    """Count the reads of a hold; a logged look."""
    with (
        open_runtime(load_settings()) as runtime,
        acting(runtime) as actor,
        under_inquiry(
            runtime, actor, inquiry, purpose=purpose, reason=reason, case_number=case_number
        ) as under,
    ):
        counted = runtime.holds.counting.count(actor, under, hold_id)
    if as_json:
        say(json.dumps(counted.as_json()))
        return
    only = "" if counted.only is None else f"; held by no other standing hold: {counted.only:,}"
    say(f"hold {hold_id}: {counted.reads:,} reads{only}; access {counted.access_id}")


@app.command("list")
def list_holds(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that are over")] = False,
    as_json: AsJson = False,
) -> None:
    """List the holds that stand or wait, newest first; logged. What is held is told by `count`."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.holds.register.all(actor, ended=ended)
        zone = _zone(runtime)
    if as_json:
        say(json.dumps({"holds": [one.as_json() for one in found]}))
        return
    rows = []
    for one in found:
        hold = one.hold
        dates = (_local(hold.placed_at, zone), _local(hold.ends_at, zone) or "released")
        told = (hold.case_number, hold.placed_by, _meant(hold, zone)) if one.whole else ("",) * 3
        rows.append((hold.id, one.state.value, *dates, *told))
    columns = ("hold", "state", "placed", "until", "case", "placed by", "what")
    show_table(columns, rows, none="Nothing is on hold")


@app.command()
def show(hold_id: Number, *, as_json: AsJson = False) -> None:
    """Show a hold; logged. What it holds is told by `count`."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        _tell(runtime.holds.register.show(actor, hold_id), _zone(runtime), as_json=as_json)


@app.command()
def approve(hold_id: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Let a hold hold that somebody else may not hold alone; for a custodian or supervisor."""
    _decide(HoldDecisions.approve, hold_id, reason, as_json=as_json)


@app.command()
def refuse(hold_id: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Put somebody else's waiting hold aside; for a custodian or supervisor."""
    _decide(HoldDecisions.refuse, hold_id, reason, as_json=as_json)


@app.command()
def withdraw(hold_id: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Take back a hold of your own that waits."""
    _decide(HoldDecisions.withdraw, hold_id, reason, as_json=as_json)


@app.command()
def release(hold_id: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Release a hold; for the custodian. What another hold holds stays."""
    _decide(HoldDecisions.release, hold_id, reason, as_json=as_json)


def _decide(deed: Callable[..., SeenHold], hold_id: int, reason: str, *, as_json: bool) -> None:
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = deed(runtime.holds.decisions, actor, hold_id, reason=reason)
        _tell(done, _zone(runtime), as_json=as_json)


def _tell(one: SeenHold, zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(one.as_json()))
        return
    hold = one.hold
    say(f"Hold {hold.id}: {one.state.value}")
    if one.whole:
        say(f"Case: {hold.case_number}")
        say(f"Why: {hold.reason}")
        say(f"What: {_meant(hold, zone)}")
    if one.whole and hold.waits_because:
        say(f"A second person is needed, because {hold.waits_because}")
    say(f"Placed {_local(hold.placed_at, zone)}{_by(one, hold.placed_by)}")
    if hold.ends_at:
        say(f"Ends {_local(hold.ends_at, zone)}")
    if hold.approved_at:
        by = _by(one, hold.approved_by, hold.approved_because)
        say(f"Approved {_local(hold.approved_at, zone)}{by}")
    if hold.released_at:
        by = _by(one, hold.released_by, hold.released_because)
        say(f"{one.state.value.capitalize()} {_local(hold.released_at, zone)}{by}")


def _by(one: SeenHold, name: str | None, because: str | None = None) -> str:
    if not one.whole:
        return ""
    return f" by {name}" + (f": {because}" if because else "")


def _meant(hold: Hold, zone: ZoneInfo) -> str:
    if hold.meant is None:
        return "the reads that are written down"
    return order_text(Order(reads=hold.meant), zone)


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _zone(runtime: Runtime) -> ZoneInfo:
    return ZoneInfo(runtime.policy.department.time_zone.value)

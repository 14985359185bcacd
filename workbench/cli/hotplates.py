"""`workbench hotplates`: single plates that a person enters, renews, ends and rehearses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from workbench.cli.acting import acting
from workbench.cli.origin import command_origin
from workbench.cli.terminal import PlainTable, say
from workbench.domain.hot_pattern import hot_pattern
from workbench.domain.period import Period, local_instants
from workbench.domain.rehearsal import RehearsalCriteria
from workbench.errors import HotPlateError
from workbench.hotlists.plates.hot_plate import HotPlate, NewHotPlate
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Of the hot plate")]
Plate = Annotated[str, typer.Argument(help="With up to two * where it is not known")]
State = Annotated[str | None, typer.Option("--state", help="Two letters")]
Reason = Annotated[str, typer.Option(help="In words; logged")]
Days = Annotated[float | None, typer.Option(min=0, help="How long it is looked for")]
Hours = Annotated[float | None, typer.Option(min=0, help="The same in hours")]
Until = Annotated[str | None, typer.Option(help="Local time, such as 2026-11-30 12:00")]


@app.command()
def enter(
    plate: Plate,
    *,
    reason: Reason,
    days: Days = None,
    hours: Hours = None,
    until: Until = None,
    region: State = None,
    listed_elsewhere: Annotated[
        bool, typer.Option("--listed", help="It is also entered in SVS, SLR, SFR, MUPS")
    ] = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="For more than one officer; needs the next four")
    ] = False,
    officer_name: Annotated[str | None, typer.Option("--officer")] = None,
    phone: Annotated[str | None, typer.Option(help="Of that officer")] = None,
    case_number: Annotated[str | None, typer.Option("--case", help="Such as 26-014532")] = None,
    synopsis: Annotated[str | None, typer.Option(help="Of the call, with a description")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a plate; it is looked for at once, until its end."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        new = NewHotPlate(
            plate=plate,
            reason=reason,
            expires_at=_end(runtime, days, hours, until),
            region=region,
            listed_elsewhere=listed_elsewhere,
            shared=shared,
            officer_name=officer_name,
            phone=phone,
            case_number=case_number,
            synopsis=synopsis,
        )
        done = runtime.hot_lists.plates.enter(actor, new)
        runtime.matching.back.hot_plate_entered(done.id, command_origin())
        _say(done, runtime, as_json=as_json)


@app.command()
def renew(
    number: Number,
    *,
    reason: Reason,
    days: Days = None,
    hours: Hours = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Enter a plate again; the entry that it goes on from ends."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        expires_at = _end(runtime, days, hours, until)
        done = runtime.hot_lists.plates.renew(actor, number, expires_at=expires_at, reason=reason)
        _say(done, runtime, as_json=as_json)


@app.command()
def end(number: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """End a hot plate before its time."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.hot_lists.plates.end(actor, number, reason=reason)
    say(json.dumps(done.as_json()) if as_json else f"hot plate {number} ended")


@app.command("list")
def list_plates(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended")] = False,
    as_json: AsJson = False,
) -> None:
    """List the hot plates that are looked for, newest first."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        found = runtime.hot_lists.plates.all(actor, ended=ended)
    if as_json:
        say(json.dumps({"hot_plates": [one.as_json() for one in found]}))
        return
    table = PlainTable("number", "plate", "state", "entered by", "expires", "reason", "")
    for one in found:
        ends = f"{one.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
        word = f"ended by {one.ended_by}" if one.ended_by else one.cut_because or ""
        who = (str(one.id), one.plate, one.region or "", one.entered_by)
        table.add_row(*who, ends, one.reason, word)
    Console().print(table)


@app.command()
def rehearse(
    plate: Plate,
    *,
    purpose: Annotated[str, typer.Option(help="One of the policy's purposes")],
    reason: Reason,
    case_number: Annotated[str | None, typer.Option("--case", help="Such as 26-014532")] = None,
    region: State = None,
    days: Annotated[int | None, typer.Option(min=1, help="Of the kept reads; else all")] = None,
    as_json: AsJson = False,
) -> None:
    """Count how often a plate would have hit in the kept reads; a logged look."""
    pattern = hot_pattern(plate)
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        at = runtime.clock()
        asked = RehearsalCriteria(
            pattern=pattern,
            region=region.upper() if region else None,
            period=Period(at - timedelta(days=days), at) if days else None,
        )
        inquiry = runtime.inquiries.open(
            actor, purpose=purpose, reason=reason, case_number=case_number
        )
        found = runtime.door.rehearse(actor, inquiry.id, asked)
        runtime.inquiries.close(actor, inquiry.id)
    told: dict[str, Any] = {
        "access_id": found.access_id,
        "plate": pattern.pattern,
        "hits": found.hits,
        "alerts": found.alerts,
        "misread_alerts": found.misread_alerts,
        "possible": found.possible,
        "misread_possible": found.misread_possible,
        "plates": found.plates,
        "cameras": found.cameras,
        "days": [[day.isoformat(), hits] for day, hits in found.days],
    }
    if as_json:
        say(json.dumps(told))
        return
    say(
        f"{pattern.pattern}: {found.hits} hits on {len(found.days)} days, {found.plates} plates, "
        f"{found.cameras} cameras; people alerted {found.alerts} times, to misreads "
        f"{found.misread_alerts}; possible hits {found.possible}, of misreads "
        f"{found.misread_possible} (access {found.access_id})"
    )


def _end(runtime: Runtime, days: float | None, hours: float | None, until: str | None) -> datetime:
    if [days, hours, until].count(None) != 2:
        raise HotPlateError("When does it end?", allowed="one of --days, --hours and --until")
    if until is not None:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        return local_instants(until, zone)[0]
    return runtime.clock() + timedelta(days=days or 0, hours=hours or 0)


def _say(done: HotPlate, runtime: Runtime, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(done.as_json()))
        return
    zone = ZoneInfo(runtime.policy.department.time_zone.value)
    ends = done.expires_at.astimezone(zone)
    say(f"hot plate {done.id}: {done.plate} until {ends:%Y-%m-%d %H:%M}")

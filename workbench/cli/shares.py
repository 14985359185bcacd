"""`workbench shares`: what agencies have until somebody ends it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.given_files import read_given
from workbench.cli.origin import command_origin
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.period import local_instants
from workbench.domain.person import Channel
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings
from workbench.sharing.shares.comparing import Drift
from workbench.sharing.shares.share import NewShare, Share
from workbench.sharing.shares.vendor_list import LARGEST_FILE_BYTES

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="SHARE")]


@app.command()
def start(
    agency: Annotated[str, typer.Argument(help="As the register or an alias has it")],
    *,
    system: Annotated[str, typer.Option(help="Where it is switched on, such as LEARN")],
    what: Annotated[str, typer.Option(help="Such as detections")],
    reason: Annotated[str, typer.Option(help="In words; logged")],
    legal_basis: Annotated[str, typer.Option(help="Statute or agreement")],
    since: Annotated[str | None, typer.Option(help="Local time; now by default")] = None,
    as_json: AsJson = False,
) -> None:
    """Record a share; it counts once the captain or a designee approved it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        new = NewShare(
            agency=agency,
            system=system,
            what=what,
            reason=reason,
            legal_basis=legal_basis,
            started_at=None if since is None else local_instants(since, zone)[0],
        )
        _tell(runtime, runtime.sharing.shares.start(actor, new), as_json=as_json)


@app.command()
def review(
    number: Number,
    *,
    finding: Annotated[str, typer.Option(help="Whether it is needed still, in words")],
    approve: Annotated[
        bool, typer.Option("--approve", help="The first review: the captain or a designee")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record that a share was looked at and stays; not by who recorded it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        shares = runtime.sharing.shares
        done = (shares.approve if approve else shares.review)(actor, number, finding=finding)
        _tell(runtime, done, as_json=as_json)


@app.command()
def end(
    number: Number,
    *,
    reason: Annotated[str, typer.Option(help="In words; logged")],
    as_json: AsJson = False,
) -> None:
    """End a share; it stays on record, and alerts to the agency end with it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        _tell(runtime, runtime.sharing.shares.end(actor, number, reason=reason), as_json=as_json)


@app.command("list")
def list_shares(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that were ended")] = False,
    as_json: AsJson = False,
) -> None:
    """List shares and comparisons. Exit code 1: a review or a comparison is overdue."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        at, days = runtime.clock(), runtime.policy.sharing.review_days.value
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        found = runtime.sharing.shares.all(actor, ended=ended)
        compared = runtime.sharing.drifts.due(actor)
    late = any(one.overdue(at, days) for one in found) or any(one.overdue for one in compared)
    if as_json:
        shares = [one.as_json(at, days) for one in found]
        told = {"shares": shares, "comparisons": [one.as_json() for one in compared]}
        say(json.dumps(told | {"overdue": late}))
        raise typer.Exit(int(late))
    rows = []
    for one in found:
        due = one.next_review_at(days).astimezone(zone)
        since = one.started_at.astimezone(zone)
        words = (one.id, one.agency.name, one.system, one.what, f"{since:%Y-%m-%d}")
        state = "ended" if one.ended_at else "OVERDUE" if one.overdue(at, days) else ""
        rows.append((*words, f"{due:%Y-%m-%d}", state if one.approved else f"{state} unapproved"))
    columns = ("share", "agency", "system", "what", "since", "next review", "state")
    show_table(columns, rows, none="Nothing is shared all the time")
    for each in compared:
        when = each.compared_at and f"last compared {each.compared_at.astimezone(zone):%F %H:%M}"
        late_word = ", OVERDUE" if each.overdue else ""
        say(f"{each.system}: vendor's list {when or 'never compared'}{late_word}")
    raise typer.Exit(int(late))


@app.command()
def overdue(*, as_json: AsJson = False) -> None:
    """Name what is overdue, for a timer: nobody signs in. Exit code 1: something is."""
    with open_runtime(load_settings()) as runtime:
        shares = runtime.sharing.shares.overdue()
        systems = runtime.sharing.drifts.overdue()
    if as_json:
        late = [{"share": one.id, "agency": one.agency.name} for one in shares]
        compared = [one.as_json() for one in systems]
        say(json.dumps({"reviews": late, "comparisons": compared}))
    else:
        for share in shares:
            say(f"share {share.id} with {share.agency.name}: its review is overdue", err=True)
        for system in systems:
            say(f"{system.system}: the vendor's list was not compared in time", err=True)
    raise typer.Exit(int(bool(shares or systems)))


@app.command()
def compare(
    file: Annotated[Path, typer.Argument(help="The vendor's own list: CSV or JSON")],
    *,
    system: Annotated[str, typer.Option(help="Whose list it is, such as LEARN")],
    column: Annotated[str | None, typer.Option(help="Header of the names, if unusual")] = None,
    as_job: Annotated[
        bool, typer.Option("--as-job", help="For a timer: nobody signs in, the log names a job")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare a vendor's list with the shares that stand. Exit code 1: they differ."""
    content = read_given(file, LARGEST_FILE_BYTES)
    with open_runtime(load_settings()) as runtime:
        drifts = runtime.sharing.drifts
        if as_job:
            origin = replace(command_origin(), channel=Channel.JOB)
            drift = drifts.compare(None, content, system=system, column=column, origin=origin)
        else:
            with acting(runtime) as actor:
                drift = drifts.compare(actor, content, system=system, column=column)
    if as_json:
        say(json.dumps({"system": system, **drift.as_json()}))
    else:
        _show(drift)
    raise typer.Exit(int(bool(drift.count)))


def _show(drift: Drift) -> None:
    say(f"agencies listed: {drift.listed}; differences: {drift.count}")
    for refused in drift.refused:
        say(f"REFUSED {refused.vendor_name}: {refused.reason} ({refused.source})", err=True)
    for one in drift.unapproved:
        like = f"; looks like {', '.join(one.suggestions)}" if one.suggestions else ""
        why = "no approved share" if one.agency else f"not in the register{like}"
        say(f"NOT APPROVED {one.vendor_name}: {why}", err=True)
    for name in drift.lacking:
        say(f"NOT SHARED {name}: approved, and the vendor's list lacks it", err=True)
    if drift.unreadable:
        say(f"UNREADABLE, naming nobody: {drift.unreadable}", err=True)


def _tell(runtime: Runtime, share: Share, *, as_json: bool) -> None:
    if as_json:
        days = runtime.policy.sharing.review_days.value
        say(json.dumps(share.as_json(runtime.clock(), days)))
        return
    state = "ended" if share.ended_at else "approved" if share.approved else "not approved yet"
    say(f"share {share.id} of {share.what} with {share.agency.name}: {state}")

"""`workbench inquiries`: one's own, what waits for a decision, and more reads under one."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.allowance import Allowance
from workbench.domain.inquiry import Inquiry
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
InquiryNumber = Annotated[UUID, typer.Argument(metavar="INQUIRY")]
Number = Annotated[int, typer.Argument(metavar="REQUEST", min=1)]
Note = Annotated[str, typer.Option(help="Why, in words; logged")]


@app.command("open")
def open_inquiry(
    *,
    purpose: Annotated[str, typer.Option(help="A purpose of the policy")],
    reason: Annotated[str, typer.Option(help="In your own words; logged")],
    case_number: Annotated[str | None, typer.Option("--case", help="Such as 26-014532")] = None,
    as_json: AsJson = False,
) -> None:
    """State a purpose. Exit code 1: it waits for another person's approval."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        opened = runtime.inquiries.open(
            actor, purpose=purpose, reason=reason, case_number=case_number
        )
    _tell({"id": str(opened.id), "state": opened.state.value}, as_json=as_json)
    raise typer.Exit(int(opened.state.value == "waiting"))


@app.command("list")
def list_own(as_json: AsJson = False) -> None:
    """List your own inquiries that are open or waiting, newest first."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.inquiries.mine(actor)
        zone = _zone(runtime)
    if as_json:
        say(json.dumps({"inquiries": [_told(one) for one in found]}))
        return
    _show(found, zone, none="You have no open inquiry")


@app.command()
def waiting(as_json: AsJson = False) -> None:
    """Show what others wait for, if you decide; recorded. Exit code 1: something waits."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.waiting.show(actor)
        zone = _zone(runtime)
    asked = [
        {**one.allowance.as_json(), "inquiry": _told(one.inquiry), "out_today": one.out_today}
        for one in found.asked
    ]
    if as_json:
        inquiries = [_told(one) for one in found.inquiries]
        say(json.dumps({"inquiries": inquiries, "asked": asked}))
    else:
        _show(found.inquiries, zone, none="No inquiry waits")
        rows = [
            (
                one.allowance.id,
                one.allowance.username,
                f"{one.allowance.reads:,}",
                f"{one.out_today:,}",
                one.inquiry.case_number or "",
                one.allowance.why,
            )
            for one in found.asked
        ]
        columns = ("request", "by", "reads", "in 24 hours", "case", "why")
        show_table(columns, rows, none="No request for reads waits")
    raise typer.Exit(int(bool(found.inquiries or found.asked)))


@app.command()
def approve(inquiry: InquiryNumber, *, note: Note) -> None:
    """Approve somebody else's inquiry (Policy 426.5 (c))."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.inquiries.approve(actor, inquiry, note=note)
    _tell({"id": str(done.id), "state": done.state.value}, as_json=False)


@app.command()
def refuse(inquiry: InquiryNumber, *, note: Note) -> None:
    """Refuse somebody else's inquiry."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.inquiries.refuse(actor, inquiry, note=note)
    _tell({"id": str(done.id), "state": done.state.value}, as_json=False)


@app.command()
def ask(
    inquiry: InquiryNumber,
    *,
    reads: Annotated[int, typer.Option(min=1, help="How many its looks may let out together")],
    why: Annotated[str, typer.Option(help="What so many are needed for; logged")],
    as_json: AsJson = False,
) -> None:
    """Ask for more reads under your inquiry than one person may bring out alone."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        made = runtime.allowances.ask(actor, inquiry, reads=reads, why=why)
    _tell_reads(made, as_json=as_json)


@app.command()
def asked(inquiry: InquiryNumber, as_json: AsJson = False) -> None:
    """List what you asked for under an inquiry, and what became of it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.allowances.of(actor, inquiry)
    if as_json:
        say(json.dumps({"allowances": [one.as_json() for one in found]}))
        return
    rows = [(one.id, f"{one.reads:,}", one.state.value, one.why) for one in found]
    show_table(("request", "reads", "state", "why"), rows, none="No reads were asked for")


@app.command("approve-reads")
def approve_reads(number: Number, *, note: Note) -> None:
    """Approve a number of reads that somebody else asked for."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.allowances.decide(actor, number, approve=True, note=note)
    _tell_reads(done, as_json=False)


@app.command("refuse-reads")
def refuse_reads(number: Number, *, note: Note) -> None:
    """Refuse a number of reads that somebody else asked for."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.allowances.decide(actor, number, approve=False, note=note)
    _tell_reads(done, as_json=False)


def _told(one: Inquiry) -> dict[str, str | None]:
    return {
        "id": str(one.id),
        "username": one.username,
        "purpose": one.purpose,
        "case_number": one.case_number,
        "reason": one.reason,
        "state": one.state.value,
        "opened_at": one.opened_at.isoformat(),
    }


def _show(found: list[Inquiry] | tuple[Inquiry, ...], zone: ZoneInfo, *, none: str) -> None:
    rows = [
        (
            str(one.id),
            one.username,
            f"{one.opened_at.astimezone(zone):%Y-%m-%d %H:%M}",
            one.state.value,
            one.case_number or "",
            one.reason,
        )
        for one in found
    ]
    show_table(("inquiry", "by", "opened", "state", "case", "reason"), rows, none=none)


def _tell(said: dict[str, str], *, as_json: bool) -> None:
    say(json.dumps(said) if as_json else f"inquiry {said['id']}: {said['state']}")


def _tell_reads(one: Allowance, *, as_json: bool) -> None:
    said = f"request {one.id} for {one.reads:,} reads: {one.state.value}"
    say(json.dumps(one.as_json()) if as_json else said)


def _zone(runtime: Runtime) -> ZoneInfo:
    return ZoneInfo(runtime.policy.department.time_zone.value)

"""`workbench audit review`: the weekly review of who looked at how much, signed by another."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Annotated

import typer

from workbench.cli.acting import acting
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.week import Week
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
OfWeek = Annotated[str | None, typer.Option("--week", help="Such as 2026-W45; the last by default")]


@app.command("list")
def list_weeks(
    *,
    as_job: Annotated[
        bool, typer.Option("--as-job", help="Run by a timer: nobody signs in")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the last weeks with looks. Exit code 1: a review is overdue."""
    with open_runtime(load_settings()) as runtime, ExitStack() as stack:
        actor = None if as_job else stack.enter_context(acting(runtime))
        found = runtime.weekly_review.states(actor)
    if as_json:
        say(json.dumps({"weeks": [one.as_json() for one in found]}))
    else:
        rows = [
            (str(one.week), one.signed_by or ("OVERDUE" if one.overdue else "-"), one.note or "")
            for one in found
        ]
        show_table(("week", "signed by", "note"), rows, none="No week has looks")
    raise typer.Exit(int(any(one.overdue for one in found)))


@app.command()
def show(week: OfWeek = None, as_json: AsJson = False) -> None:
    """Show what each person brought out in a week, and the wide looks; recorded, no plates."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.weekly_review.show(actor, Week.parse(week) if week else None)
    if as_json:
        say(json.dumps(found.as_json()))
        return
    rows = [
        (
            one.username + (" NEAR THE LIMIT" if one.near else ""),
            one.looks,
            f"{one.reads:,}",
            f"{one.most_in_a_day:,}",
            f"{one.approved_reads:,}",
            one.pictures,
            one.at_night,
            one.without_case,
            one.refused,
        )
        for one in found.people
    ]
    named = ("reads", "most in a day", "approved", "pictures", "at night", "no case", "refused")
    show_table(("person", "looks", *named), rows, none=f"Nobody looked in {found.week}")
    wide = [
        (one.seq, one.username, f"{one.reads:,}", one.allowed_by or "", one.reason or "")
        for one in found.wide
    ]
    show_table(("look", "by", "reads", "approved by", "reason"), wide, none="No look was wide")


@app.command()
def sign(
    week: Annotated[str, typer.Argument(metavar="WEEK", help="Such as 2026-W45")],
    *,
    note: Annotated[str, typer.Option(help="What was found, in words; logged")],
) -> None:
    """Sign that you reviewed a week; you saw it and made no look in it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.weekly_review.sign(actor, Week.parse(week), note=note)
    say(f"{done.week} signed by {done.signed_by}")

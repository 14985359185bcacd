"""`workbench hits`: hits shown, what is done about them, what is missing, how often they err."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from workbench.cli import hits_acts, hits_matching, hits_pictures, hits_scoring
from workbench.cli.acting import acting
from workbench.cli.terminal import PlainTable, say
from workbench.domain.hit import HitState
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits.as_json import file_json, hit_json, late_json
from workbench.hotlists.hits.handling import HitFile
from workbench.hotlists.hits.selection import Selection
from workbench.hotlists.lists.lateness import Late
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(hits_acts.app)
app.add_typer(hits_matching.app)
app.add_typer(hits_pictures.app)
app.add_typer(hits_scoring.app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command("list")
def list_hits(
    *,
    state: Annotated[list[HitState] | None, typer.Option(help="May be repeated")] = None,
    category: Annotated[list[Category] | None, typer.Option(help="May be repeated")] = None,
    list_code: Annotated[
        list[str] | None, typer.Option("--list", help="Such as SVS; may be repeated")
    ] = None,
    camera: Annotated[list[str] | None, typer.Option(help="May be repeated")] = None,
    possible: Annotated[
        bool, typer.Option("--possible", help="Also those that nobody is alerted to")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many")] = 50,
    as_json: AsJson = False,
) -> None:
    """List hits, newest first; logged as a look."""
    asked = Selection(
        states=tuple(state or ()),
        categories=tuple(category or ()),
        list_codes=tuple(list_code or ()),
        camera_ids=tuple(camera or ()),
        possible=possible,
        limit=limit,
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        seen = runtime.hits.list(actor, asked)
    if as_json:
        hits = [hit_json(hit) for hit in seen.hits]
        told = {"hits": hits, "late": late_json(seen.late), "access_id": seen.access_id}
        say(json.dumps(told))
        return
    table = PlainTable("hit", "seen (UTC)", "read", "listed", "category", "list", "sure", "state")
    for hit in seen.hits:
        seen_at, sure = f"{hit.seen_at:%m-%d %H:%M:%S}", f"{hit.posterior:.0%}"
        state_text = f"{hit.state.value}{' (informational)' if hit.informational else ''}"
        plates = (hit.read_plate, hit.listed_plate)
        what = (hit.category.value, _named(hit.list_code, seen.late), sure, state_text)
        table.add_row(str(hit.id), seen_at, *plates, *what)
    Console().print(table)


@app.command()
def show(hit_id: Annotated[int, typer.Argument(metavar="HIT")], as_json: AsJson = False) -> None:
    """Show a hit, what was done about it, what can be done now and what is due."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.hits.show(actor, hit_id)
    if as_json:
        say(json.dumps(file_json(found)))
    else:
        _tell(found)


@app.command()
def queue(as_json: AsJson = False) -> None:
    """Show what hits wait for, what is overdue first. Exit code 1: something is overdue."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.hits.queue(actor)
    frame = found.frame
    if as_json:
        rows = json.loads(frame.to_json(orient="records", date_format="iso", date_unit="us"))
        told = {"queue": rows, "late": late_json(found.late), "access_id": found.access_id}
        say(json.dumps(told))
    else:
        table = PlainTable("hit", "waits for", "by (UTC)", "plate", "list", "state", "section")
        for row in frame.to_dict("records"):
            by = "" if row["by"] is None or row["by"] != row["by"] else f"{row['by']:%m-%d %H:%M}"
            due = f"{row['due']}{' OVERDUE' if row['overdue'] else ''}"
            code = _named(row["list_code"], found.late)
            rest = (row["listed_plate"], code, row["state"], row["section"])
            table.add_row(str(row["hit_id"]), due, by, *rest)
        Console().print(table)
    raise typer.Exit(int(frame["overdue"].any()))


def _named(code: str, late: Late) -> str:
    ways = late.get(code)
    return f"{code} ({', '.join(ways)})" if ways else code


def _tell(found: HitFile) -> None:
    hit, steps = found.hit, found.steps
    say(f"Hit {hit.id}: {hit.state.value}; {hit.category.value} on {hit.list_code}")
    say(f"Read {hit.read_plate} {hit.read_region or ''}; listed {hit.listed_plate}")
    rival = f"; or it is {hit.rival} ({hit.rival_posterior:.0%})" if hit.rival_posterior else ""
    say(f"The plate is the listed one: {hit.posterior:.0%}{rival}")
    if hit.informational:
        say("Informational only: no call for service, no stop")
    if steps.stale:
        loaded = f"{hit.list_loaded_at:%Y-%m-%d %H:%M}"
        say(f"STALE: what it was matched with came in at {loaded} UTC")
    if found.late:
        how = ", ".join(found.late)
        say(f"LATE: {hit.list_code} is {how} now; see `workbench hotlists standing`")
    for event in found.events:
        happened = f"{event.happened_at:%m-%d %H:%M:%S}"
        say(f"  {event.id:>8}  {happened}  {event.kind.value:<20} {event.recorded_by}")
    for broken in steps.violations:
        beside = f"; corrected by {broken.corrected_by}" if broken.corrected_by else ""
        say(f"VIOLATION: {broken.kind.value} by {broken.event_id} ({broken.section}){beside}")
    for due in steps.due:
        by = f" by {due.by:%H:%M:%S} UTC" if due.by else ""
        say(f"{'OVERDUE' if due.overdue else 'Due'}: {due.kind.value}{by} ({due.section})")
    say(f"Can be done: {', '.join(kind.value for kind in steps.allowed)}")

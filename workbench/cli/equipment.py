"""`workbench equipment`: sites, cars, where cameras are, and how they stand."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli import equipment_places
from workbench.cli.acting import acting
from workbench.cli.equipment_options import (
    AsJson,
    At,
    CameraId,
    From,
    Until,
    instant,
    local,
    tell,
    window,
    zone_of,
)
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.equipment import HealthWrong
from workbench.errors import EquipmentError
from workbench.fleet.as_json import (
    health_json,
    inspection_json,
    overdue_json,
    rows_json,
)
from workbench.fleet.health import Health
from workbench.fleet.inspections import Item
from workbench.fleet.told_cells import whole_hours_of
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(equipment_places.app)


@app.command()
def camera(
    camera_id: CameraId, *, begin: From = None, end: Until = None, as_json: AsJson = False
) -> None:
    """Show what is on record about a camera: places, inspections, faults, error rates."""
    with open_runtime(load_settings()) as runtime:
        zone = zone_of(runtime.policy)
        asked = window(runtime, begin, end, days=91)
        papers = runtime.fleet.reading.camera(camera_id, asked)
        frame = runtime.fleet.reading.coverage(asked)
    worked = rows_json(frame[frame["camera_id"] == camera_id])
    if as_json:
        say(json.dumps({**papers.as_json(), "coverage": worked[0] if worked else None}))
        return
    if papers.camera is None:
        raise EquipmentError("There is no such camera", given=camera_id)
    share = worked[0]["share"]
    hours = f"{worked[0]['hours_alive']} of {worked[0]['hours_expected']} hours with reads"
    say(f"{papers.camera.name}: {hours}{'' if share is None else f' ({share:.0%})'}")
    places = (
        (p.site or f"car {p.vehicle}", p.direction, local(p.from_at, zone), local(p.until_at, zone))
        for p in papers.places
    )
    show_table(("place", "direction", "from", "until"), places, none="No place on record")
    show_table(
        ("inspected", "by", "good", "what was not", "made up"),
        (
            (
                local(done.done_at, zone),
                done.done_by,
                "yes" if done.passed else "no",
                "; ".join(f"{i.item}: {i.words}" for i in done.items if not i.good),
                f"late, for {done.makes_up}" if done.makes_up else "",
            )
            for done in papers.inspections
        ),
        none="No inspection on record",
    )
    show_table(
        ("fault", "found", "what", "state"),
        ((f.id, local(f.discovered_at, zone), f.what, f.state) for f in papers.faults),
        none="No fault on record",
    )
    rates = papers.error_rates
    show_table(
        ("error", "hits", "scored", "rate", "95 % from", "to"),
        rates[["error", "hits", "scored", "rate", "low", "high"]].round(4).to_numpy().tolist(),
        none="No hit of it was scored",
    )


@app.command()
def inspect(
    camera_id: CameraId,
    *,
    failed: Annotated[
        list[str] | None, typer.Option(help="ITEM=WORDS of what is not in order; again for more")
    ] = None,
    damage: Annotated[
        bool, typer.Option("--damage", help="What is not in order is damage or vandalism")
    ] = False,
    out_of_service: Annotated[
        bool, typer.Option("--out-of-service", help="It cannot be used until it is repaired")
    ] = False,
    done_by: Annotated[
        str | None, typer.Option("--by", help="User name of who did it; you by default")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record an inspection; every item of the policy that is not named as failed was good."""
    wrong = dict(_failed(each) for each in failed or ())
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        asked = runtime.policy.inspections.items.value
        unknown = sorted(set(wrong) - set(asked))
        if unknown:
            raise EquipmentError("No such item", given=unknown, allowed=", ".join(asked))
        items = tuple(
            Item(
                item=item,
                good=item not in wrong,
                words=wrong.get(item, ""),
                damage=damage and item in wrong,
                out_of_service=out_of_service and item in wrong,
            )
            for item in asked
        )
        done = runtime.fleet.inspections.record(
            actor, camera_id, items, done_by=done_by, done_at=instant(runtime, at)
        )
    late = f"; late, makes up {done.makes_up}" if done.makes_up else ""
    words = f"inspection {done.id} recorded; {'good' if done.passed else 'faults opened'}{late}"
    tell(inspection_json(done), words, as_json=as_json)


@app.command()
def inspections(
    *,
    quarter: Annotated[
        str | None, typer.Option(help="Such as 2026Q3; the last that is over by default")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the cameras that were not inspected in a quarter. Exit code 1: one still is not.

    One that was made up afterwards stays on the list as late, for good.
    """
    with open_runtime(load_settings()) as runtime:
        zone = zone_of(runtime.policy)
        asked = runtime.fleet.inspections.turn(quarter) if quarter else None
        found = runtime.fleet.inspections.overdue(asked)
    waiting = [one for one in found if one.made_up_at is None]
    if as_json:
        listed = [overdue_json(one) for one in found]
        say(json.dumps({"overdue": listed, "waiting": len(waiting)}))
    else:
        show_table(
            ("camera", "quarter", "overdue since", "made up"),
            (
                (one.camera_id, one.turn, local(one.since, zone), local(one.made_up_at, zone))
                for one in found
            ),
            none="No inspection is overdue",
        )
    raise typer.Exit(int(bool(waiting)))


@app.command()
def health(*, as_json: AsJson = False) -> None:
    """Show how cameras stand. Exit code 1: something is out of order."""
    with open_runtime(load_settings()) as runtime:
        found, zone = runtime.fleet.reading.health(), zone_of(runtime.policy)
    if as_json:
        say(json.dumps(health_json(found)))
    else:
        _show_health(found)
        show_table(
            ("what", "on", "since", "why", "section"),
            (
                (one.what.replace("_", " "), one.on, local(one.since, zone), one.why, one.section)
                for one in found.findings
            ),
            none="Nothing is out of order",
        )
    raise typer.Exit(int(not found.well))


@app.command()
def coverage(*, begin: From = None, end: Until = None, as_json: AsJson = False) -> None:
    """Show in how many hours each camera worked; the last 28 days by default.

    Of whole hours; an hour with few reads counts in whole days of UTC alone.
    """
    with open_runtime(load_settings()) as runtime:
        asked = whole_hours_of(window(runtime, begin, end, days=28))
        frame = runtime.fleet.reading.coverage(asked)
    if as_json:
        times = {name: at.isoformat() for name, at in asdict(asked).items()}
        say(json.dumps({**times, "cameras": rows_json(frame)}))
        return
    columns = ["camera_id", "kind", "hours_expected", "hours_alive", "share", "hours_out", "faults"]
    headers = ("camera", "kind", "hours", "with reads", "share", "out of service", "faults")
    rows = frame.assign(share=frame["share"].map("{:.0%}".format, na_action="ignore"))
    cells = rows[columns].astype(object).where(rows[columns].notna(), "").to_numpy().tolist()
    show_table(headers, cells, none="No camera is known")


def _show_health(found: Health) -> None:
    quiet = sum(one.compared is None for one in found.cameras)
    counted = {
        "cameras": len(found.cameras),
        "silent": sum(one.silent for one in found.cameras),
        "dropped": sum(one.what is HealthWrong.DROPPED for one in found.findings),
        "out of service": sum(one.out_of_service for one in found.cameras),
        "too quiet to compare": quiet,
    }
    say(", ".join(f"{count} {name}" for name, count in counted.items()))


def _failed(written: str) -> tuple[str, str]:
    item, given, words = written.partition("=")
    if not given or not words.strip():
        raise EquipmentError("What is not in order?", given=written, allowed="ITEM=WORDS")
    return item.strip(), words.strip()

"""`workbench shifts`: who has which car, the log of shifts, and what is out of order with them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli.acting import acting
from workbench.cli.equipment_options import (
    AsJson,
    At,
    From,
    Unit,
    Until,
    instant,
    local,
    local_period,
    tell,
    window,
    zone_of,
)
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.equipment import PursuitExit
from workbench.errors import EquipmentError
from workbench.fleet.as_json import plain, shift_finding_json, shift_json
from workbench.fleet.shift import Start
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(metavar="NAME", help="User name")]
Number = Annotated[int, typer.Argument(metavar="SHIFT", min=1)]


@app.command()
def assign(name: Name, unit: Unit, *, as_json: AsJson = False) -> None:
    """Assign somebody to a car; refused without account and current training."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        made = runtime.fleet.assignments.assign(actor, name, unit)
    tell(plain(asdict(made)), f"{name} may have {unit}", as_json=as_json)


@app.command()
def unassign(name: Name, unit: Unit, *, as_json: AsJson = False) -> None:
    """End an assignment."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.fleet.assignments.end(actor, name, unit)
    tell({"username": name, "vehicle": unit}, f"{name} may not have {unit}", as_json=as_json)


@app.command()
def assigned(*, as_json: AsJson = False) -> None:
    """List who is assigned to which car."""
    with open_runtime(load_settings()) as runtime:
        found, zone = runtime.fleet.assignments.standing(), zone_of(runtime.policy)
    if as_json:
        say(json.dumps({"assignments": [plain(asdict(one)) for one in found]}))
        return
    show_table(
        ("car", "name", "since", "by"),
        ((o.vehicle, o.username, local(o.assigned_at, zone), o.assigned_by) for o in found),
        none="Nobody is assigned to a car",
    )


@app.command()
def start(
    unit: Unit,
    *,
    affixed: Annotated[
        bool, typer.Option("--affixed/--not-affixed", help="Cameras affixed and inspected")
    ],
    software: Annotated[
        bool, typer.Option("--software/--no-software", help="The software in the car runs")
    ],
    green: Annotated[
        list[str] | None, typer.Option(help="A light that is green; again for each")
    ] = None,
    all_green: Annotated[bool, typer.Option("--all-green", help="Every light is green")] = False,
    words: Annotated[str, typer.Option(help="What is not in order")] = "",
    officer: Annotated[
        str | None, typer.Option(help="User name of whose shift it is; you by default")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record the start of a shift. Exit code 1: something is not in order, and a fault is open."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        names = runtime.policy.equipment.lights.value
        unknown = sorted(set(green or ()) - set(names))
        if unknown:
            raise EquipmentError("No such light", given=unknown, allowed=", ".join(names))
        lights = {name: all_green or name in (green or ()) for name in names}
        said = Start(affixed=affixed, software_started=software, lights=lights, words=words)
        begun = instant(runtime, at)
        done = runtime.fleet.shifts.start(actor, unit, said, username=officer, started_at=begun)
    wrong = "" if done.start.ready else f"; not {', '.join(done.start.missing)}"
    tell(shift_json(done), f"shift {done.id} of {unit} began{wrong}", as_json=as_json)
    raise typer.Exit(int(not done.start.ready))


@app.command()
def end(number: Number, *, at: At = None, as_json: AsJson = False) -> None:
    """Record the end of a shift."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.fleet.shifts.end(actor, number, ended_at=instant(runtime, at))
    tell(shift_json(done), f"shift {number} of {done.vehicle} ended", as_json=as_json)


@app.command()
def pursuit(
    number: Number,
    *,
    because: Annotated[
        PursuitExit, typer.Option(help="Enough vehicles or a helicopter came, or a supervisor said")
    ],
    words: Annotated[str, typer.Option(help="In words")] = "",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record that the car left a pursuit."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        left_at = instant(runtime, at)
        runtime.fleet.shifts.left_pursuit(actor, number, because, words=words, left_at=left_at)
    told = {"shift": number, "because": because.value}
    tell(told, f"shift {number} left a pursuit", as_json=as_json)


@app.command("list")
def list_shifts(*, begin: From = None, until: Until = None, as_json: AsJson = False) -> None:
    """List shifts; those of the last 7 days by default."""
    with open_runtime(load_settings()) as runtime:
        zone, asked = zone_of(runtime.policy), window(runtime, begin, until, days=7)
        found = runtime.fleet.shifts.all(asked)
        left = {one.id: runtime.fleet.shifts.pursuits(one.id) for one in found}
    if as_json:
        shifts = [
            {**shift_json(one), "left_pursuits": [plain(asdict(each)) for each in left[one.id]]}
            for one in found
        ]
        say(json.dumps({"shifts": shifts}))
        return
    show_table(
        ("shift", "car", "name", "from", "until", "not in order", "left pursuits"),
        (
            (
                one.id,
                one.vehicle,
                one.username,
                local(one.started_at, zone),
                local(one.ended_at, zone),
                ", ".join(one.start.missing),
                ", ".join(each.because for each in left[one.id]),
            )
            for one in found
        ),
        none=f"No shift {local_period(asked, zone)}; --from and --until ask for another time",
    )


@app.command()
def exceptions(*, begin: From = None, until: Until = None, as_json: AsJson = False) -> None:
    """List what is out of order with cars and shifts, of the last 7 days. Exit code 1: something.

    A shift with reads and no search of its own detections, one without reads, times without reads
    while a marked car was on, reads of a car on no shift, starts that were not in order.
    """
    with open_runtime(load_settings()) as runtime:
        zone, asked = zone_of(runtime.policy), window(runtime, begin, until, days=7)
        found = runtime.fleet.reading.shifts.within(asked)
    if as_json:
        say(json.dumps({"exceptions": [shift_finding_json(one) for one in found]}))
    else:
        show_table(
            ("what", "car", "shift", "name", "from", "until", "why"),
            (
                (
                    one.what.replace("_", " "),
                    one.vehicle,
                    one.shift_id,
                    one.username,
                    local(one.period.start, zone),
                    local(one.period.end, zone),
                    one.why,
                )
                for one in found
            ),
            none=f"Nothing is out of order {local_period(asked, zone)}",
        )
    raise typer.Exit(int(bool(found)))

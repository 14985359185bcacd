"""`workbench faults`: damaged and inoperable equipment, from its discovery to its repair."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workbench.cli.acting import acting
from workbench.cli.equipment_options import AsJson, At, instant, local, tell, zone_of
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.equipment import FaultState
from workbench.fleet.as_json import fault_json
from workbench.fleet.fault import Fault
from workbench.fleet.faults import Finding, Told
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

Number = Annotated[int, typer.Argument(metavar="FAULT", min=1)]


@app.command()
def find(
    *,
    what: Annotated[str, typer.Option(help="What is wrong, in words")],
    camera: Annotated[str | None, typer.Option(help="The camera that it is on")] = None,
    car: Annotated[str | None, typer.Option(help="Or the car")] = None,
    damage: Annotated[
        bool, typer.Option("--damage", help="Damage or vandalism, not malfunction alone")
    ] = False,
    out_of_service: Annotated[
        bool, typer.Option("--out-of-service", help="It cannot be used until it is repaired")
    ] = False,
    found_by: Annotated[
        str | None, typer.Option("--by", help="User name of who found it; you if not")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record that a camera or the readers of a car are damaged or do not work."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = Finding(
            what=what,
            camera=camera,
            vehicle=car,
            discovered_by=found_by,
            discovered_at=instant(runtime, at),
            damage=damage,
            out_of_service=out_of_service,
        )
        number = runtime.fleet.faults.find(actor, found)
    tell(
        {"fault": number},
        f"fault {number} is open; tell supervisor and administrator",
        as_json=as_json,
    )


@app.command()
def report(
    number: Number,
    *,
    supervisor: Annotated[str, typer.Option(help="User name of the supervisor who was told")],
    administrator: Annotated[str, typer.Option(help="User name of the administrator who was told")],
    supervisor_at: Annotated[str | None, typer.Option(help="When; now by default")] = None,
    administrator_at: Annotated[str | None, typer.Option(help="When; now by default")] = None,
    paper: Annotated[
        str | None, typer.Option(help="Number of the crime report or memo that the policy wants")
    ] = None,
    returned_by: Annotated[
        str | None, typer.Option(help="Trained officer who brought a trailer back")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record who was told of a fault, and on which paper."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        told = Told(
            supervisor=supervisor,
            administrator=administrator,
            supervisor_told_at=instant(runtime, supervisor_at),
            administrator_told_at=instant(runtime, administrator_at),
            paper_number=paper,
            returned_by=returned_by,
        )
        done = runtime.fleet.faults.tell(actor, number, told)
    tell(fault_json(done), f"fault {number} is reported", as_json=as_json)


@app.command()
def repair(
    number: Number,
    *,
    done: Annotated[str, typer.Option(help="What was done, in words")],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record a repair; for the garage alone."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        repaired_at = instant(runtime, at)
        fault = runtime.fleet.faults.repair(actor, number, repair=done, repaired_at=repaired_at)
    tell(fault_json(fault), f"fault {number} is repaired", as_json=as_json)


@app.command("list")
def list_faults(
    *,
    every: Annotated[bool, typer.Option("--all", help="Repaired ones too")] = False,
    as_json: AsJson = False,
) -> None:
    """List faults that stand. Exit code 1: of one nobody is on record as told."""
    with open_runtime(load_settings()) as runtime:
        found, zone = runtime.fleet.faults.all(standing=not every), zone_of(runtime.policy)
    if as_json:
        say(json.dumps({"faults": [fault_json(one) for one in found]}))
    else:
        show_table(
            ("fault", "on", "found", "what", "paper", "state", "out of service"),
            (
                (
                    one.id,
                    one.on,
                    local(one.discovered_at, zone),
                    one.what,
                    one.paper_number or _missing(one),
                    one.state,
                    "yes" if one.out_of_service and one.repaired_at is None else "",
                )
                for one in found
            ),
            none="No fault stands",
        )
    raise typer.Exit(int(any(one.state is FaultState.OPEN for one in found)))


def _missing(one: Fault) -> str:
    return f"{one.needs_paper.replace('_', ' ')} missing" if one.needs_paper else ""

"""`workbench hits`, the part that records what was done about a hit."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.terminal import say
from workbench.domain.hit import (
    Agreement,
    Disposition,
    HitOutcome,
    Occupancy,
    Place,
    Priority,
)
from workbench.domain.period import local_instants
from workbench.domain.stop_basis import StopBasis
from workbench.errors import InputError, ViolationAheadError
from workbench.hotlists.hits.acts import (
    Act,
    AskConfirmation,
    Broadcast,
    Call,
    Close,
    Compare,
    Confirm,
    Correct,
    Find,
    Open,
    RecordStop,
    Refuse,
    Review,
    RunPlate,
)
from workbench.hotlists.hits.as_json import acted_json
from workbench.hotlists.hits.violations import ViolationKind
from workbench.policy import load_policy
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

_MOST_BYTES = 100_000

HitId = Annotated[int, typer.Argument(metavar="HIT")]
At = Annotated[
    str | None, typer.Option("--at", help="When; local time or with offset, now by default")
]
Event = Annotated[int, typer.Argument(metavar="EVENT", help="As `workbench hits show` has it")]
Knowing = Annotated[
    list[ViolationKind] | None,
    typer.Option("--knowing", help="A violation that you know it will be; may be repeated"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Response = Annotated[Path, typer.Option(help="Text file with what CLETS/NCIC answered")]
Operator = Annotated[str, typer.Option(help="Who ran the query, if not you: a user name")]
Result = Annotated[str, typer.Option(help="In short")]
System = Annotated[str, typer.Option(help="Where it was asked")]
Note = Annotated[str, typer.Option(help="What else there is to say")]


@app.command("open")
def open_hit(
    hit_id: HitId, at: At = None, knowing: Knowing = None, as_json: AsJson = False
) -> None:
    """Take a hit up."""
    record(hit_id, Open(), at, knowing, as_json=as_json)


@app.command()
def compare(
    hit_id: HitId,
    *,
    region: Annotated[Agreement, typer.Option("--state", help="The plate's state")],
    make: Annotated[Agreement, typer.Option()],
    colour: Annotated[Agreement, typer.Option()],
    plate_picture: Annotated[bool, typer.Option("--plate-picture", help="It was seen")] = False,
    vehicle_picture: Annotated[bool, typer.Option("--vehicle-picture", help="It was seen")] = False,
    note: Note = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Compare what the picture shows with the entry."""
    act = Compare(
        plate_picture=plate_picture,
        vehicle_picture=vehicle_picture,
        region=region,
        make=make,
        colour=colour,
        note=note,
    )
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command("run-plate")
def run_plate(
    hit_id: HitId, at: At = None, knowing: Knowing = None, as_json: AsJson = False
) -> None:
    """Record that the plate was run on the computer in the car."""
    record(hit_id, RunPlate(), at, knowing, as_json=as_json)


@app.command()
def ask(
    hit_id: HitId,
    *,
    priority: Annotated[Priority, typer.Option(help="urgent: 10 minutes; routine: an hour")],
    second: Annotated[bool, typer.Option("--second", help="The second request")] = False,
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Record that the agency which entered the record was asked to confirm it."""
    record(hit_id, AskConfirmation(priority=priority, second=second), at, knowing, as_json=as_json)


@app.command()
def confirm(
    hit_id: HitId,
    *,
    response: Response,
    result: Result,
    operator: Operator = "",
    system: System = "CLETS/NCIC",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Attach an answer of CLETS/NCIC that confirms the record."""
    text = _read(response)
    act = Confirm(system=system, response=text, operator=operator, result=result)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def refuse(
    hit_id: HitId,
    *,
    response: Response,
    result: Result,
    operator: Operator = "",
    system: System = "CLETS/NCIC",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Attach an answer of CLETS/NCIC that does not confirm it."""
    text = _read(response)
    act = Refuse(system=system, response=text, operator=operator, result=result)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def broadcast(
    hit_id: HitId,
    *,
    channel: Annotated[str, typer.Option(help="The radio channel")],
    place: Annotated[
        Place | None,
        typer.Option("--from", help="Follows from the camera and the shift; only held against it"),
    ] = None,
    cancels: Annotated[bool, typer.Option("--cancels", help="Takes an earlier one back")] = False,
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Record a broadcast."""
    act = Broadcast(channel=channel, place=place, cancels=cancels)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def call(
    hit_id: HitId,
    *,
    call_type: Annotated[str, typer.Option("--type", help="One of the policy's call types")],
    vehicle: Annotated[str, typer.Option(help="Description of the vehicle")],
    direction: Annotated[str, typer.Option(help="Of travel")],
    number: Annotated[str, typer.Option(help="Of the call in the dispatch system")] = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Record a call for service; needs the standing confirmation."""
    act = Call(call_type=call_type, vehicle_description=vehicle, direction=direction, number=number)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def found(
    hit_id: HitId,
    *,
    occupancy: Annotated[Occupancy, typer.Option()],
    recovered: Annotated[bool, typer.Option("--recovered")] = False,
    note: Note = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Record what there was when somebody got to the vehicle."""
    act = Find(occupancy=occupancy, recovered=recovered, note=note)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def stop(
    hit_id: HitId,
    *,
    basis: Annotated[StopBasis, typer.Option(help="What it rests on beside the hit")],
    facts: Annotated[str, typer.Option(help="What was seen or known, in words")],
    code_section: Annotated[str, typer.Option(help="What was violated, such as VC 24601")] = "",
    warrant: Annotated[str, typer.Option(help="The number of the confirmed warrant")] = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Record that a car was stopped; needs a basis of its own and the standing confirmation.

    A supervisor reviews every recorded stop.
    """
    act = RecordStop(basis=basis, facts=facts, code_section=code_section, warrant=warrant)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def close(
    hit_id: HitId,
    *,
    disposition: Annotated[Disposition, typer.Option(help="How right the hit was")],
    outcome: Annotated[HitOutcome, typer.Option(help="What came of it")],
    note: Note = "",
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Close a hit."""
    record(
        hit_id,
        Close(disposition=disposition, outcome=outcome, note=note),
        at,
        knowing,
        as_json=as_json,
    )


@app.command()
def review(
    hit_id: HitId,
    event: Event,
    *,
    approve: Annotated[
        bool, typer.Option("--approve/--return", help="Whether the basis of the stop holds")
    ],
    note: Annotated[str, typer.Option(help="Why, in words")],
    at: At = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Review a recorded stop; by a supervisor who did not record it."""
    act = Review(event=event, approved=approve, note=note)
    record(hit_id, act, at, knowing, as_json=as_json)


@app.command()
def correct(
    hit_id: HitId,
    event: Event,
    *,
    why: Annotated[str, typer.Option(help="What was wrong, in words")],
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="It never happened")] = False,
    time: Annotated[str | None, typer.Option(help="When it truly happened; local time")] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="What it should have said; repeatable"),
    ] = None,
    knowing: Knowing = None,
    as_json: AsJson = False,
) -> None:
    """Put an earlier event right; it stays in the history, and so does what it broke.

    By whoever recorded it, or a supervisor.
    """
    zone = ZoneInfo(load_policy(load_settings().policy_file).department.time_zone.value)
    act = Correct(
        event=event,
        why=why,
        withdrawn=withdrawn,
        time=None if time is None else local_instants(time, zone)[0],
        values=dict(_named_value(each) for each in values or ()),
    )
    record(hit_id, act, None, knowing, as_json=as_json)


def record(
    hit_id: int, act: Act, at: str | None, knowing: list[ViolationKind] | None, *, as_json: bool
) -> None:
    """Record an act of who signs in. Exit code 1: it is recorded, and it broke a rule.

    What will be a violation is asked about at a terminal; without one, and without ``--knowing``,
    it is refused.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        happened = None if at is None else local_instants(at, zone)[0]
        known = list(knowing or ())
        try:
            acted = runtime.hits.act(actor, hit_id, act, happened_at=happened, knowing=known)
        except ViolationAheadError as error:
            if not sys.stdin.isatty():
                raise
            say(str(error), err=True)
            typer.confirm("Record it all the same?", abort=True, err=True)
            known += [ViolationKind(code) for code in str(error.where["knowing"]).split()]
            acted = runtime.hits.act(actor, hit_id, act, happened_at=happened, knowing=known)
    if as_json:
        say(json.dumps(acted_json(acted)))
    else:
        say(f"{act.kind.value} recorded; the hit is {acted.state.value}")
        for broken in acted.violations:
            say(f"VIOLATION: {broken.kind.value} ({broken.section})", err=True)
    raise typer.Exit(int(bool(acted.violations)))


def _named_value(written: str) -> tuple[str, object]:
    name, sign, value = written.partition("=")
    if not sign:
        raise InputError("A value has no name", given=written, allowed="NAME=VALUE")
    return name.strip(), {"true": True, "false": False}.get(value, value)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "The response cannot be read", given=str(file), allowed="a text file in UTF-8"
        ) from error

"""`workbench releases`, the part that takes a step with a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period, local_instants
from workbench.domain.person import Actor
from workbench.domain.release import ReleaseStep
from workbench.errors import ReleaseError
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.steps import RECORDS, Approve, FileAway, Refuse, Review, Route, Step

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="REQUEST")]
Reason = Annotated[str, typer.Option(help="In words; logged")]


@app.command()
def review(
    number: Number,
    *,
    finding: Annotated[str, typer.Option(help="Such as how the requester was called back")],
    purpose: Annotated[str, typer.Option(help="Code of the policy's purpose it comes under")],
    as_json: AsJson = False,
) -> None:
    """Record that a request was looked at."""
    _take(number, Review(finding=finding, purpose_code=purpose), as_json=as_json)


@app.command()
def approve(number: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Approve a request: the captain or a designee, who neither asked for it nor recorded it."""
    _take(number, Approve(reason=reason), as_json=as_json)


@app.command()
def refuse(number: Number, *, reason: Reason, as_json: AsJson = False) -> None:
    """Refuse a request, or take an approval back: the captain or a designee."""
    _take(number, Refuse(reason=reason), as_json=as_json)


@app.command()
def route(
    number: Number,
    *,
    reason: Reason,
    source: Annotated[str, typer.Option(help="Where the rule stands")] = RECORDS,
    as_json: AsJson = False,
) -> None:
    """Send a request to Records."""
    _take(number, Route(reason=reason, source=source), as_json=as_json)


@app.command("file")
def file_away(
    number: Number,
    *,
    file: Annotated[str, typer.Option(help="Where it is on file")],
    as_json: AsJson = False,
) -> None:
    """Record that a request is on file, which ends it."""
    _take(number, FileAway(file=file), as_json=as_json)


@app.command()
def fulfil(
    number: Number,
    *,
    out: Annotated[Path, typer.Option(help="Where the package is written: a new folder")],
    hold: Annotated[int | None, typer.Option(help="Pack what this hold holds")] = None,
    plate: Annotated[str | None, typer.Option(help="Pack reads of a plate or pattern")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Local time or with offset")] = None,
    end: Annotated[str | None, typer.Option("--until", help="Not part of it")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="May be repeated")] = None,
    inquiry: Annotated[
        UUID | None, typer.Option(help="An open one of yours; stated for the request if missing")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fulfil an approved request by a package that names its recipient on every page."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        search = None if hold is not None else _criteria(plate, start, end, camera, zone)
        packing = Packing(
            inquiry_id=inquiry or _stated(runtime, actor, number),
            out=out,
            search=search,
            hold_id=hold,
        )
        done = runtime.sharing.releases.fulfil(actor, number, packing)
    tell(done, as_json=as_json)


def tell(release: Release, *, as_json: bool) -> None:
    """Print where a request stands."""
    if as_json:
        typer.echo(json.dumps(release.as_json()))
        return
    typer.echo(f"request {release.id} of {release.agency.name} is {release.state}")
    if release.events and "reason" in release.events[-1].details:
        typer.echo(release.events[-1].details["reason"])


def _take(number: int, step: Step, *, as_json: bool) -> None:
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.sharing.releases.take(actor, number, step)
    tell(done, as_json=as_json)


def _stated(runtime: Runtime, actor: Actor, number: int) -> UUID:
    """Return an inquiry for a request: its purpose is what the review found."""
    release = runtime.sharing.releases.show(actor, number)
    reviewed = [event for event in release.events if event.step is ReleaseStep.REVIEWED]
    if not reviewed:
        raise ReleaseError("Nobody has reviewed the request", given=number)
    opened = runtime.inquiries.open(
        actor,
        purpose=reviewed[0].details["purpose_code"],
        reason=f"Release {number} to {release.agency.name}: {release.asked.purpose}"[:2_000],
        case_number=release.asked.case_number,
    )
    return opened.id


def _criteria(
    plate: str | None,
    start: str | None,
    end: str | None,
    cameras: list[str] | None,
    zone: ZoneInfo,
) -> SearchCriteria:
    if (start is None) != (end is None):
        raise ReleaseError("A span of time has two ends", allowed="--from and --until")
    period = None
    if start is not None and end is not None:
        period = Period(local_instants(start, zone)[0], local_instants(end, zone)[1])
    return SearchCriteria(
        plate=parse_pattern(plate) if plate else None,
        period=period,
        cameras=tuple(cameras or ()),
    )

"""`workbench releases`, the part that takes a step with a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.read_options import (
    CamerasOption,
    CircleOption,
    CornersOption,
    DetectionsOption,
    FromOption,
    PlateOption,
    RegionsOption,
    given_reads,
)
from workbench.cli.terminal import say
from workbench.runtime import open_runtime
from workbench.settings import load_settings
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.stating import state_inquiry
from workbench.sharing.releases.steps import RECORDS, Approve, FileAway, Refuse, Review, Route, Step

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="REQUEST")]
UntilOption = Annotated[
    str | None, typer.Option("--to", "--until", help="Seen before: local time, or with offset")
]
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
def approve(
    number: Number,
    *,
    reason: Reason,
    hold: Annotated[int | None, typer.Option(help="All that this hold holds")] = None,
    plate: PlateOption = None,
    start: FromOption = None,
    end: UntilOption = None,
    circle: CircleOption = None,
    corner: CornersOption = None,
    camera: CamerasOption = None,
    region: RegionsOption = None,
    detection: DetectionsOption = None,
    as_json: AsJson = False,
) -> None:
    """Approve a request and say which reads may be released: the captain or a designee.

    Who asked for it or recorded it does not approve it. What is named here is packed, to the
    letter, and nothing else.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        place, origin = (circle, corner), (camera, region)
        reads = given_reads(plate, (start, end), place, origin, detection, zone=zone)
        step = Approve(reason=reason, reads=reads, hold_id=hold)
        done = runtime.sharing.releases.take(actor, number, step)
    tell(done, as_json=as_json)


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
    inquiry: Annotated[
        UUID | None, typer.Option(help="An open one of yours; stated for the request if missing")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fulfil an approved request: pack what was approved, its recipient on every page."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        releases = runtime.sharing.releases
        under = inquiry or state_inquiry(runtime.inquiries, releases, actor, number)
        packing = Packing(inquiry_id=under, out=out)
        done = releases.fulfil(actor, number, packing)
    tell(done, as_json=as_json)


def tell(release: Release, *, as_json: bool) -> None:
    """Print where a request stands."""
    if as_json:
        say(json.dumps(release.as_json()))
        return
    say(f"request {release.id} of {release.agency.name} is {release.state}")
    if release.events and "reason" in release.events[-1].details:
        say(release.events[-1].details["reason"])


def _take(number: int, step: Step, *, as_json: bool) -> None:
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.sharing.releases.take(actor, number, step)
    tell(done, as_json=as_json)

"""What the commands about equipment share: options, and times as people write them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from workbench.cli.terminal import say
from workbench.domain.period import Period, local_instants
from workbench.policy import Policy
from workbench.runtime import Runtime

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
At = Annotated[
    str | None, typer.Option("--at", help="When; now by default. Local time, or with an offset")
]
From = Annotated[str | None, typer.Option("--from", help="Local time, or with an offset")]
Until = Annotated[str | None, typer.Option("--until", help="Not part of it; now by default")]
CameraId = Annotated[str, typer.Argument(metavar="CAMERA", help="As its reads name it")]
Unit = Annotated[str, typer.Argument(metavar="CAR", help="The department's number of the car")]


def zone_of(policy: Policy) -> ZoneInfo:
    """Return the department's zone."""
    return ZoneInfo(policy.department.time_zone.value)


def instant(runtime: Runtime, written: str | None) -> datetime | None:
    """Return the instant that somebody wrote, or ``None``."""
    return None if written is None else local_instants(written, zone_of(runtime.policy))[0]


def window(runtime: Runtime, begin: str | None, end: str | None, *, days: float) -> Period:
    """Return a period that somebody wrote; by default the last days up to now."""
    until = instant(runtime, end) or runtime.clock()
    return Period(instant(runtime, begin) or until - timedelta(days=days), until)


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """Return a time as people read it, empty for none."""
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def local_period(period: Period, zone: ZoneInfo) -> str:
    """Return a period as people read it."""
    return f"from {local(period.start, zone)} until {local(period.end, zone)}"


def tell(told: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print what was done, for a program or for a person."""
    say(json.dumps(told) if as_json else words)

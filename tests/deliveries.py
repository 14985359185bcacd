"""Deliveries for tests: made-up files of every format, and the context they come in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workbench.detections.formats.base import Context, Delivery, Item, Limits, Rejected, Taken
from workbench.detections.formats.registry import format_named, recognised
from workbench.policy import load_policy

SAMPLES = Path(__file__).parent / "samples" / "formats"
NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")


def made_context(**changes: Any) -> Context:
    """Return the shipped policy's context at `NOW`."""
    policy = load_policy()
    told = {"now": NOW, "limits": Limits.of(policy), "area": policy.department.area.value}
    return Context(**(told | changes))


def made_delivery(content: bytes | Path | str, name: str = "made.json", **changes: Any) -> Delivery:
    """Return content as a delivery."""
    raw = content.encode() if isinstance(content, str) else content
    return Delivery(name, raw, NOW, made_context(**changes))


def sample(name: str, **changes: Any) -> Delivery:
    """Return one of the made-up files."""
    return made_delivery(SAMPLES / name, name, **changes)


def sample_json(name: str) -> Any:
    """Return a made-up file's content, to be changed by a test."""
    return json.loads((SAMPLES / name).read_text())


def items_of(delivery: Delivery, format_name: str | None = None) -> list[Item]:
    """Return what a format makes of a delivery; recognised unless it is named."""
    known = format_named(format_name) if format_name else recognised(delivery)
    return list(known.records(delivery))


def taken(items: list[Item]) -> list[Taken]:
    """Return the reads that were understood."""
    return [item for item in items if isinstance(item, Taken)]


def rejected(items: list[Item]) -> list[Rejected]:
    """Return what was refused."""
    return [item for item in items if isinstance(item, Rejected)]

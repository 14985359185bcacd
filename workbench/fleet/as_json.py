"""What is known of equipment as JSON-ready values, for commands, service and papers alike."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

import pandas as pd

from workbench.detections.cameras import Camera
from workbench.fleet.calendar import Turn
from workbench.fleet.fault import Fault
from workbench.fleet.health import Health, HealthFinding, Standing
from workbench.fleet.inspections import Inspection, Overdue
from workbench.fleet.places import CameraPlace
from workbench.fleet.shift import Shift
from workbench.fleet.shift_findings import ShiftFinding


def plain(value: Any) -> Any:
    """Return a value with its times as ISO 8601 in UTC and its choices as text.

    Examples
    --------
    >>> from datetime import UTC
    >>> plain({"at": datetime(2026, 11, 2, tzinfo=UTC), "of": (1, None)})
    {'at': '2026-11-02T00:00:00+00:00', 'of': [1, None]}
    """
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _one(value)


def _one(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Turn) else value


def camera_json(camera: Camera) -> dict[str, Any]:
    """Return a camera."""
    return dict(plain(asdict(camera)))


def inspection_json(done: Inspection) -> dict[str, Any]:
    """Return an inspection and whether everything was in order."""
    return {**plain(asdict(done)), "passed": done.passed}


def overdue_json(one: Overdue) -> dict[str, Any]:
    """Return an inspection that was not done."""
    times = {"since": plain(one.since), "made_up_at": plain(one.made_up_at)}
    return {"camera_id": one.camera_id, "quarter": str(one.turn), **times}


def fault_json(fault: Fault) -> dict[str, Any]:
    """Return a fault."""
    return dict(plain(asdict(fault)))


def shift_json(shift: Shift) -> dict[str, Any]:
    """Return a shift, whether its start was in order, and what was not."""
    start = {"ready": shift.start.ready, "missing": list(shift.start.missing)}
    return {**plain(asdict(shift)), **start}


def shift_finding_json(finding: ShiftFinding) -> dict[str, Any]:
    """Return something out of order with a shift."""
    named = ("vehicle", "shift_id", "username", "reads_at_least", "searches", "why", "section")
    values = {name: getattr(finding, name) for name in named}
    period = {"start": finding.period.start, "end": finding.period.end}
    return {"what": finding.what.value, **plain(period), **values}


def health_finding_json(finding: HealthFinding) -> dict[str, Any]:
    """Return something out of order with a camera."""
    return {
        "what": finding.what.value,
        "on": finding.on,
        "since": finding.since.isoformat(),
        "why": finding.why,
        "section": finding.section,
    }


def place_words(place: CameraPlace | None) -> str | None:
    """Return where a camera is, in words."""
    return None if place is None else place.site or f"car {place.vehicle}"


def standing_json(one: Standing, dropped: frozenset[str]) -> dict[str, Any]:
    """Return how a camera stands; no count of reads and no time of one."""
    compared = None
    if one.compared is not None:
        compared = {"hours": one.compared.hours, "dropped": one.camera.id in dropped}
    return {
        "camera_id": one.camera.id,
        "kind": one.camera.kind.value,
        "place": place_words(one.place),
        "since": one.since.isoformat(),
        "worked_on": None if one.worked_on is None else one.worked_on.isoformat(),
        "silent": one.silent,
        "out_of_service": one.out_of_service,
        "faults": [fault.id for fault in one.faults],
        "compared": compared,
    }


def health_json(health: Health) -> dict[str, Any]:
    """Return how all cameras stand and what is out of order."""
    typical = health.drops.typical
    dropped = frozenset(one.camera_id for one in health.drops.dropped)
    return {
        "at": health.at.isoformat(),
        "well": health.well,
        "typical_share": None if typical is None else round(typical, 1),
        "findings": [health_finding_json(one) for one in health.findings],
        "cameras": [standing_json(one, dropped) for one in health.cameras],
    }


def rows_json(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame; what is missing is ``None``."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        {
            str(name): value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in rows
    ]

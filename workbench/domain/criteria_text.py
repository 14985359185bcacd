"""Logged criteria in words, for those who read results and audits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


def criteria_text(logged: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Return what was asked for, in one line; every part that was given is in it.

    Parameters
    ----------
    logged
        Criteria as they stand in the audit log.
    zone
        In which times are told.

    Examples
    --------
    >>> criteria_text({"look": "search", "plate": "7AB*", "limit": 100}, ZoneInfo("UTC"))
    'search: plate 7AB*; at most 100 rows'
    """
    told: dict[str, Callable[[Any], str]] = {
        "plate": lambda plate: f"plate {plate}",
        "area": _area,
        "scene": _area,
        "at": lambda at: f"at {_local(at, zone)}",
        "before_s": lambda s: f"{s / 60:g} minutes before",
        "after_s": lambda s: f"{s / 60:g} minutes after",
        "period": lambda p: f"{_local(p['start'], zone)} to {_local(p['end'], zone)}",
        "cameras": lambda names: f"cameras {', '.join(names)}",
        "regions": lambda names: f"regions {', '.join(names)}",
        "min_confidence": lambda value: f"confidence from {value:g}",
        "detection_id": lambda number: f"number {number}",
        "sha256": lambda sha256: f"SHA-256 {sha256}",
        "limit": lambda limit: f"at most {limit} rows",
    }
    given = {name: value for name, value in logged.items() if value not in (None, [])}
    look = given.pop("look", "look")
    parts = [tell(given.pop(name)) for name, tell in told.items() if name in given]
    others = [f"{name} {value}" for name, value in given.items()]
    return f"{look}: {'; '.join(parts + others)}"


def _area(area: Mapping[str, Any]) -> str:
    if area["shape"] == "circle":
        lon, lat = area["centre"]
        return f"{area['radius_m']:g} m around ({round(lon, 6)}, {round(lat, 6)})"
    corners = ", ".join(f"({round(lon, 6)}, {round(lat, 6)})" for lon, lat in area["corners"])
    return f"polygon {corners}"


def _local(instant: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"

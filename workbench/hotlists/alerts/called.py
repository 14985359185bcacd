"""A call for service as it stands among a hit's events; the one place that knows its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CALLED = "called"
"""Kind of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForService:
    """What CAD is told (Policy 426.6.3 (a)).

    Attributes
    ----------
    call_type
        One of the policy's call types.
    description
        Of the vehicle.
    direction
        In which it went.
    number
        Of the call, where CAD gave one already.
    """

    call_type: str | None
    description: str | None
    direction: str | None
    number: str | None


def call_of(details: Mapping[str, Any]) -> CallForService:
    """Return the call that an event's details tell.

    Examples
    --------
    >>> call_of({"call_type": "stolen_vehicle", "direction": "north"}).direction
    'north'
    """
    return CallForService(
        call_type=_text(details, "call_type"),
        description=_text(details, "vehicle_description"),
        direction=_text(details, "direction"),
        number=_text(details, "number"),
    )


def _text(details: Mapping[str, Any], name: str) -> str | None:
    value = details.get(name)
    return None if value in {None, ""} else str(value)

"""What the page calls things."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from workbench.domain.hit import HitEventKind, HitState
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits.next_steps import DueKind
from workbench.hotlists.hits.violations import ViolationKind

DUE = {
    DueKind.ANSWER: "Answer of CLETS/NCIC",
    DueKind.BROADCAST: "Broadcast",
    DueKind.CALL: "Stolen vehicle call",
    DueKind.CANCEL_BROADCAST: "Take the broadcast back",
    DueKind.COMPARE: "Compare",
    DueKind.CONFIRMATION: "Ask for confirmation",
    DueKind.MAIN_CHANNEL: "Broadcast on the main channel",
    DueKind.OPEN: "Open",
    DueKind.RECOVERY_CALL: "Recovery call",
    DueKind.REVIEW: "Review of the stop",
    DueKind.REWORK: "The stop, given back",
    DueKind.SCORE: "Score",
    DueKind.SECOND_REQUEST: "Second request",
}
VIOLATIONS = {
    ViolationKind.BACK_DATED: "Recorded as earlier than what was recorded already",
    ViolationKind.BROADCAST_AFTER_REFUSAL: "Broadcast although CLETS/NCIC had refused",
    ViolationKind.BROADCAST_BEFORE_CONFIRMATION: "A desk broadcast before the confirmation",
    ViolationKind.CONFIRMED_BEFORE_BROADCAST: "A car waited for confirmation to broadcast",
    ViolationKind.PLATE_RUN_BEFORE_BROADCAST: "The plate was run before the broadcast",
    ViolationKind.STOP_WITHOUT_COMPARISON: "Stopped, and nobody had compared",
    ViolationKind.WITHOUT_CONFIRMATION: "Called or stopped without a confirmation that stands",
}
EVENTS = {
    HitEventKind.CALLED: "Call for service",
    HitEventKind.CONFIRMATION_ASKED: "Confirmation asked",
    HitEventKind.CORRECTED: "Correction",
    HitEventKind.DRAWN: "Drawn to be scored",
    HitEventKind.FOUND: "Vehicle found",
    HitEventKind.PLATE_RUN: "Plate run in the car",
    HitEventKind.REVIEWED: "Stop reviewed",
    HitEventKind.STOPPED: "Stop recorded",
}
STATES = {HitState.NEW: "Not opened", HitState.CALLED: "Call entered"}
CATEGORIES = {Category.SPECIAL_LIST: "Special list", Category.OTHER: "Other listing"}
NOTES = {
    "engine_not_measured": "What this engine misreads was never measured; the probabilities rest "
    "on its own confidence.",
    "no_model_of_characters": "The probability is not weighed character by character.",
    "region_differs": "The state of the plate as read is not the state on the list.",
}
CAUTION = (
    "A hit alone is no ground for a stop. Compare it with the picture and confirm it by CLETS or "
    "NCIC before anything is done (Policy 426.5 (d), 426.6 (d))."
)
INFORMATIONAL = "Informational only: no stop and no other action by this hit (Policy 426.6.4 (c))."


def worded(value: StrEnum) -> str:
    """Return what a value is called: its own name, or a better one.

    Examples
    --------
    >>> worded(Category.STOLEN_VEHICLE)
    'Stolen vehicle'
    >>> worded(HitEventKind.CALLED)
    'Call for service'
    """
    known: dict[StrEnum, str] = {}
    for names in (DUE, VIOLATIONS, EVENTS, STATES, CATEGORIES):
        # Members of two enumerations with one text are equal, so the type decides.
        known |= names if type(next(iter(names))) is type(value) else {}  # type: ignore[operator]
    return known.get(value, value.value.replace("_", " ").capitalize())


def in_short(length: timedelta) -> str:
    """Return a length of time in its largest whole parts.

    Examples
    --------
    >>> in_short(timedelta(hours=13, minutes=5, seconds=9))
    '13 h 05 min'
    >>> in_short(timedelta(days=2, hours=3))
    '2 d 3 h'
    """
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60:02} min" if hours else f"{minutes} min"


def percent(share: float | None) -> str:
    """Return a probability in percent, never rounded to certain.

    Examples
    --------
    >>> percent(0.99995), percent(0.97), percent(0.0004), percent(None)
    ('> 99.9 %', '97.0 %', '< 0.1 %', 'none')
    """
    if share is None:
        return "none"
    if share > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"

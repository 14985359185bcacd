"""What was done against the rules: it happened, so it is recorded, and flagged for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from workbench.domain.hit import NOT_ORDERED, ON_CONFIRMATION, HitEventKind, Place
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import (
    as_corrected,
    broadcasts,
    confirmation_at,
    in_order,
    of_kind,
)


class ViolationKind(StrEnum):
    """Which rule was broken; sorted."""

    BACK_DATED = "back_dated"
    BROADCAST_AFTER_REFUSAL = "broadcast_after_refusal"
    BROADCAST_BEFORE_CONFIRMATION = "broadcast_before_confirmation"
    CONFIRMED_BEFORE_BROADCAST = "confirmed_before_broadcast"
    PLATE_RUN_BEFORE_BROADCAST = "plate_run_before_broadcast"
    STOP_WITHOUT_COMPARISON = "stop_without_comparison"
    WITHOUT_CONFIRMATION = "without_confirmation"


SECTIONS = {
    ViolationKind.BACK_DATED: "426.6.3",
    ViolationKind.BROADCAST_AFTER_REFUSAL: "426.6.3",
    ViolationKind.BROADCAST_BEFORE_CONFIRMATION: "426.6.3 (b)",
    ViolationKind.CONFIRMED_BEFORE_BROADCAST: "426.6.3 (a)",
    ViolationKind.PLATE_RUN_BEFORE_BROADCAST: "426.6.3 (a)",
    ViolationKind.STOP_WITHOUT_COMPARISON: "426.5 (d)",
    ViolationKind.WITHOUT_CONFIRMATION: "426.6 (d)",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken, and the event that broke it.

    Attributes
    ----------
    corrected_by
        The event that corrects what broke it; the violation stays beside it.
    """

    kind: ViolationKind
    event_id: int
    at: datetime
    corrected_by: int | None = None

    @property
    def section(self) -> str:
        """Where the rule stands."""
        return SECTIONS[self.kind]

    def details(self) -> dict[str, Any]:
        """Return it as the details of an event that flags it."""
        return {"violation": self.kind.value, "section": self.section, "event": self.event_id}


def violations(events: Sequence[HitEvent]) -> tuple[Violation, ...]:
    """Return what was done against the rules: what was flagged, and what shows in the order now.

    From a car the order is broadcast, then confirmation by Dispatch, and the plate is not run
    before the broadcast; from a desk it is confirmation, then broadcast (Policy 426.6.3). What
    happened when counts, and what was recorded when counts too: what was flagged stays whatever
    is recorded or corrected later, and who records something as having happened before what
    stands already is flagged.

    Parameters
    ----------
    events
        All of the hit's, corrections and flags included.
    """
    found = {(one.kind, one.event_id): one for one in (*_flagged(events), *_shown(events))}
    corrected = {
        event.details["event"]: event.id
        for event in sorted(events, key=lambda event: event.id)
        if event.kind is HitEventKind.CORRECTED
    }
    return tuple(
        Violation(one.kind, one.event_id, one.at, corrected.get(one.event_id))
        for one in sorted(found.values(), key=lambda one: (one.at, one.event_id))
    )


def new_violations(events: Sequence[HitEvent], event: HitEvent) -> tuple[Violation, ...]:
    """Return the violations that there are only since an event."""
    known = {(one.kind, one.event_id) for one in violations(events)}
    then = violations([*events, event])
    return tuple(one for one in then if (one.kind, one.event_id) not in known)


def _flagged(events: Sequence[HitEvent]) -> list[Violation]:
    return [
        Violation(
            ViolationKind(event.details["violation"]), event.details["event"], event.happened_at
        )
        for event in events
        if event.kind is HitEventKind.FLAGGED
    ]


def _shown(events: Sequence[HitEvent]) -> list[Violation]:
    ordered = in_order(event for event in as_corrected(events) if event.kind not in NOT_ORDERED)
    broken = [(_broken(ordered[:place], event), event) for place, event in enumerate(ordered)] + [
        (ViolationKind.BACK_DATED, event) for event in ordered if _back_dated(events, event)
    ]
    return [Violation(kind, event.id, event.happened_at) for kind, event in broken if kind]


def _back_dated(recorded: Sequence[HitEvent], event: HitEvent) -> bool:
    return any(
        other.id < event.id
        and other.kind not in NOT_ORDERED
        and other.happened_at > event.happened_at
        for other in recorded
    )


def _broken(before: Sequence[HitEvent], event: HitEvent) -> ViolationKind | None:
    if event.kind in ON_CONFIRMATION and confirmation_at(before, event.happened_at) is None:
        return ViolationKind.WITHOUT_CONFIRMATION
    match event.kind:
        case HitEventKind.PLATE_RUN:
            early = not broadcasts(before)
            return ViolationKind.PLATE_RUN_BEFORE_BROADCAST if early else None
        case HitEventKind.BROADCAST if not event.details["cancels"]:
            return _broken_broadcast(before, event)
        case HitEventKind.STOPPED:
            compared = bool(of_kind(before, HitEventKind.COMPARED))
            return None if compared else ViolationKind.STOP_WITHOUT_COMPARISON
        case _:
            return None


def _broken_broadcast(before: Sequence[HitEvent], event: HitEvent) -> ViolationKind | None:
    answers = [
        earlier.kind
        for earlier in before
        if earlier.kind in {HitEventKind.CONFIRMED, HitEventKind.REFUSED}
    ]
    if answers and answers[-1] is HitEventKind.REFUSED:
        return ViolationKind.BROADCAST_AFTER_REFUSAL
    earlier_places = {earlier.details["place"] for earlier in broadcasts(before)}
    if event.details["place"] == Place.VEHICLE:
        first = not earlier_places and bool(answers)
        return ViolationKind.CONFIRMED_BEFORE_BROADCAST if first else None
    # What Dispatch passes on of a car's broadcast is not a desk's own.
    if answers or Place.VEHICLE in earlier_places:
        return None
    return ViolationKind.BROADCAST_BEFORE_CONFIRMATION


def stolen_and_confirmed(hit: Hit, events: Sequence[HitEvent], at: datetime) -> bool:
    """Return whether the hit is of a stolen vehicle and confirmed at an instant."""
    return (
        hit.category is Category.STOLEN_VEHICLE
        and not hit.informational
        and confirmation_at(events, at) is not None
    )


def has_call(events: Sequence[HitEvent], call_type: str) -> bool:
    """Return whether a call of a type was entered."""
    return any(
        event.kind is HitEventKind.CALLED and event.details["call_type"] == call_type
        for event in events
    )

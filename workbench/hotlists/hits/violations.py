"""What was done in the wrong order: it happened, so it is recorded, and flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.hit import STOLEN_CALL, HitEventKind, Place
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import broadcasts, confirmation_at, in_order


class ViolationKind(StrEnum):
    """Which rule was broken; sorted."""

    BROADCAST_AFTER_REFUSAL = "broadcast_after_refusal"
    BROADCAST_BEFORE_CONFIRMATION = "broadcast_before_confirmation"
    CLOSED_WITHOUT_CALL = "closed_without_call"
    CONFIRMED_BEFORE_BROADCAST = "confirmed_before_broadcast"
    PLATE_RUN_BEFORE_BROADCAST = "plate_run_before_broadcast"
    STOP_WITHOUT_COMPARISON = "stop_without_comparison"


SECTIONS = {
    ViolationKind.BROADCAST_AFTER_REFUSAL: "426.6.3",
    ViolationKind.BROADCAST_BEFORE_CONFIRMATION: "426.6.3 (b)",
    ViolationKind.CLOSED_WITHOUT_CALL: "426.6.1 (d)",
    ViolationKind.CONFIRMED_BEFORE_BROADCAST: "426.6.3 (a)",
    ViolationKind.PLATE_RUN_BEFORE_BROADCAST: "426.6.3 (a)",
    ViolationKind.STOP_WITHOUT_COMPARISON: "426.5 (d)",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken, and the event that broke it."""

    kind: ViolationKind
    event_id: int
    at: datetime

    @property
    def section(self) -> str:
        """Where the rule stands."""
        return SECTIONS[self.kind]


def violations(hit: Hit, events: Sequence[HitEvent]) -> tuple[Violation, ...]:
    """Return what was done in the wrong order, by the times at which it happened.

    From a car the order is broadcast, then confirmation by Dispatch, and the plate is not run
    before the broadcast; from a desk it is confirmation, then broadcast (Policy 426.6.3).
    """
    ordered = in_order(events)
    found = []
    for place, event in enumerate(ordered):
        kind = _broken(hit, ordered[:place], event)
        if kind is not None:
            found.append(Violation(kind, event.id, event.happened_at))
    return tuple(found)


def _broken(hit: Hit, before: Sequence[HitEvent], event: HitEvent) -> ViolationKind | None:
    match event.kind:
        case HitEventKind.PLATE_RUN:
            early = not broadcasts(before)
            return ViolationKind.PLATE_RUN_BEFORE_BROADCAST if early else None
        case HitEventKind.BROADCAST if not event.details["cancels"]:
            return _broken_broadcast(before, event)
        case HitEventKind.STOPPED:
            compared = any(earlier.kind is HitEventKind.COMPARED for earlier in before)
            return None if compared else ViolationKind.STOP_WITHOUT_COMPARISON
        case HitEventKind.CLOSED:
            called = not stolen_and_confirmed(hit, before, event.happened_at) or has_call(
                before, STOLEN_CALL
            )
            return None if called else ViolationKind.CLOSED_WITHOUT_CALL
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

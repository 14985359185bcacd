"""What the events of a hit come to: its order, its state, the answer that stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from workbench.domain.hit import ANSWERS, Disposition, HitEventKind, HitState
from workbench.errors import HitError
from workbench.hotlists.hits.hit import HitEvent


def as_corrected(events: Iterable[HitEvent]) -> tuple[HitEvent, ...]:
    """Return events as their last correction says they are, without those that were withdrawn.

    The function ``standing_hit_events`` of the database says the same.
    """
    given = tuple(events)
    last = {
        event.details["event"]: event.details
        for event in sorted(given, key=lambda event: event.id)
        if event.kind is HitEventKind.CORRECTED
    }
    stand = (event for event in given if not last.get(event.id, {}).get("withdrawn"))
    return tuple(
        event if event.id not in last else replace(
            event,
            happened_at=datetime.fromisoformat(last[event.id]["time"]),
            details=last[event.id]["values"],
        )
        for event in stand
    )  # fmt: skip


def in_order(events: Iterable[HitEvent]) -> tuple[HitEvent, ...]:
    """Return events as they happened; of two at one instant the one recorded first is first."""
    return tuple(sorted(events, key=lambda event: (event.happened_at, event.id)))


def of_kind(events: Iterable[HitEvent], *kinds: HitEventKind) -> tuple[HitEvent, ...]:
    """Return the events of some kinds, in order."""
    return tuple(event for event in in_order(events) if event.kind in kinds)


def answer_at(events: Iterable[HitEvent], at: datetime) -> HitEvent | None:
    """Return the last answer of CLETS or NCIC up to an instant."""
    answers = [event for event in of_kind(events, *ANSWERS) if event.happened_at <= at]
    return answers[-1] if answers else None


def confirmation_at(events: Iterable[HitEvent], at: datetime) -> HitEvent | None:
    """Return the confirmation that stands at an instant; none if the last answer refused."""
    answer = answer_at(events, at)
    return answer if answer and answer.kind is HitEventKind.CONFIRMED else None


def confirmed_since(events: Iterable[HitEvent], at: datetime) -> datetime:
    """Return since when the standing confirmation holds: its first answer after any refusal.

    Raises
    ------
    HitError
        If none stands at that instant.
    """
    since = None
    for answer in of_kind(events, *ANSWERS):
        if answer.happened_at > at:
            break
        refused = answer.kind is HitEventKind.REFUSED
        since = None if refused else since or answer.happened_at
    if since is None:
        raise HitError("No confirmation stands", given=at.isoformat())
    return since


def broadcasts(events: Iterable[HitEvent]) -> tuple[HitEvent, ...]:
    """Return the broadcasts in order, without those that take one back."""
    all_of_them = of_kind(events, HitEventKind.BROADCAST)
    return tuple(event for event in all_of_them if not event.details["cancels"])


def state_after(events: Sequence[HitEvent]) -> HitState:
    """Return the state that events lead to; the trigger on ``hit_event`` says the same.

    It follows from all of them as corrected, so that one recorded late does not turn it back.
    """
    events = as_corrected(events)
    kinds = {event.kind for event in events}
    answers = of_kind(events, *ANSWERS)
    steps = in_order([*of_kind(events, HitEventKind.CONFIRMED), *broadcasts(events)])
    if HitEventKind.CLOSED in kinds:
        return HitState.CLOSED
    if answers and answers[-1].kind is HitEventKind.REFUSED:
        return HitState.REFUSED
    if HitEventKind.CALLED in kinds:
        return HitState.CALLED
    if steps:
        return HitState(steps[-1].kind.value)
    if HitEventKind.COMPARED in kinds:
        return HitState.COMPARED
    return HitState.OPENED if HitEventKind.OPENED in kinds else HitState.NEW


def disposition_of(events: Iterable[HitEvent]) -> tuple[Disposition, HitEvent] | None:
    """Return the last judgement of how right the hit was, or ``None`` while nobody scored it."""
    scored = [
        event
        for event in sorted(as_corrected(events), key=lambda event: event.id)
        if event.kind in {HitEventKind.CLOSED, HitEventKind.SCORED}
        and event.details["disposition"] != Disposition.NOT_SCORED
    ]
    return (Disposition(scored[-1].details["disposition"]), scored[-1]) if scored else None

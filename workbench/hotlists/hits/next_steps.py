"""What can be done about a hit now, what is due, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workbench.domain.hit import (
    ANSWERS,
    RECOVERY_CALL,
    STOLEN_CALL,
    HitEventKind,
    HitState,
    Occupancy,
    Priority,
)
from workbench.hotlists.hits.checking import obstacle
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.standing import (
    answer_at,
    broadcasts,
    confirmation_at,
    confirmed_since,
    disposition_of,
    of_kind,
    state_after,
)
from workbench.hotlists.hits.violations import (
    Violation,
    has_call,
    stolen_and_confirmed,
    violations,
)
from workbench.hotlists.lists.standing import stale_after
from workbench.policy import Policy

SCORE_WITHIN = timedelta(days=7)
"""A drawn hit is overdue when the next sample is drawn."""


class DueKind(StrEnum):
    """What a hit waits for; sorted."""

    ANSWER = "answer"
    BROADCAST = "broadcast"
    CALL = "call"
    CANCEL_BROADCAST = "cancel_broadcast"
    COMPARE = "compare"
    CONFIRMATION = "confirmation"
    MAIN_CHANNEL = "main_channel"
    OPEN = "open"
    RECOVERY_CALL = "recovery_call"
    SCORE = "score"
    SECOND_REQUEST = "second_request"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a hit waits for.

    Attributes
    ----------
    since
        What it follows from happened then.
    by
        From this instant on it is overdue; ``None`` where no rule gives a time.
    section
        The rule that asks for it.
    """

    kind: DueKind
    since: datetime
    by: datetime | None
    overdue: bool
    section: str


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Where a hit stands and what comes next.

    Attributes
    ----------
    allowed
        What can be recorded as happening now, whoever may do it; sorted.
    due
        What it waits for, what is overdue first.
    violations
        What was done in the wrong order.
    confirmation
        The event of the standing confirmation.
    stale
        Whether what the hit was matched with is older than the policy lets a list be.
    """

    state: HitState
    allowed: tuple[HitEventKind, ...]
    due: tuple[Due, ...]
    violations: tuple[Violation, ...]
    confirmation: HitEvent | None
    stale: bool


def next_steps(hit: Hit, events: Sequence[HitEvent], policy: Policy, at: datetime) -> NextSteps:
    """Return what can be done about a hit at an instant, what is due and what is overdue.

    A time limit runs out at its instant: with ten minutes to answer, a request of 10:00:00 is
    overdue from 10:10:00 on.

    Parameters
    ----------
    events
        All of the hit's, in any order.
    at
        The present instant; aware.
    """
    acts = [kind for kind in HitEventKind if kind is not HitEventKind.DRAWN]
    waits = [_due(at, *one) for one in _waits(hit, events, policy, at)]
    return NextSteps(
        state=state_after(events),
        allowed=tuple(kind for kind in acts if obstacle(hit, events, kind, at) is None),
        due=tuple(sorted(waits, key=lambda due: (not due.overdue, due.by or due.since))),
        violations=violations(hit, events),
        confirmation=confirmation_at(events, at),
        stale=hit.stale_at(at, stale_after(hit.list_kind, policy)),
    )


_Wait = tuple[DueKind, datetime, datetime | None, str]


def _due(at: datetime, kind: DueKind, since: datetime, by: datetime | None, section: str) -> Due:
    return Due(kind, since, by, by is not None and at >= by, section)


def _waits(hit: Hit, events: Sequence[HitEvent], policy: Policy, at: datetime) -> Iterator[_Wait]:
    drawn = of_kind(events, HitEventKind.DRAWN)
    if drawn and disposition_of(events) is None and not _tried(events, drawn[0]):
        since, section = drawn[0].happened_at, policy.hits.sample_per_week.section
        yield DueKind.SCORE, since, since + SCORE_WITHIN, section
    state = state_after(events)
    if state is HitState.NEW and not hit.possible:
        yield DueKind.OPEN, hit.made_at, None, "426.6.3"
    if state in {HitState.NEW, HitState.CLOSED}:
        return
    yield from _comparison(events)
    yield from _answers(events, policy)
    if not hit.informational or broadcasts(events):
        yield from _words(events, policy, at)
    if stolen_and_confirmed(hit, events, at):
        yield from _calls(events, policy, at)


def _tried(events: Sequence[HitEvent], drawn: HitEvent) -> bool:
    """Return whether somebody has said of a drawn hit that nobody can score it."""
    return any(event.id > drawn.id for event in of_kind(events, HitEventKind.SCORED))


def _comparison(events: Sequence[HitEvent]) -> Iterator[_Wait]:
    if of_kind(events, HitEventKind.COMPARED):
        return
    acted = [*broadcasts(events), *of_kind(events, *ANSWERS, HitEventKind.STOPPED)]
    opened = of_kind(events, HitEventKind.OPENED)[0].happened_at
    by = min((event.happened_at for event in acted), default=None)
    yield DueKind.COMPARE, opened, by, "426.5 (d)"


def _answers(events: Sequence[HitEvent], policy: Policy) -> Iterator[_Wait]:
    said = of_kind(events, *ANSWERS)
    asked = of_kind(events, HitEventKind.CONFIRMATION_ASKED)
    if asked and not (said and said[-1].happened_at >= asked[-1].happened_at):
        yield from _requests(asked, policy)
    elif broadcasts(events) and not asked and not said:
        since, rule = broadcasts(events)[0].happened_at, policy.hits.urgent_minutes
        yield DueKind.CONFIRMATION, since, since + timedelta(minutes=rule.value), "426.6.3 (b) 1"


def _requests(asked: Sequence[HitEvent], policy: Policy) -> Iterator[_Wait]:
    last = asked[-1]
    urgent = last.details["priority"] == Priority.URGENT
    rule = policy.hits.urgent_minutes if urgent else policy.hits.routine_minutes
    ends = last.happened_at + timedelta(minutes=rule.value)
    yield DueKind.ANSWER, last.happened_at, ends, rule.section
    if not last.details["second"]:
        yield DueKind.SECOND_REQUEST, last.happened_at, ends, rule.section


def _words(events: Sequence[HitEvent], policy: Policy, at: datetime) -> Iterator[_Wait]:
    told = of_kind(events, HitEventKind.BROADCAST)
    answer = answer_at(events, at)
    standing = broadcasts(events)
    within = timedelta(minutes=policy.hits.call_within_minutes.value)
    if answer is None:
        return
    if answer.kind is HitEventKind.REFUSED:
        if standing and not told[-1].details["cancels"]:
            yield DueKind.CANCEL_BROADCAST, answer.happened_at, answer.happened_at, "426.6.3"
        return
    since, main = confirmed_since(events, at), policy.hits.main_channel
    if not standing:
        yield DueKind.BROADCAST, since, since + within, "426.6.3"
    elif not any(event.details["channel"] == main.value for event in standing):
        yield DueKind.MAIN_CHANNEL, since, since + within, main.section


def _calls(events: Sequence[HitEvent], policy: Policy, at: datetime) -> Iterator[_Wait]:
    within = policy.hits.call_within_minutes
    limit = timedelta(minutes=within.value)
    if not has_call(events, STOLEN_CALL):
        since = confirmed_since(events, at)
        yield DueKind.CALL, since, since + limit, within.section
    found = of_kind(events, HitEventKind.FOUND)
    if found and not has_call(events, RECOVERY_CALL):
        last = found[-1]
        empty = last.details["occupancy"] == Occupancy.UNOCCUPIED
        if empty and not last.details["recovered"]:
            since = last.happened_at
            yield DueKind.RECOVERY_CALL, since, since + limit, "426.6.1 (e)"

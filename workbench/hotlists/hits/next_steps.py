"""What can be done about a hit now, what is due, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from workbench.domain.hit import (
    ANSWERS,
    NOT_CORRECTED,
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
    as_corrected,
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
    """What a hit waits for; sorted.

    ``review`` is a supervisor's answer to a recorded stop, ``rework`` what a stop needs that a
    supervisor gave back.
    """

    ANSWER = "answer"
    BROADCAST = "broadcast"
    CALL = "call"
    CANCEL_BROADCAST = "cancel_broadcast"
    COMPARE = "compare"
    CONFIRMATION = "confirmation"
    MAIN_CHANNEL = "main_channel"
    OPEN = "open"
    RECOVERY_CALL = "recovery_call"
    REVIEW = "review"
    REWORK = "rework"
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
    acts = [kind for kind in HitEventKind if kind not in _BY_THEMSELVES]
    waits = [_due(at, *one) for one in _waits(hit, events, policy, at)]
    return NextSteps(
        state=state_after(events),
        allowed=tuple(
            kind
            for kind in acts
            if obstacle(hit, events, kind, at) is None and _has_object(kind, events)
        ),
        due=tuple(sorted(waits, key=lambda due: (not due.overdue, due.by or due.since))),
        violations=violations(events),
        confirmation=confirmation_at(as_corrected(events), at),
        stale=hit.stale_at(at, stale_after(hit.list_kind, policy)),
    )


_BY_THEMSELVES = frozenset({HitEventKind.DRAWN, HitEventKind.FLAGGED})


def _has_object(kind: HitEventKind, events: Sequence[HitEvent]) -> bool:
    """Return whether there is something that a word about an event could be about."""
    if kind is HitEventKind.REVIEWED:
        return bool(stops_in_review(events))
    return kind is not HitEventKind.CORRECTED or any(
        event.kind not in NOT_CORRECTED for event in as_corrected(events)
    )


def stops_in_review(events: Sequence[HitEvent]) -> tuple[HitEvent, ...]:
    """Return the recorded stops that wait for a supervisor, or were given back by one."""
    stops = of_kind(as_corrected(events), HitEventKind.STOPPED)
    return tuple(stop for stop in stops if not (_last_word(events, stop) or {}).get("approved"))


def _last_word(events: Sequence[HitEvent], stop: HitEvent) -> Mapping[str, Any] | None:
    """Return what was said last about a stop; a correction of it makes an earlier review void."""
    about = [
        event
        for event in sorted(events, key=lambda event: event.id)
        if event.kind in {HitEventKind.CORRECTED, HitEventKind.REVIEWED}
        and event.details["event"] == stop.id
    ]
    return about[-1].details if about else None


_Wait = tuple[DueKind, datetime, datetime | None, str]


def _due(at: datetime, kind: DueKind, since: datetime, by: datetime | None, section: str) -> Due:
    return Due(kind, since, by, by is not None and at >= by, section)


def _waits(hit: Hit, events: Sequence[HitEvent], policy: Policy, at: datetime) -> Iterator[_Wait]:
    stand = as_corrected(events)
    drawn = of_kind(stand, HitEventKind.DRAWN)
    if drawn and disposition_of(stand) is None and not _tried(stand, drawn[0]):
        since, section = drawn[0].happened_at, policy.hits.sample_per_week.section
        yield DueKind.SCORE, since, since + SCORE_WITHIN, section
    state = state_after(stand)
    if state is HitState.NEW and not hit.possible:
        yield DueKind.OPEN, hit.made_at, None, "426.6.3"
    if state is HitState.NEW:
        return
    # Whoever closes compares before, or has seen that there is no picture. What else there is
    # stays due: a correction after the closing can bring it back.
    if state is not HitState.CLOSED:
        yield from _comparison(stand)
    yield from _answers(stand, policy)
    if not hit.informational or broadcasts(stand):
        yield from _words(stand, policy, at)
    if stolen_and_confirmed(hit, stand, at):
        yield from _calls(stand, policy, at)
    yield from _reviews(events, policy)


def _reviews(events: Sequence[HitEvent], policy: Policy) -> Iterator[_Wait]:
    rule = policy.hits.review_within_hours
    for stop in stops_in_review(events):
        by = stop.happened_at + timedelta(hours=rule.value)
        given_back = "approved" in (_last_word(events, stop) or {})
        yield DueKind.REWORK if given_back else DueKind.REVIEW, stop.happened_at, by, rule.section


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
    elif broadcasts(events) and not asked and not said and not _taken_back(events):
        since, rule = broadcasts(events)[0].happened_at, policy.hits.urgent_minutes
        yield DueKind.CONFIRMATION, since, since + timedelta(minutes=rule.value), "426.6.3 (b) 1"


def _taken_back(events: Sequence[HitEvent]) -> bool:
    told = of_kind(events, HitEventKind.BROADCAST)
    return bool(told) and bool(told[-1].details["cancels"])


def _requests(asked: Sequence[HitEvent], policy: Policy) -> Iterator[_Wait]:
    last = asked[-1]
    urgent = last.details["priority"] == Priority.URGENT
    rule = policy.hits.urgent_minutes if urgent else policy.hits.routine_minutes
    ends = last.happened_at + timedelta(minutes=rule.value)
    yield DueKind.ANSWER, last.happened_at, ends, rule.section
    if not last.details["second"]:
        yield DueKind.SECOND_REQUEST, last.happened_at, ends, rule.section


def _words(events: Sequence[HitEvent], policy: Policy, at: datetime) -> Iterator[_Wait]:
    answer = answer_at(events, at)
    standing = broadcasts(events)
    within = timedelta(minutes=policy.hits.call_within_minutes.value)
    if answer is None:
        return
    if answer.kind is HitEventKind.REFUSED:
        if standing and not _taken_back(events):
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

"""Acts on hits as they are recorded: checked, asked about, stored, logged; one transaction each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from workbench.access import Action, decide, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.hit import HitEventKind, HitState
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.errors import HitError, InputError, ViolationAheadError
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.hits.acts import Act, Answer, Correct, Review, Score
from workbench.hotlists.hits.checking import check, check_words_of
from workbench.hotlists.hits.correcting import corrected_act, event_to_correct
from workbench.hotlists.hits.evidence_of_acts import held_details
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.next_steps import stops_in_review
from workbench.hotlists.hits.purposes import purpose_of
from workbench.hotlists.hits.stored import add_event, read_events, read_hit
from workbench.hotlists.hits.violations import Violation, ViolationKind, new_violations
from workbench.policy import Policy


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act.

    Attributes
    ----------
    violations
        Rules that this act broke, as who recorded it knew; it is recorded all the same.
    """

    event: HitEvent
    state: HitState
    violations: tuple[Violation, ...]
    audit_seq: int


class HitActs:
    """Records what is done about hits.

    Parameters
    ----------
    engine
        Of the service role.
    policy, audit, clock
        Who may and what is asked for, where it is logged, and the present instant.
    calls
        Where calls for service go out; nowhere by default.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        calls: QueuesAlerts | None = None,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._audit = audit
        self._clock = clock
        self._calls = calls

    def act(
        self,
        actor: Actor,
        hit_id: int,
        act: Act,
        *,
        happened_at: datetime | None = None,
        knowing: Collection[ViolationKind] = (),
    ) -> Acted:
        """Record an act; see `Hits.act`."""
        at = self._clock()
        action = self._action(actor, act, at)
        require(actor, action, policy=self._policy, audit=self._audit, at=at)
        happened = at if happened_at is None else utc(happened_at)
        if happened > at:
            raise HitError(
                "That is still to come", given=happened.isoformat(), allowed="a past time"
            )
        with self._refusals(actor, hit_id, act), self._engine.begin() as connection:
            read_hit(connection, hit_id)
            lock_hit(connection, hit_id)
            hit = read_hit(connection, hit_id)
            events = read_events(connection, [hit_id])[hit_id]
            check(hit, events, act, happened_at=happened, policy=self._policy)
            event = HitEvent(
                id=max((event.id for event in events), default=0) + 1,
                hit_id=hit_id,
                kind=act.kind,
                happened_at=happened,
                recorded_at=at,
                recorded_by=actor.person.username,
                details={},
            )
            details = self._details(connection, actor, hit, events, act=act, event=event)
            event = replace(event, details=details)
            _ask_about(new_violations(events, event), knowing, hit)
            return self._stored(connection, actor, hit, events, event)

    def _stored(
        self,
        connection: Connection,
        actor: Actor,
        hit: Hit,
        events: list[HitEvent],
        event: HitEvent,
    ) -> Acted:
        stored = add_event(connection, _row(event))
        broken = new_violations(events, stored)
        for violation in broken:
            flag = replace(
                stored,
                kind=HitEventKind.FLAGGED,
                happened_at=violation.at,
                details=violation.details(),
            )
            add_event(connection, _row(flag))
        if self._calls is not None:
            self._calls.queue_calls(connection, [stored.id])
        moved = read_hit(connection, hit.id)
        seq = self._log(connection, actor, moved, stored, broken)
        return Acted(stored, moved.state, broken, seq)

    def _action(self, actor: Actor, act: Act, at: datetime) -> Action:
        """Return what an act needs; whoever recorded something may correct it, and a supervisor."""
        if not isinstance(act, Correct):
            return action_of(act)
        ways = (Action.HITS_REVIEW, Action.HITS_HANDLE, Action.HITS_SCORE)
        policy = self._policy
        allowed = (way for way in ways if decide(actor.person, way, policy=policy, at=at).allowed)
        return next(allowed, Action.HITS_HANDLE)

    def _details(
        self,
        connection: Connection,
        actor: Actor,
        hit: Hit,
        events: list[HitEvent],
        *,
        act: Act,
        event: HitEvent,
    ) -> dict[str, Any]:
        who = actor.person.username
        if isinstance(act, Correct):
            wrong = event_to_correct(events, act)
            self._check_corrector(actor, wrong, event.recorded_at)
            return self._corrected(connection, hit, events, wrong, act=act, at=event.recorded_at)
        if isinstance(act, Review):
            _check_review(events, act, who)
        return held_details(
            connection,
            hit,
            events,
            act,
            who=who,
            happened_at=event.happened_at,
            policy=self._policy,
        )

    def _check_corrector(self, actor: Actor, wrong: HitEvent, at: datetime) -> None:
        reviews = decide(actor.person, Action.HITS_REVIEW, policy=self._policy, at=at).allowed
        if wrong.recorded_by != actor.person.username and not reviews:
            raise HitError(
                "Somebody else recorded that event",
                given=wrong.id,
                allowed=f"{wrong.recorded_by}, or a supervisor",
                next_step="ask one of them to correct it",
            )

    def _corrected(
        self,
        connection: Connection,
        hit: Hit,
        events: list[HitEvent],
        wrong: HitEvent,
        *,
        act: Correct,
        at: datetime,
    ) -> dict[str, Any]:
        said = {"event": act.event, "why": act.why, "withdrawn": act.withdrawn}
        if act.withdrawn:
            return said
        time = wrong.happened_at if act.time is None else utc(act.time)
        if not hit.seen_at <= time <= at:
            raise HitError(
                "It cannot have happened then",
                given=time.isoformat(),
                allowed=f"between the read at {hit.seen_at.isoformat()} and now",
            )
        made = corrected_act(wrong, act.values)
        check_words_of(made, self._policy)
        others = [event for event in events if event.id != act.event]
        values = held_details(
            connection,
            hit,
            others,
            made,
            who=wrong.recorded_by,
            happened_at=time,
            policy=self._policy,
        )
        return {**said, "time": time.isoformat(), "values": values}

    @contextmanager
    def _refusals(self, actor: Actor, hit_id: int, act: Act) -> Iterator[None]:
        """Log what is refused, by our code or by the trigger: that somebody tried counts too."""
        try:
            yield
        except (HitError, InputError, IntegrityError) as error:
            refused = _by_database(error) if isinstance(error, IntegrityError) else error
            said = {"hit": hit_id, "act": act.kind.value, "why": refused.what}
            self._audit.append(
                Entry(
                    _KINDS.get(act.kind, EventKind.HIT_ACT),
                    actor,
                    reason=_reason(act.details()),
                    outcome=Outcome.REFUSED,
                    details=said,
                )
            )
            raise refused from error

    def _log(
        self,
        connection: Connection,
        actor: Actor,
        hit: Hit,
        event: HitEvent,
        broken: tuple[Violation, ...],
    ) -> int:
        entry = Entry(
            _KINDS.get(event.kind, EventKind.HIT_ACT),
            actor,
            purpose=purpose_of([hit.category], self._policy),
            reason=_reason(event.details),
            plate=hit.listed_plate,
            outcome=Outcome.DONE,
            details={
                "hit": hit.id,
                "event": event.id,
                "act": event.kind.value,
                "happened_at": event.happened_at.isoformat(),
                "state": hit.state.value,
                "list": hit.list_code,
                **({"about": event.details["event"]} if "event" in event.details else {}),
            },
        )
        seq = self._audit.append_in(connection, entry).seq
        for violation in broken:
            said = {"violation": violation.kind.value, "section": violation.section}
            flagged = replace(
                entry,
                kind=EventKind.HIT_VIOLATION,
                access_id=seq,
                details={**entry.details, **said, "event": violation.event_id},
            )
            self._audit.append_in(connection, flagged)
        return seq


_KINDS = {
    HitEventKind.CORRECTED: EventKind.HIT_CORRECT,
    HitEventKind.REVIEWED: EventKind.HIT_REVIEW,
    HitEventKind.SCORED: EventKind.HIT_SCORE,
    HitEventKind.STOPPED: EventKind.HIT_STOP,
}


def action_of(act: Act) -> Action:
    """Return what an act needs to be allowed; a correction may be allowed by more."""
    if isinstance(act, Answer):
        return Action.HITS_CONFIRM
    if isinstance(act, Review):
        return Action.HITS_REVIEW
    return Action.HITS_SCORE if isinstance(act, Score) else Action.HITS_HANDLE


def lock_hit(connection: Connection, hit_id: int) -> None:
    """Wait until nobody else records something about a hit, until the transaction ends."""
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended('hit', :hit_id))")
    connection.execute(statement, {"hit_id": hit_id})


def _ask_about(broken: tuple[Violation, ...], knowing: Collection[ViolationKind], hit: Hit) -> None:
    unknown = sorted({one.kind for one in broken} - set(knowing))
    if not unknown:
        return
    codes = [kind.value for kind in unknown]
    sections = {one.kind: one.section for one in broken}
    raise ViolationAheadError(
        "That will be recorded as a violation: "
        + ", ".join(f"{kind.value} ({sections[kind]})" for kind in unknown),
        allowed="recording it knowingly, where it truly happened so",
        next_step=f"correct what you say, or record it knowing {', '.join(codes)}",
        where={"hit": hit.id, "knowing": " ".join(codes)},
    )


def _check_review(events: list[HitEvent], act: Review, who: str) -> None:
    waiting = {stop.id: stop for stop in stops_in_review(events)}
    if act.event not in waiting:
        raise HitError(
            "No recorded stop of that number waits for a review",
            given=act.event,
            allowed=", ".join(map(str, waiting)) or "none waits",
        )
    wrote = {waiting[act.event].recorded_by} | {
        event.recorded_by
        for event in events
        if event.kind is HitEventKind.CORRECTED and event.details["event"] == act.event
    }
    if who in wrote:
        raise HitError(
            "Nobody reviews a stop that is their own", given=who, allowed="another supervisor"
        )


def _row(event: HitEvent) -> dict[str, Any]:
    names = ("hit_id", "kind", "happened_at", "recorded_at", "recorded_by", "details")
    return {name: getattr(event, name) for name in names}


def _reason(details: Any) -> str | None:
    """Return what an act gives as its reason: the facts of a stop, why or how of words about it."""
    return next((details[name] for name in ("facts", "why") if details.get(name)), None)


def _by_database(error: IntegrityError) -> HitError:
    return HitError("The database refuses it", given=str(error.orig).partition("\n")[0])

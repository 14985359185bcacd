"""Hits in the hands of people: seen, worked on step by step, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, or_, select, text
from sqlalchemy.exc import IntegrityError

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.hit import ON_CONFIRMATION, HitEventKind, HitState
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.errors import HitError
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.hits.acts import Act, Answer, Compare, Score
from workbench.hotlists.hits.checking import check
from workbench.hotlists.hits.frames import hit_frame, queue_frame
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.looking import HitLooks
from workbench.hotlists.hits.next_steps import NextSteps, next_steps
from workbench.hotlists.hits.purposes import purpose_of
from workbench.hotlists.hits.selection import Selection, conditions, selection_from_json
from workbench.hotlists.hits.standing import confirmation_at
from workbench.hotlists.hits.stored import HIT_COLUMNS, add_event, hit_of, read_events, read_hit
from workbench.hotlists.hits.violations import Violation, violations
from workbench.hotlists.lists.lateness import Late, Lateness, late_lists
from workbench.policy import Policy
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.hit_tables import hit_event


@dataclass(frozen=True, slots=True)
class HitsSeen:
    """Hits that somebody was shown, newest first, and the audit record that let them out.

    Attributes
    ----------
    late
        Which of their lists are late now.
    """

    hits: tuple[Hit, ...]
    access_id: int
    late: Late = field(default_factory=dict)

    @property
    def frame(self) -> pd.DataFrame:
        """The hits with the columns of `HIT_DTYPES`."""
        return hit_frame(self.hits)


@dataclass(frozen=True, slots=True)
class HitFile:
    """One hit with all that was done about it and what comes next.

    Attributes
    ----------
    late
        In which ways its list is late now.
    """

    hit: Hit
    events: tuple[HitEvent, ...]
    steps: NextSteps
    access_id: int
    late: tuple[Lateness, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """What hits wait for, with the columns of `QUEUE_DTYPES`, and which of the lists are late."""

    frame: pd.DataFrame
    access_id: int
    late: Late = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act.

    Attributes
    ----------
    violations
        Rules that this act broke; it is recorded all the same.
    """

    event: HitEvent
    state: HitState
    violations: tuple[Violation, ...]
    audit_seq: int


class Hits:
    """Shows hits and records what is done about them; each act is one transaction with its record.

    Parameters
    ----------
    engine
        Of the service role.
    reader
        Of the same role, read-only and limited in time.
    policy, audit, clock
        Who may and by when, where it is logged, and the present instant.
    calls
        Where calls for service go out; nowhere by default.
    check
        Raises when nobody may see what the database holds.
    """

    def __init__(
        self,
        engine: Engine,
        reader: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        calls: QueuesAlerts | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._policy = policy
        self._audit = audit
        self._clock = clock
        self._calls = calls
        self._looks = HitLooks(reader, policy=policy, audit=audit, clock=clock, check=check)

    def list(self, actor: Actor, selection: Selection | None = None) -> HitsSeen:
        """Return hits, newest first; a logged look.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        AuditWriteError
            If the log cannot be written; then nothing is read.
        """
        asked = selection or Selection()

        def read(
            connection: Connection, logged: Mapping[str, Any], seq: int
        ) -> tuple[HitsSeen, int]:
            wanted = selection_from_json(dict(logged))
            found = select(*HIT_COLUMNS).where(conditions(wanted))
            newest = found.order_by(hit_table.c.id.desc()).limit(wanted.limit)
            hits = tuple(hit_of(row) for row in connection.execute(newest))
            return HitsSeen(hits, seq, self._late(connection, hits)), len(hits)

        purpose = purpose_of(asked.categories, self._policy)
        return self._looks.run(actor, purpose, asked.as_json(), read)

    def show(self, actor: Actor, hit_id: int) -> HitFile:
        """Return a hit with its events and next steps; a logged look for the hit's own purpose.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        HitMissingError
            If there is none of that number.
        AuditWriteError
            If the log cannot be written; then nothing is handed out.
        """
        at = self._clock()
        require(actor, Action.HITS_VIEW, policy=self._policy, audit=self._audit, at=at)

        def read(
            connection: Connection, logged: Mapping[str, Any], seq: int
        ) -> tuple[HitFile, int]:
            hit = read_hit(connection, logged["hit"])
            events = tuple(read_events(connection, [hit.id])[hit.id])
            steps = next_steps(hit, events, self._policy, at)
            late = self._late(connection, [hit]).get(hit.list_code, ())
            return HitFile(hit, events, steps, seq, late), 1

        with self._reader.connect() as connection:
            category = read_hit(connection, hit_id).category  # shown to nobody
        purpose = purpose_of([category], self._policy)
        return self._looks.run(actor, purpose, {"look": "hit", "hit": hit_id}, read)

    def queue(self, actor: Actor) -> Queue:
        """Return what is due or overdue on hits that are open, or drawn and not scored.

        Possible hits are in it only once somebody opened them.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        """
        at = self._clock()

        def read(connection: Connection, _logged: Mapping[str, Any], seq: int) -> tuple[Queue, int]:
            hits = {row.id: hit_of(row) for row in connection.execute(_WAITING)}
            events = read_events(connection, hits)
            waits = [
                (hit, due)
                for hit in hits.values()
                for due in next_steps(hit, events[hit.id], self._policy, at).due
            ]
            late = self._late(connection, [hit for hit, _ in waits])
            return Queue(queue_frame(waits), seq, late), len(waits)

        return self._looks.run(actor, purpose_of([], self._policy), {"look": "queue"}, read)

    def act(
        self, actor: Actor, hit_id: int, act: Act, *, happened_at: datetime | None = None
    ) -> Acted:
        """Record what was done about a hit.

        Parameters
        ----------
        act
            Such as `Compare` or `Confirm`.
        happened_at
            When it was done; now unless told otherwise, never later.

        Returns
        -------
        Acted
            With the rules that it broke: the wrong order is recorded, and logged as a violation.

        Raises
        ------
        DeniedError
            If the person may not.
        HitMissingError
            If there is no such hit.
        HitError
            If it cannot have happened, or lacks what it needs.
        AuditWriteError
            If the log cannot be written; then nothing was recorded. What is refused is logged too.
        """
        at = self._clock()
        require(actor, action_of(act), policy=self._policy, audit=self._audit, at=at)
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
            event = add_event(
                connection,
                {
                    "hit_id": hit_id,
                    "kind": act.kind,
                    "happened_at": happened,
                    "recorded_at": at,
                    "recorded_by": actor.person.username,
                    "details": _details(act, hit, events, happened),
                },
            )
            if self._calls is not None:
                self._calls.queue_calls(connection, [event.id])
            moved = read_hit(connection, hit_id)
            broken = _new_violations(moved, events, event)
            seq = self._log(connection, actor, moved, event, broken)
        return Acted(event, moved.state, broken, seq)

    @contextmanager
    def _refusals(self, actor: Actor, hit_id: int, act: Act) -> Iterator[None]:
        """Log what is refused, by our code or by the trigger: that somebody tried counts too."""
        try:
            yield
        except (HitError, IntegrityError) as error:
            refused = error if isinstance(error, HitError) else _by_database(error)
            said = {"hit": hit_id, "act": act.kind.value, "why": refused.what}
            self._audit.append(
                Entry(
                    _KINDS.get(act.kind, EventKind.HIT_ACT),
                    actor,
                    reason=act.details().get("basis"),
                    outcome=Outcome.REFUSED,
                    details=said,
                )
            )
            raise refused from error

    def _late(self, connection: Connection, hits: Iterable[Hit]) -> Late:
        codes = {hit.list_code for hit in hits}
        return late_lists(connection, codes, at=self._clock(), policy=self._policy)

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
            reason=event.details.get("basis"),
            plate=hit.listed_plate,
            outcome=Outcome.DONE,
            details={
                "hit": hit.id,
                "event": event.id,
                "act": event.kind.value,
                "happened_at": event.happened_at.isoformat(),
                "state": hit.state.value,
                "list": hit.list_code,
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


_KINDS = {HitEventKind.STOPPED: EventKind.HIT_STOP, HitEventKind.SCORED: EventKind.HIT_SCORE}

_DRAWN = select(hit_event.c.hit_id).where(hit_event.c.kind == HitEventKind.DRAWN)
_WAITING = select(*HIT_COLUMNS).where(
    or_(
        (hit_table.c.state != HitState.CLOSED)
        & or_(hit_table.c.possible.is_(False), hit_table.c.state != HitState.NEW),
        hit_table.c.id.in_(_DRAWN),
    )
)


def action_of(act: Act) -> Action:
    """Return what an act needs to be allowed."""
    if isinstance(act, Answer):
        return Action.HITS_CONFIRM
    return Action.HITS_SCORE if isinstance(act, Score) else Action.HITS_HANDLE


def lock_hit(connection: Connection, hit_id: int) -> None:
    """Wait until nobody else records something about a hit, until the transaction ends."""
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended('hit', :hit_id))")
    connection.execute(statement, {"hit_id": hit_id})


def _by_database(error: IntegrityError) -> HitError:
    return HitError("The database refuses it", given=str(error.orig).partition("\n")[0])


def _details(act: Act, hit: Hit, events: list[HitEvent], happened_at: datetime) -> dict[str, Any]:
    details = act.details()
    if isinstance(act, Compare):
        age = hit.list_age_at(happened_at)
        details["list_age_minutes"] = None if age is None else age.total_seconds() // 60
    if act.kind in ON_CONFIRMATION:
        standing = confirmation_at(events, happened_at)
        details["confirmation"] = standing.id if standing else None
    return details


def _new_violations(hit: Hit, events: list[HitEvent], event: HitEvent) -> tuple[Violation, ...]:
    known = set(violations(hit, events))
    return tuple(one for one in violations(hit, [*events, event]) if one not in known)

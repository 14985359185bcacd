"""Hits in the hands of people: seen, worked on step by step, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, or_, select

from workbench.access import Action, require
from workbench.audit import AuditLog
from workbench.domain.clock import Clock
from workbench.domain.hit import HitEventKind, HitState
from workbench.domain.person import Actor
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.frames import hit_frame, queue_frame
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.looking import HitLooks
from workbench.hotlists.hits.next_steps import NextSteps, next_steps
from workbench.hotlists.hits.purposes import purpose_of
from workbench.hotlists.hits.recording import Acted, HitActs
from workbench.hotlists.hits.selection import Selection, conditions, selection_from_json
from workbench.hotlists.hits.stored import HIT_COLUMNS, hit_of, read_events, read_hit
from workbench.hotlists.hits.violations import ViolationKind
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
        self._acts = HitActs(engine, policy=policy, audit=audit, clock=clock, calls=calls)
        self._reader = reader
        self._policy = policy
        self._audit = audit
        self._clock = clock
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
        self,
        actor: Actor,
        hit_id: int,
        act: Act,
        *,
        happened_at: datetime | None = None,
        knowing: Collection[ViolationKind] = (),
    ) -> Acted:
        """Record what was done about a hit.

        Parameters
        ----------
        act
            Such as `Compare` or `Confirm`.
        happened_at
            When it was done; now unless told otherwise, never later.
        knowing
            Violations that who records it knows of: what breaks a rule is recorded and flagged
            for good, but only knowingly.

        Returns
        -------
        Acted
            With the rules that it broke.

        Raises
        ------
        DeniedError
            If the person may not.
        HitMissingError
            If there is no such hit.
        HitError, FormError, PersonUnknownError
            If it cannot have happened, or lacks what it needs.
        ViolationAheadError
            If it will be a violation that `knowing` does not name; nothing was recorded.
        AuditWriteError
            If the log cannot be written; then nothing was recorded. What is refused is logged too.
        """
        return self._acts.act(actor, hit_id, act, happened_at=happened_at, knowing=knowing)

    def _late(self, connection: Connection, hits: Iterable[Hit]) -> Late:
        codes = {hit.list_code for hit in hits}
        return late_lists(connection, codes, at=self._clock(), policy=self._policy)


# What can leave something due on a hit that is closed.
_AFTERWARDS = select(hit_event.c.hit_id).where(
    hit_event.c.kind.in_(
        [HitEventKind.CORRECTED, HitEventKind.DRAWN, HitEventKind.REVIEWED, HitEventKind.STOPPED]
    )
)
_WAITING = select(*HIT_COLUMNS).where(
    or_(
        (hit_table.c.state != HitState.CLOSED)
        & or_(hit_table.c.possible.is_(False), hit_table.c.state != HitState.NEW),
        hit_table.c.id.in_(_AFTERWARDS),
    )
)

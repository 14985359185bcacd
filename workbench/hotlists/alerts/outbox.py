"""The outbox from the sending side: claim a delivery, then record what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, or_, select, update

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.alert import DeliveryState, Level
from workbench.domain.clock import Clock
from workbench.domain.person import Origin
from workbench.errors import WorkbenchError
from workbench.hotlists.alerts.patience import Patience
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.alerts.target_rows import stored_target
from workbench.hotlists.receiving import GuardsSharing
from workbench.storage.alert_tables import alert_delivery, alert_target

LOST = "The worker ended in its last attempt; whether it was taken is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery whose attempt is counted and whose turn nobody else takes for a while."""

    id: int
    key: UUID
    target: Target
    hit_id: int | None
    notice_id: int | None
    hit_event_id: int | None
    level: Level
    attempts: int


class Outbox:
    """Hands out deliveries one by one; safe for many workers, threads and machines at once.

    An attempt is counted and committed before anything leaves, and the delivery then rests for
    as long as sending can take. So two never send the same at once, a worker that is killed
    loses nothing, and one that is killed again and again by the same delivery ends with it.

    Parameters
    ----------
    engine
        Connects as the service role.
    audit, clock
        Where it is logged, and when it is.
    guard
        Asked before each attempt: what was queued while a share stood goes no more when it ended.
    patience
        How often and how far apart.
    rng
        Of the jitter.
    origin
        Where the worker runs, for the log.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        audit: AuditLog,
        clock: Clock,
        guard: GuardsSharing,
        patience: Patience,
        rng: np.random.Generator,
        origin: Origin | None = None,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._clock = clock
        self._guard = guard
        self._patience = patience
        self._rng = rng
        self._origin = origin

    def due_targets(self) -> tuple[int, ...]:
        """Return the numbers of the targets for which something is due."""
        d, t = alert_delivery.c, alert_target.c
        due = select(d.target_id).distinct().join(alert_target, t.id == d.target_id)
        with self._engine.connect() as connection:
            return tuple(connection.execute(due.where(_due(self._clock()))).scalars())

    def claim(self, target_id: int) -> Claimed | None:
        """Return the next delivery of a target, or ``None`` when nothing is due.

        What was never tried comes first, then what is loud, then what is due longest.

        Raises
        ------
        AuditWriteError
            If it cannot be logged that something is about to leave; then nothing does.
        """
        while True:
            with self._engine.begin() as connection:
                row = self._chosen(connection, target_id)
                if row is None:
                    return None
                claimed = _claimed(row, attempts=row.attempts + 1)
                over = self._over(connection, claimed)
                if over is None:
                    self._begin(connection, claimed)
                    return claimed
                self._end(connection, row.id, DeliveryState.DEAD, over)
                self._log(connection, _claimed(row, attempts=row.attempts), Outcome.FAILED, over)

    def sent(self, claimed: Claimed) -> None:
        """Record that a delivery was taken.

        Raises
        ------
        AuditWriteError
            If it cannot be logged; the delivery is sent again then.
        """
        with self._engine.begin() as connection:
            if self._end(connection, claimed.id, DeliveryState.SENT, None, claimed.attempts):
                self._log(connection, claimed, Outcome.DONE)

    def failed(self, claimed: Claimed, error: WorkbenchError) -> DeliveryState:
        """Record that a delivery was not taken; return whether it waits or is dead.

        Raises
        ------
        AuditWriteError
            If its death cannot be logged.
        """
        reason = str(error)
        d = alert_delivery.c
        with self._engine.begin() as connection:
            if claimed.attempts < self._patience.tries:
                again_at = self._clock() + self._patience.rest(claimed.attempts, self._rng)
                connection.execute(
                    update(alert_delivery)
                    .where(_still(claimed.id, claimed.attempts))
                    .values({d.next_try_at: again_at, d.last_error: reason})
                )
                return DeliveryState.WAITING
            if self._end(connection, claimed.id, DeliveryState.DEAD, reason, claimed.attempts):
                self._log(connection, claimed, Outcome.FAILED, reason)
        return DeliveryState.DEAD

    def _over(self, connection: Connection, claimed: Claimed) -> str | None:
        """Return why a delivery is not tried any more."""
        if claimed.attempts > self._patience.tries:
            return LOST
        agency = claimed.target.agency
        if agency is None:
            return None
        decision = self._guard.may_stand(connection, agency)
        return None if decision.allowed else decision.reason

    def _chosen(self, connection: Connection, target_id: int) -> Row[Any] | None:
        d, t = alert_delivery.c, alert_target.c
        return connection.execute(
            select(alert_delivery, *(c.label(f"to_{c.name}") for c in t))
            .join(alert_target, t.id == d.target_id)
            .where(d.target_id == target_id, _due(self._clock()))
            .order_by(d.attempts > 0, d.level != Level.HIGH.value, d.next_try_at, d.id)
            .limit(1)
            .with_for_update(of=alert_delivery, skip_locked=True)
        ).one_or_none()

    def _begin(self, connection: Connection, claimed: Claimed) -> None:
        at = self._clock()
        rests_until = at + timedelta(seconds=self._patience.claim_s)
        connection.execute(
            update(alert_delivery)
            .where(alert_delivery.c.id == claimed.id)
            .values(attempts=claimed.attempts, tried_at=at, next_try_at=rests_until)
        )
        if claimed.attempts == 1:  # that plates leave is logged before they do
            self._log(connection, claimed, Outcome.STARTED)

    def _end(
        self,
        connection: Connection,
        number: int,
        state: DeliveryState,
        error: str | None,
        attempts: int | None = None,
    ) -> bool:
        ended = connection.execute(
            update(alert_delivery)
            .where(_still(number, attempts))
            .values(state=state.value, ended_at=self._clock(), last_error=error)
        )
        return bool(ended.rowcount)

    def _log(
        self, connection: Connection, claimed: Claimed, outcome: Outcome, error: str | None = None
    ) -> None:
        details = {
            "delivery": claimed.id,
            "key": str(claimed.key),
            "target": claimed.target.name,
            "hit": claimed.hit_id,
            "notice": claimed.notice_id,
            "hit_event": claimed.hit_event_id,
            "attempts": claimed.attempts,
            "error": error,
        }
        entry = Entry(
            EventKind.ALERT_SEND, None, outcome=outcome, details=details, origin=self._origin
        )
        self._audit.append_in(connection, entry)


def _due(at: datetime) -> ColumnElement[bool]:
    d = alert_delivery.c
    # Queued by a clock that is ahead of ours: it is not to wait for that.
    ahead = and_(d.queued_at > at, d.attempts == 0)
    return and_(
        alert_target.c.enabled,
        d.state == DeliveryState.WAITING.value,
        or_(d.next_try_at <= at, ahead),
    )


def _still(number: int, attempts: int | None) -> ColumnElement[bool]:
    """Return the condition that a delivery waits, and nobody began another attempt since."""
    d = alert_delivery.c
    waits = and_(d.id == number, d.state == DeliveryState.WAITING.value)
    return waits if attempts is None else and_(waits, d.attempts == attempts)


def _claimed(row: Row[Any], *, attempts: int) -> Claimed:
    return Claimed(
        id=row.id,
        key=row.key,
        target=stored_target(row, prefix="to_").target,
        hit_id=row.hit_id,
        notice_id=row.notice_id,
        hit_event_id=row.hit_event_id,
        level=Level(row.level),
        attempts=attempts,
    )

"""The outbox from the people's side: what waits, what is dead, and how to try it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, select, update

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.alert import DeliveryState, Level
from workbench.domain.clock import Clock
from workbench.domain.person import Actor
from workbench.errors import AlertError
from workbench.policy import Policy
from workbench.storage.alert_tables import alert_delivery, alert_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery as it stands; no plate, no place, no person in it."""

    id: int
    key: UUID
    target: str
    hit_id: int | None
    notice_id: int | None
    hit_event_id: int | None
    level: Level
    state: DeliveryState
    attempts: int
    queued_at: datetime
    next_try_at: datetime
    ended_at: datetime | None
    last_error: str | None


class Deliveries:
    """Shows deliveries, and gives dead ones another life.

    Parameters
    ----------
    engine
        Connects as the service role.
    policy, audit, clock
        Who may, where it is logged, and when.
    """

    def __init__(self, engine: Engine, *, policy: Policy, audit: AuditLog, clock: Clock) -> None:
        self._engine = engine
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def newest(
        self, *, state: DeliveryState | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return deliveries, the newest first."""
        d, t = alert_delivery.c, alert_target.c
        about = (d.hit_id, d.notice_id, d.hit_event_id, d.level, d.last_error)
        stands = (d.state, d.attempts, d.queued_at, d.next_try_at, d.ended_at)
        found = select(d.id, d.key, t.name.label("target"), *about, *stands).join(
            alert_target, t.id == d.target_id
        )
        if state is not None:
            found = found.where(d.state == state.value)
        with self._engine.connect() as connection:
            rows = connection.execute(found.order_by(d.id.desc()).limit(limit)).mappings()
            return tuple(
                Delivery(**{**r, "level": Level(r["level"]), "state": DeliveryState(r["state"])})
                for r in rows
            )

    def retry(self, by: Actor, numbers: Sequence[int] | None = None) -> int:
        """Let dead deliveries start over, now and with all their attempts.

        Parameters
        ----------
        numbers
            Which; ``None`` for every dead one whose target is switched on.

        Returns
        -------
        int
            How many wait again.

        Raises
        ------
        DeniedError
            If the actor may not.
        AlertError
            If one that was named is not dead, or its target is switched off.
        """
        at = self._clock()
        require(by, Action.ALERTS_MANAGE, policy=self._policy, audit=self._audit, at=at)
        d, t = alert_delivery.c, alert_target.c
        dead = (
            d.state == DeliveryState.DEAD.value,
            d.target_id.in_(select(t.id).where(t.enabled)),
            *(() if numbers is None else (d.id.in_(numbers),)),
        )
        with self._engine.begin() as connection:
            again = connection.execute(
                update(alert_delivery)
                .where(*dead)
                .values(
                    state=DeliveryState.WAITING.value, attempts=0, next_try_at=at, ended_at=None
                )
                .returning(d.id)
            ).scalars()
            retried = sorted(again)
            others = sorted(set(numbers or ()) - set(retried))
            if others:
                raise AlertError(
                    "Only what is dead, for a target that is switched on, can be retried",
                    given=", ".join(map(str, others)),
                    next_step="see `workbench alerts dead`",
                )
            if retried:
                entry = Entry(
                    EventKind.ALERT_CHANGE, by, outcome=Outcome.DONE, details={"retried": retried}
                )
                self._audit.append_in(connection, entry)
        return len(retried)

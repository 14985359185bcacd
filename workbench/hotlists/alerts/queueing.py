"""Fills the outbox in the transaction of whoever found something; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    any_,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from workbench.domain.alert import DeliveryState, Level, Notice
from workbench.domain.clock import Clock
from workbench.domain.hot_entry import Category
from workbench.hotlists.alerts.called import CALLED
from workbench.hotlists.alerts.levels import level_of
from workbench.hotlists.alerts.quiet_hours import first_try_at
from workbench.hotlists.alerts.target_rows import StoredTarget, enabled_targets
from workbench.hotlists.receiving import GuardsSharing
from workbench.policy import Policy
from workbench.storage.alert_tables import alert_delivery, alert_notice
from workbench.storage.hit_tables import hit, hit_event
from workbench.storage.hot_list_tables import hot_plate

CHANNEL = "alert_queued"
"""PostgreSQL's channel on which a worker hears that something waits."""


class TellsNotices(Protocol):
    """What whoever loads lists and cuts hot plates needs of the alerts."""

    def tell(self, connection: Connection, notice: Notice) -> bool:
        """Queue a notice in the transaction that found it; false if it was told before."""


class QueuesAlerts(Protocol):
    """What matching and the life of hits need of the alerts."""

    def queue_alerts(self, connection: Connection, hit_ids: Sequence[int]) -> int:
        """Queue the alerts of new hits in the transaction that stores them."""

    def queue_calls(self, connection: Connection, hit_event_ids: Sequence[int]) -> int:
        """Queue the calls for service among new events in the transaction that stores them."""


class AlertQueue:
    """Decides who is told what, and puts it into the outbox.

    Parameters
    ----------
    policy
        Says how loud each category is and in which zone quiet hours are meant.
    clock
        The present instant.
    guard
        Asked each time about targets of other agencies: a share that was ended ends them too.
    """

    def __init__(self, *, policy: Policy, clock: Clock, guard: GuardsSharing) -> None:
        self._guard = guard
        self._rules = policy.hits
        self._zone = ZoneInfo(policy.department.time_zone.value)
        self._clock = clock

    def queue_alerts(self, connection: Connection, hit_ids: Sequence[int]) -> int:
        """Queue the alerts of hits, once per target and hit; what is only possible alerts nobody.

        Parameters
        ----------
        connection
            With the transaction that stores the hits.
        hit_ids
            Of hits that stand in the table.

        Returns
        -------
        int
            How many deliveries were queued.
        """
        if not hit_ids:
            return 0
        found = _hits().where(_any_of(hit.c.id, hit_ids), hit.c.possible.is_(False))
        rows = connection.execute(found.order_by(hit.c.id)).all()
        return self._queue(connection, rows, "hit_id", calls=False)

    def queue_calls(self, connection: Connection, hit_event_ids: Sequence[int]) -> int:
        """Queue the calls for service among events, once per CAD target and event.

        Parameters
        ----------
        connection
            With the transaction that stores the events.
        hit_event_ids
            Of any events; those that are no call are passed over.

        Returns
        -------
        int
            How many deliveries were queued.
        """
        if not hit_event_ids:
            return 0
        e = hit_event.c
        found = _hits(e.id).join(hit_event, e.hit_id == hit.c.id)
        rows = connection.execute(found.where(_any_of(e.id, hit_event_ids), e.kind == CALLED)).all()
        return self._queue(connection, rows, "hit_event_id", calls=True)

    def tell(self, connection: Connection, notice: Notice) -> bool:
        """Store a notice and queue it for whom it concerns; the same key is told once.

        Parameters
        ----------
        connection
            With the transaction that found it.

        Returns
        -------
        bool
            Whether it was new.
        """
        values = {name: getattr(notice, name) for name in ("key", "subject", "text", "found_at")}
        values |= {"kind": notice.kind.value, "concerns": notice.concerns}
        number = connection.execute(
            insert(alert_notice)
            .values(values)
            .on_conflict_do_nothing()
            .returning(alert_notice.c.id)
        ).scalar_one_or_none()
        if number is None:
            return False
        level = notice.kind.level
        rows = [
            self._row(stored, level, {"notice_id": number})
            for stored in self._targets(connection)
            if stored.target.notices or _is_for(stored, notice.concerns)
        ]
        _insert(connection, rows)
        return True

    def _queue(
        self, connection: Connection, found: Sequence[Row[Any]], column: str, *, calls: bool
    ) -> int:
        targets = [s for s in self._targets(connection) if s.target.kind.takes_calls is calls]
        rows = []
        for row in found:
            category = Category(row.category)
            level = level_of(category, self._rules, informational=row.informational)
            # A call for service is the department's, whoever entered the plate.
            only_for = row.entered_by if row.shared is False and not calls else None
            rows += [
                self._row(stored, level, {column: row.id})
                for stored in targets
                if stored.target.takes(level, category, only_for=only_for)
            ]
        return _insert(connection, rows)

    def _targets(self, connection: Connection) -> list[StoredTarget]:
        return [
            stored
            for stored in enabled_targets(connection)
            if stored.target.agency is None
            or self._guard.may_stand(connection, stored.target.agency).allowed
        ]

    def _row(self, stored: StoredTarget, level: Level, about: dict[str, int]) -> dict[str, Any]:
        at: datetime = self._clock()
        return {
            "key": uuid4(),
            "target_id": stored.id,
            **about,
            "level": level.value,
            "state": DeliveryState.WAITING.value,
            "attempts": 0,
            "queued_at": at,
            "next_try_at": first_try_at(at, stored.target.quiet, level, self._zone),
        }


def _hits(number: Any = hit.c.id) -> Select[Any]:
    columns = (hit.c.category, hit.c.informational, hot_plate.c.shared, hot_plate.c.entered_by)
    return select(number, *columns).select_from(
        hit.outerjoin(hot_plate, hot_plate.c.id == hit.c.hot_plate_id)
    )


def _any_of(column: Column[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    # One array: a match over many kept reads brings more numbers than a statement has places.
    return column == any_(literal(list(numbers), ARRAY(BigInteger)))


def _is_for(stored: StoredTarget, person: str | None) -> bool:
    target = stored.target
    return person is not None and target.person == person and not target.kind.takes_calls


def _insert(connection: Connection, rows: Iterable[dict[str, Any]]) -> int:
    listed = list(rows)
    if not listed:
        return 0
    statement = insert(alert_delivery).on_conflict_do_nothing().returning(alert_delivery.c.id)
    queued = connection.execute(statement, listed).all()
    connection.execute(select(func.pg_notify(CHANNEL, "")))  # heard when this is committed
    return len(queued)

"""Makes what is sent of a delivery, from the hit, notice or event that it tells of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Row, Select, select

from workbench.domain.hot_entry import ListKind
from workbench.hotlists.alerts.bodies import call_body, hit_body, notice_body
from workbench.hotlists.alerts.outbox import Claimed
from workbench.hotlists.alerts.sending.parcel import About, Parcel
from workbench.hotlists.lists.lateness import Lateness, lateness_then
from workbench.policy import Policy
from workbench.storage.alert_tables import alert_notice
from workbench.storage.hit_tables import hit, hit_event


class Parcels:
    """Reads what stands in the tables; none of it ever changes, so that repeats are the same.

    Parameters
    ----------
    engine
        Connects as the service role.
    pages_address
        Where people reach the pages.
    policy
        When a list is late.
    """

    def __init__(self, engine: Engine, *, pages_address: str, policy: Policy) -> None:
        self._engine = engine
        self._pages = pages_address
        self._policy = policy

    def parcel(self, claimed: Claimed) -> Parcel:
        """Return what is sent of a delivery."""
        key, level = claimed.key, claimed.level
        about, number = _about(claimed)
        informational, late = False, False
        if about is About.NOTICE:
            row = self._one(select(alert_notice).where(alert_notice.c.id == number))
            page = f"{self._pages}/"
            body = notice_body(row, key, level, page)
        elif about is About.HIT:
            row = self._one(select(hit).where(hit.c.id == number))
            page = f"{self._pages}/hits?hit={number}"
            ways = self._lateness(row)
            informational, late = row.informational, bool(ways)
            body = hit_body(row, key, level, page, ways)
        else:
            row = self._one(_call(number))
            page = f"{self._pages}/hits?hit={row.id}"
            informational, body = row.informational, call_body(row, key, level, page)
        return Parcel(
            key=key,
            about=about,
            number=number,
            level=level,
            informational=informational,
            late=late,
            page=page,
            body=body,
        )

    def _lateness(self, row: Row[Any]) -> tuple[Lateness, ...]:
        with self._engine.connect() as connection:
            return lateness_then(
                connection,
                row.list_code,
                ListKind(row.list_kind),
                loaded_at=row.list_loaded_at,
                at=row.made_at,
                policy=self._policy,
            )

    def _one(self, statement: Select[Any]) -> Row[Any]:
        with self._engine.connect() as connection:
            return connection.execute(statement).one()


def _about(claimed: Claimed) -> tuple[About, int]:
    if claimed.hit_id is not None:
        return About.HIT, claimed.hit_id
    if claimed.notice_id is not None:
        return About.NOTICE, claimed.notice_id
    return About.CALL, int(claimed.hit_event_id or 0)


def _call(number: int) -> Select[Any]:
    e = hit_event.c
    told = (e.id.label("event_id"), e.happened_at, e.details)
    return select(hit, *told).join(hit_event, e.hit_id == hit.c.id).where(e.id == number)

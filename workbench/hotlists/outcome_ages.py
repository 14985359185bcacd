"""How old reads were when hits on them led somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import BigInteger, Connection, exists, or_, select

from workbench.domain.hit import HitEventKind, HitOutcome
from workbench.storage.hit_tables import hit, hit_event

_LED = (HitEventKind.CALLED, HitEventKind.CONFIRMED, HitEventKind.STOPPED)
_CAME_OF_IT = (HitOutcome.ARREST, HitOutcome.RECOVERED)


def outcome_ages(connection: Connection) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield what hits led to: what it was, when, and when the read was seen.

    Confirmed, called in, stopped; recovered or arrested where a hit was closed so.
    """
    e = hit_event.c
    closed = (e.kind == HitEventKind.CLOSED) & e.details["outcome"].astext.in_(_CAME_OF_IT)
    later = hit_event.alias().c
    withdrawn = exists().where(
        later.hit_id == e.hit_id,
        later.kind == HitEventKind.CORRECTED,
        later.details["event"].astext.cast(BigInteger) == e.id,
        later.details["withdrawn"].astext == "true",
    )
    rows = connection.execute(
        select(e.kind, e.happened_at, hit.c.seen_at, e.details["outcome"].astext.label("came"))
        .join(hit, hit.c.id == e.hit_id)
        .where(or_(e.kind.in_(_LED), closed), ~withdrawn)
        .order_by(e.id)
    )
    for row in rows:
        yield row.came or row.kind, row.happened_at, row.seen_at

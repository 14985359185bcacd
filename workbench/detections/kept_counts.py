"""How many reads are kept, and how many come a day, by whole hours; no read itself comes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from workbench.domain.small_cells import shown_count
from workbench.domain.stretches import hour_of
from workbench.storage.detection_tables import detection

RATE_DAYS = 30
_d = detection.c


def kept_after(connection: Connection, at: datetime, now: datetime, *, min_cell: int) -> int:
    """Return how many reads were seen from the hour of an instant on, in hours that are over.

    Asked again and again it tells no single passage: neither end moves within an hour.

    Parameters
    ----------
    min_cell
        Fewer than that are told as none.
    """
    within = (_d.seen_at >= hour_of(at), _d.seen_at < hour_of(now))
    found = connection.execute(select(func.count()).select_from(detection).where(*within))
    return shown_count(int(found.scalar_one()), min_cell) or 0


def kept_rate(connection: Connection, now: datetime) -> tuple[datetime | None, float]:
    """Return the hour of the oldest kept read, and how many a day came in the last thirty."""
    seen = connection.execute(select(func.min(_d.seen_at))).scalar_one()
    if seen is None:
        return None, 0.0
    first, end = hour_of(seen), hour_of(now)
    begin = end - timedelta(days=RATE_DAYS)
    count = select(func.count()).select_from(detection)
    recent = connection.execute(count.where(_d.seen_at >= begin, _d.seen_at < end)).scalar_one()
    covered = min(timedelta(days=RATE_DAYS), max(end - first, timedelta(hours=1)))
    return first, recent / (covered / timedelta(days=1))

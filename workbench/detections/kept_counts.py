"""How many reads are kept, and how many come a day; no read itself comes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from workbench.storage.detection_tables import detection

RATE_DAYS = 30
_d = detection.c


def kept_after(connection: Connection, at: datetime) -> int:
    """Return how many reads were seen after an instant."""
    found = select(func.count()).select_from(detection).where(_d.seen_at > at)
    return int(connection.execute(found).scalar_one())


def kept_rate(connection: Connection, now: datetime) -> tuple[datetime | None, float]:
    """Return when the oldest kept read was seen, and how many a day came in the last thirty."""
    first = connection.execute(select(func.min(_d.seen_at))).scalar_one()
    if first is None:
        return None, 0.0
    begin = now - timedelta(days=RATE_DAYS)
    count = select(func.count()).select_from(detection)
    recent = connection.execute(count.where(_d.seen_at > begin, _d.seen_at <= now)).scalar_one()
    covered = min(timedelta(days=RATE_DAYS), max(now - first, timedelta(hours=1)))
    return first, recent / (covered / timedelta(days=1))

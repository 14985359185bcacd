"""Reads that fit the criteria of standing holds and are not held yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from workbench.detections.filters import search_conditions
from workbench.domain.criteria import search_from_json
from workbench.storage.detection_tables import detection
from workbench.storage.hold_tables import held_detection, hold
from workbench.storage.types import UtcDateTime


def hold_fitting_reads(connection: Connection, at: datetime) -> int:
    """Hold what fits a standing hold and is not held yet; return how many reads that were.

    Parameters
    ----------
    connection
        In a transaction.
    at
        The present instant.
    """
    standing = select(hold.c.id, hold.c.criteria).where(
        hold.c.released_at.is_(None), or_(hold.c.ends_at.is_(None), hold.c.ends_at > at)
    )
    added = 0
    for number, criteria in connection.execute(standing.order_by(hold.c.id)).all():
        if criteria.get("look") != "search":
            continue
        fitting = select(
            detection.c.id, detection.c.seen_at, literal(number), literal(at, UtcDateTime)
        ).where(*search_conditions(search_from_json(dict(criteria))))
        added += connection.execute(
            insert(held_detection)
            .from_select(["detection_id", "seen_at", "hold_id", "held_at"], fitting)
            .on_conflict_do_nothing()
        ).rowcount
    return added

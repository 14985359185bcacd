"""Reads that fit the criteria of standing holds and are not held yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from workbench.detections.holding import reads_that_fit
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
        fitting = reads_that_fit(dict(criteria))
        if fitting is None:
            continue
        rows = fitting.add_columns(literal(number), literal(at, UtcDateTime))
        added += connection.execute(
            insert(held_detection)
            .from_select(["detection_id", "seen_at", "hold_id", "held_at"], rows)
            .on_conflict_do_nothing()
        ).rowcount
    return added

"""The months of the detection table: made ahead, and asked for before reads are stored."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from workbench.storage.detection_tables import detection_month

_AHEAD = timedelta(days=93)
_ENSURE = text("SELECT ensure_detection_months(:first, :last)")


def ensure_months(connection: Connection, first: datetime, last: datetime) -> int:
    """Make the monthly partitions that reads between two instants need.

    Parameters
    ----------
    connection
        Of the service role or the owner, in a transaction.
    first, last
        Aware; both belong to the span.

    Returns
    -------
    int
        How many were made.
    """
    return int(connection.execute(_ENSURE, {"first": first, "last": last}).scalar_one())


def ensure_still(connection: Connection, months: Collection[datetime]) -> None:
    """Make again those of some months that a purge has dropped since they were made.

    Parameters
    ----------
    connection
        In a transaction that no purge runs beside.
    months
        The first instants of months.
    """
    c = detection_month.c
    there = {(row.year, row.month) for row in connection.execute(select(c.year, c.month))}
    for month in months:
        if (month.year, month.month) not in there:
            ensure_months(connection, month, month)


def make_ahead(connection: Connection, now: datetime) -> int:
    """Make this month's partition and the next three, so that no read waits for one.

    Parameters
    ----------
    connection
        As for `ensure_months`.
    now
        The present instant.

    Returns
    -------
    int
        How many were made.
    """
    return ensure_months(connection, now, now + _AHEAD)

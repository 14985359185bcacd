"""Writing down what standing holds hold, where anything is missing: a purge begins with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from workbench.detections.holding import hold_reads
from workbench.retention.holds.hold import standing_holds


def hold_fitting_reads(connection: Connection, at: datetime) -> int:
    """Hold every stored read that fits a standing hold and is not held by it; return how many.

    Reads are held as they come and as holds are placed, so usually nothing is missing. Something
    is after a backup was restored that holds fewer of them than the holds say, and after rows
    came by another way than by being taken in.

    Whoever then deletes reads has called `workbench.detections.storing.wait_for_storing` in the
    same transaction: until it ends nobody stores reads and nobody places a hold.

    Parameters
    ----------
    connection
        Of a role that may add to what is held, in a transaction.
    at
        The present instant.
    """
    return sum(
        hold_reads(connection, hold.id, hold.meant, at)
        for hold in standing_holds(connection, at)
        if hold.meant
    )

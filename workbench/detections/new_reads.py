"""Reads that were just stored, as those see them who watch what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import pyarrow as pa
from sqlalchemy import Connection, text

from workbench.errors import DatabaseError

WATCHED = (
    "seen_at",
    "camera_id",
    "plate",
    "plate_normal",
    "pseudonym",
    "region",
    "confidence",
    "candidates",
    "engine",
    "engine_version",
    "event_key",
)
"""Columns that whoever watches gets; as in the detection table, candidates as Arrow has them."""

_IDS = text(
    "SELECT id, event_key, seen_at"
    " FROM unnest(CAST(:keys AS uuid[]), CAST(:at AS timestamptz[])) AS asked (event_key, seen_at)"
    " JOIN detection USING (event_key, seen_at)"
)


@dataclass(frozen=True, slots=True)
class NewReads:
    """Rows of one portion that were not known before; they are stored, not yet committed.

    Attributes
    ----------
    reads
        Columns `WATCHED`.
    """

    reads: pa.Table

    def ids(self, connection: Connection, rows: Sequence[int]) -> list[int]:
        """Return the detections' numbers of some rows, in their order.

        Parameters
        ----------
        connection
            In the transaction that stores them.
        rows
            Places in `reads`.

        Raises
        ------
        DatabaseError
            If one of them is not stored.
        """
        some = self.reads.select(["event_key", "seen_at"]).take(pa.array(rows, pa.int64()))
        keys, at = [UUID(key) for key in some["event_key"].to_pylist()], some["seen_at"].to_pylist()
        found = connection.execute(_IDS, {"keys": keys, "at": at})
        known = {(row.event_key, row.seen_at): int(row.id) for row in found}
        try:
            return [known[each] for each in zip(keys, at, strict=True)]
        except KeyError as error:
            raise DatabaseError(
                "A read that was just stored is not there", given=error.args[0]
            ) from None


class Watcher(Protocol):
    """Somebody who is told of every new read in the transaction that stores it.

    What it raises undoes the whole portion, so that no read is stored without having been seen.
    """

    def stored(self, connection: Connection, new: NewReads, *, delivery_id: int) -> None:
        """Look at new reads; called last in their transaction, and never for known ones."""

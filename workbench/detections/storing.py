"""The transactions of a delivery: begun, stored portion by portion, completed or refused.

Each portion is one transaction that holds its rows, its refused records, the delivery's progress
and its counts. A crash therefore loses nothing and doubles nothing: the next try goes on behind
the last portion that was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
from psycopg.errors import DeadlockDetected, DuplicateTable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from workbench.detections import deliveries
from workbench.detections.batches import Prepared, ahead
from workbench.detections.cameras import known_cameras
from workbench.detections.copying import Copied, copy_rows
from workbench.detections.deliveries import Begun, Counts
from workbench.detections.derived import Cells, Doubts
from workbench.detections.new_reads import NewReads, Watcher
from workbench.detections.partitions import ensure_months, ensure_still
from workbench.detections.rows_in import RowMaker
from workbench.domain.clock import Clock
from workbench.errors import DeliveryError, WorkbenchError
from workbench.policy import Policy
from workbench.storage.picture_rows import keep_picture
from workbench.storage.pictures import PictureStore

Report = Callable[[Counts], None]
"""Gets what was done so far, after every portion."""

_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(426, 5)")
_ALONE = text("SELECT pg_advisory_xact_lock(426, 5)")


class Storing:
    """Stores what was understood and what was not.

    Parameters
    ----------
    engine
        Connects as the service role.
    pictures
        Where payloads' pictures are kept.
    policy, clock
        What is doubtful, how many refused records are too many, and when.
    watchers
        Told of every new read in the transaction that stores it.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        pictures: PictureStore,
        policy: Policy,
        clock: Clock,
        watchers: Sequence[Watcher] = (),
    ) -> None:
        self._engine = engine
        self._pictures = pictures
        self._clock = clock
        self._watchers = tuple(watchers)
        self._most_refused = policy.ingest.max_quarantined.value
        self._cells = Cells()
        self._doubts = Doubts(
            uncertain_below=policy.recognition.uncertain_below.value,
            area=policy.department.area.value,
        )

    def begin(self, values: dict[str, Any]) -> Begun:
        """Return a delivery with its row, new or from an earlier try."""
        with self._engine.begin() as connection:
            return deliveries.begin(connection, values)

    def is_complete(self, sha256: str, setting: str) -> bool:
        """Return whether a delivery of that content and setting was taken in before."""
        with self._engine.connect() as connection:
            return deliveries.is_complete(connection, sha256, setting)

    def complete(self, sha256s: Sequence[str], setting: str) -> list[tuple[str, Begun]]:
        """Return those of many contents that were taken in before, each with its name."""
        with self._engine.connect() as connection:
            return deliveries.complete(connection, sha256s, setting)

    def maker(self) -> RowMaker:
        """Return what makes rows, with the cameras known now."""
        with self._engine.connect() as connection:
            return RowMaker(known_cameras(connection), self._doubts, self._cells)

    def put(
        self,
        begun: Begun,
        parts: Iterator[Prepared],
        report: Report | None,
        *,
        one_ahead: bool = True,
    ) -> Begun:
        """Store portions, each in a transaction, and complete the delivery.

        Parameters
        ----------
        one_ahead
            Whether to prepare the next portion while one is stored; no gain where preparing takes
            minutes, and whoever interrupts it would have to wait for that.

        Raises
        ------
        DeliveryError
            If more records are refused than the policy lets one file have.
        DeliveryBusyError
            If somebody else is storing the same delivery.
        """
        for part in ahead(parts) if one_ahead else parts:
            begun = self._put_one(begun, part)
            if report:
                report(begun.counts)
            if begun.counts.quarantined > self._most_refused:
                raise self._too_many(begun)
        with self._engine.begin() as connection:
            at = self._clock()
            return deliveries.advance(
                connection, begun, Counts(), records=begun.records, complete_at=at
            )

    def refuse(self, begun: Begun, error: WorkbenchError) -> Begun:
        """Put all of a delivery into quarantine."""
        with self._engine.begin() as connection:
            return deliveries.refuse(connection, begun, error, self._clock())

    def resolve(self, sha256: str, by: str | None) -> None:
        """Release from quarantine what now could be read."""
        with self._engine.begin() as connection:
            deliveries.resolve_whole(connection, sha256, by, self._clock())

    def store_rows(
        self, connection: Connection, part: Prepared, *, alone: bool
    ) -> tuple[Counts, Copied]:
        """Store the rows and pictures of a portion in the caller's transaction.

        `tell` comes after it, last in the same transaction.

        Parameters
        ----------
        alone
            Whether to wait until nobody else stores rows, and let nobody else until the end.
        """
        connection.execute(_ALONE if alone else _TOGETHER)
        ensure_still(connection, part.rows.months)
        at = self._clock()
        for content in part.pictures.values():
            keep_picture(self._pictures, connection, content, at)
        tell = bool(self._watchers)
        copied = copy_rows(connection, part.rows.content, part.rows.count, tell=tell)
        counts = Counts(
            reads=part.rows.count,
            stored=copied.new,
            duplicate=part.rows.count - copied.new,
            quarantined=len(part.rejected),
        )
        return counts, copied

    def tell(
        self, connection: Connection, part: Prepared, copied: Copied, *, delivery_id: int
    ) -> None:
        """Tell whoever watches of what is new; last, because they may write to the audit log."""
        if self._watchers and copied.new:
            new = NewReads(_only(part.rows.reads, copied))
            for watcher in self._watchers:
                watcher.stored(connection, new, delivery_id=delivery_id)

    def make_months(self, part: Prepared) -> None:
        """Make partitions in a transaction of their own, for making one locks out every search."""
        for month in part.rows.months:
            try:
                self._make_month(month)
            except ProgrammingError as error:
                if not isinstance(error.orig, DuplicateTable):
                    raise
                # Somebody else made it meanwhile, and the server had not noticed; now it has.
                self._make_month(month)

    def _make_month(self, month: datetime) -> None:
        with self._engine.begin() as connection:
            ensure_months(connection, month, month)

    def _put_one(self, begun: Begun, part: Prepared) -> Begun:
        self.make_months(part)
        try:
            return self._commit(begun, part, alone=False)
        except DeadlockDetected:
            # Another delivery brought the same events in another order, and each waited for what
            # the other had stored. The other goes on; this one comes after it.
            return self._commit(begun, part, alone=True)

    def _commit(self, begun: Begun, part: Prepared, *, alone: bool) -> Begun:
        with self._engine.begin() as connection:
            counts, copied = self.store_rows(connection, part, alone=alone)
            deliveries.set_aside(connection, begun.id, part.rejected, self._clock())
            done = deliveries.advance(
                connection, begun, counts, records=part.records, progress=part.progress
            )
            self.tell(connection, part, copied, delivery_id=begun.id)
            return done

    def _too_many(self, begun: Begun) -> DeliveryError:
        return DeliveryError(
            "Too many of its records are refused",
            given=begun.counts.quarantined,
            allowed=f"at most {self._most_refused} (ingest.max_quarantined of the policy)",
            next_step="see the first of them with `workbench ingest quarantine list`: "
            "the file may be of another format or template",
        )


def wait_for_storing(connection: Connection) -> None:
    """Wait until nobody stores rows; until this transaction ends, nobody begins to."""
    connection.execute(_ALONE)


def _only(reads: pa.Table, copied: Copied) -> pa.Table:
    """Return the rows that are new, each event once."""
    if copied.events is None:
        return reads
    keys = map(UUID, reads["event_key"].to_pylist())
    events = zip(keys, reads["seen_at"].to_pylist(), strict=True)
    first: dict[tuple[UUID, datetime], int] = {}
    for row, event in enumerate(events):
        if event in copied.events:
            first.setdefault(event, row)
    return reads.take(pa.array(list(first.values()), pa.int64()))

"""Kept reads in chunks, for work that looks at every one and shows none of them to anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Engine, literal, select, tuple_

from workbench.detections.columns import READ_SCHEMA
from workbench.detections.new_reads import WATCHED
from workbench.detections.storing import wait_for_storing
from workbench.storage.detection_tables import detection

_COLUMNS = tuple(name for name in WATCHED if name != "event_key")
_CANDIDATES = READ_SCHEMA.field("candidates").type


@dataclass(frozen=True, slots=True)
class KeptChunk:
    """Some kept reads, in the order in which they were seen.

    Attributes
    ----------
    reads
        The columns that watchers of new reads get, without the event.
    """

    reads: pa.Table
    numbers: tuple[int, ...]

    def ids(self, connection: Connection, rows: Sequence[int]) -> list[int]:
        """Return the detections' numbers of some rows, in their order."""
        del connection
        return [self.numbers[row] for row in rows]


class KeptReads:
    """Reads that are kept.

    Parameters
    ----------
    engine
        Connects as the service role.
    chunk_rows
        How many reads are in memory at once.
    """

    def __init__(self, engine: Engine, *, chunk_rows: int = 20_000) -> None:
        self._engine = engine
        self._chunk_rows = chunk_rows

    def settle(self) -> None:
        """Wait until every portion that is being stored now is stored, or undone.

        Whoever changed something that new reads are compared with can be sure afterwards: a read
        was stored knowing of the change, or `between` gives it.
        """
        with self._engine.begin() as connection:
            wait_for_storing(connection)

    def between(self, begin: datetime, end: datetime) -> Iterator[KeptChunk]:
        """Give the reads seen from one instant to before another, the earliest first."""
        d = detection.c
        columns = [d[name] for name in _COLUMNS]
        order = tuple_(d.seen_at, d.id)
        after: tuple[datetime, int] = (begin, 0)
        while True:
            wanted = (
                select(d.id, *columns)
                .where(d.seen_at >= after[0], d.seen_at < end)
                .where(order > tuple_(*map(literal, after)))
                .order_by(d.seen_at, d.id)
                .limit(self._chunk_rows)
            )
            with self._engine.connect() as connection:
                rows = connection.execute(wanted).all()
            if not rows:
                return
            numbers, *values = zip(*rows, strict=True)
            yield KeptChunk(_table(values), numbers)
            after = (rows[-1].seen_at, rows[-1].id)


def reads_where(connection: Connection, *conditions: ColumnElement[bool]) -> pa.Table:
    """Return the kept reads that fit, with the columns of `KeptChunk`, in no order."""
    d = detection.c
    rows = connection.execute(select(*(d[name] for name in _COLUMNS)).where(*conditions)).all()
    return _table(list(zip(*rows, strict=True)) or [()] * len(_COLUMNS))


def _table(values: Sequence[Sequence[Any]]) -> pa.Table:
    columns = dict(zip(_COLUMNS, values, strict=True))
    columns["candidates"] = [
        [{"text": text, "confidence": said} for text, said in each] if each else None
        for each in columns["candidates"]
    ]
    kinds = {field.name: field.type for field in READ_SCHEMA} | {"plate_normal": pa.string()}
    return pa.table({name: pa.array(each, kinds[name]) for name, each in columns.items()})

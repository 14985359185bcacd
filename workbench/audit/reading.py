"""Streams rows out of the log in the order of the chain, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from workbench.audit import statements
from workbench.audit.canonical import Row, time_text
from workbench.audit.kinds import EventKind
from workbench.errors import AuditError

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records; the default is all of them.

    Attributes
    ----------
    start, end
        When they were recorded, aware; the end is not part of it. ``None`` leaves it open.
    kinds
        What happened; none means every kind.
    """

    start: datetime | None = None
    end: datetime | None = None
    kinds: frozenset[EventKind] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.start or self.end or self.kinds)

    def values(self) -> dict[str, Any]:
        """Return the values bound in `statements.SELECTED`."""
        return {
            "start": self.start,
            "end": self.end,
            "kinds": sorted(self.kinds) or None,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the selection as it is logged and as an export says it of itself."""
        return {
            "start": time_text(self.start) if self.start else None,
            "end": time_text(self.end) if self.end else None,
            "kinds": sorted(kind.value for kind in self.kinds),
        }


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows to come and what is known of them beforehand.

    Attributes
    ----------
    records
        How many rows will come.
    first_seq, last_seq
        Of them; 0 when there are none.
    rows
        In the order of the chain; to be read once, inside the context.
    """

    records: int
    first_seq: int
    last_seq: int
    rows: Iterator[Row]

    @property
    def contiguous(self) -> bool:
        """Whether no record between the first and the last is left out."""
        return self.records == 0 or self.last_seq - self.first_seq + 1 == self.records


@contextmanager
def open_stream(engine: Engine, selection: Selection | None = None) -> Iterator[Stream]:
    """Open a stream over one unchanging state of the log.

    Parameters
    ----------
    engine
        Of any role that may read the log.
    selection
        Which records; all by default.

    Yields
    ------
    Stream

    Raises
    ------
    AuditError
        If the log cannot be read.
    """
    values = (selection or Selection()).values()
    try:
        with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
            records, first, last = connection.exec_driver_sql(statements.MEASURE, values).one()
            raw: Any = connection.connection.driver_connection
            with raw.cursor(name="audit_stream", row_factory=dict_row) as cursor:
                cursor.itersize = _ROWS_AT_ONCE
                cursor.execute(statements.SELECT, values)
                yield Stream(records, first, last, iter(cursor))
    except (SQLAlchemyError, psycopg.Error) as error:
        raise AuditError(
            "The audit log cannot be read",
            given=f"{type(error).__name__}: {error}",
            next_step="see that the database runs and is migrated",
        ) from error

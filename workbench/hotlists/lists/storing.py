"""Entries into their table by COPY, and how many of them another load does not have."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from workbench.errors import DatabaseError
from workbench.hotlists.lists.reading import Row

_COLUMNS = (
    "load_id, line, plate, pattern, wildcard, region, category, effective_at, expires_at, details"
)
_COPY = f"COPY hot_list_entry ({_COLUMNS}) FROM STDIN (FORMAT csv)"
_ROWS_AT_ONCE = 5_000
_COMMON = text(
    "SELECT count(*) FROM ("
    " SELECT pattern, region, category FROM hot_list_entry WHERE load_id = :new"
    " INTERSECT SELECT pattern, region, category FROM hot_list_entry WHERE load_id = :old) AS same"
)


def copy_entries(connection: Connection, load_id: int, rows: Iterable[Row]) -> None:
    """Store the entries of a load; no more than a block of them is held at once.

    Parameters
    ----------
    connection
        Of the service role, in a transaction; it cannot go on after an error, except from a
        savepoint.
    load_id
        Of the load's row, which has to be there.
    rows
        Good rows, each once.

    Raises
    ------
    DatabaseError
        If the database does not take them; says nothing of their text.
    """
    cells = ((load_id, *row) for row in rows)
    try:
        with driver(connection).cursor() as cursor, cursor.copy(_COPY) as copy:
            while content := _block(cells):
                copy.write(content)
    except psycopg.Error as error:
        # The driver's message shows the line at which it stopped, with what stands in it.
        raise DatabaseError(
            "The entries of the list could not be stored", given=type(error).__name__
        ) from None


def common_entries(connection: Connection, new: int, old: int) -> int:
    """Return how many entries two loads have in common: the same plate, state and category."""
    connection.execute(text("SET LOCAL work_mem = '64MB'"))
    return int(connection.execute(_COMMON, {"new": new, "old": old}).scalar_one())


def driver(connection: Connection) -> psycopg.Connection[Any]:
    """Return psycopg's own connection below SQLAlchemy's.

    Raises
    ------
    DatabaseError
        If another driver is below.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise DatabaseError("Loading lists needs psycopg", given=type(raw).__name__)
    return raw


def _block(cells: Iterator[tuple[object, ...]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(islice(cells, _ROWS_AT_ONCE))
    return buffer.getvalue()

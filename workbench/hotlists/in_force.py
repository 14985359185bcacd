"""What is looked for now: the entries of lists in force and hot plates, together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from sqlalchemy import Connection, text

from workbench.domain.hot_entry import HOT_PLATES, Category, HotEntry, ListKind
from workbench.hotlists.lists.storing import driver

_TIME = pa.timestamp("us", tz="UTC")
ENTRY_SCHEMA = pa.schema(
    [
        pa.field("list_code", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("plate", pa.string(), nullable=False),
        pa.field("pattern", pa.string(), nullable=False),
        pa.field("wildcard", pa.bool_(), nullable=False),
        pa.field("region", pa.string()),
        pa.field("category", pa.string(), nullable=False),
        pa.field("effective_at", _TIME),
        pa.field("expires_at", _TIME),
        pa.field("load_id", pa.int64()),
        pa.field("line", pa.int32()),
        pa.field("hot_plate_id", pa.int64()),
    ]
)
"""Columns of `entries_table`: those of `HotEntry`, by the same names."""

_USED = (
    "h.enabled AND (h.kind <> 'special' OR EXISTS (SELECT 1 FROM special_list_approval a"
    " WHERE a.list_code = h.code AND a.agency IS NULL AND a.ended_at IS NULL))"
)
_LISTS = f"""
SELECT h.code AS list_code, h.kind, e.plate, e.pattern, e.wildcard, e.region, e.category,
  e.effective_at, e.expires_at, e.load_id, e.line, NULL::bigint AS hot_plate_id
FROM hot_list h
JOIN hot_list_load l ON l.list_code = h.code AND l.state = 'in_force'
JOIN hot_list_entry e ON e.load_id = l.id
WHERE {_USED} AND (e.expires_at IS NULL OR e.expires_at > %(at)s)
  AND (%(later)s OR e.effective_at IS NULL OR e.effective_at <= %(at)s)
"""  # noqa: S608 - constant names
_PLATES = f"""
SELECT '{HOT_PLATES}', '{ListKind.HOT_PLATE}', plate, pattern, wildcard, region,
  '{Category.HOT_PLATE}', NULL::timestamptz, expires_at, NULL::bigint, NULL::integer, id
FROM hot_plate
WHERE ended_at IS NULL AND expires_at > %(at)s
"""  # noqa: S608 - constant names
_ENTRIES = f"{_LISTS} UNION ALL {_PLATES}"
_COPY = f"""
COPY (SELECT list_code, kind, plate, pattern, wildcard, region, category,
  (extract(epoch FROM effective_at) * 1000000)::bigint,
  (extract(epoch FROM expires_at) * 1000000)::bigint,
  load_id, line, hot_plate_id
FROM ({_ENTRIES}) AS entries) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - constant names
_LOADS = text(
    f"""
SELECT l.id FROM hot_list_load l JOIN hot_list h ON h.code = l.list_code
WHERE {_USED} AND l.state = 'in_force' ORDER BY l.id
"""  # noqa: S608 - constant names
)
_STANDING = text(
    "SELECT id, expires_at FROM hot_plate WHERE ended_at IS NULL AND expires_at > :at ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class InForceVersion:
    """What tells whether entries changed: equal versions mean equal entries.

    Attributes
    ----------
    loads
        Numbers of the loads in force of lists that are switched on, and approved if special.
    hot_plates
        Number and end of each hot plate that has not ended.
    """

    loads: tuple[int, ...]
    hot_plates: tuple[tuple[int, datetime], ...]


def version_in_force(connection: Connection, at: datetime) -> InForceVersion:
    """Return the version of what is in force; two small queries, no clock is compared.

    An entry of a list that only begins or ends by its own dates changes no version: ask
    `HotEntry.in_force_at`, or load again with the next day.
    """
    loads = connection.execute(_LOADS).scalars()
    plates = connection.execute(_STANDING, {"at": at})
    return InForceVersion(tuple(loads), tuple((row.id, row.expires_at) for row in plates))


def entries_in_force(
    connection: Connection, at: datetime, *, also_later: bool = False
) -> Iterator[HotEntry]:
    """Give every entry that counts at an instant, of lists in force and hot plates.

    Parameters
    ----------
    connection
        Of the service or reader role; read row by row, so that memory stays bounded.
    at
        The instant.
    also_later
        Whether entries count that begin only later, for those who keep what they read and ask
        each entry again.

    Yields
    ------
    HotEntry
        In no order.
    """
    with driver(connection).cursor() as cursor:
        for row in cursor.stream(_ENTRIES, _values(at, also_later=also_later)):
            yield _entry(row)


def entries_table(connection: Connection, at: datetime, *, also_later: bool = False) -> pa.Table:
    """Return the same entries as an Arrow table with `ENTRY_SCHEMA`.

    It takes and gives what `entries_in_force` does, at about a tenth of its time.
    """
    buffer = BytesIO()
    with (
        driver(connection).cursor() as cursor,
        cursor.copy(_COPY, _values(at, also_later=also_later)) as copy,
    ):
        for piece in copy:
            buffer.write(piece)
    if not buffer.tell():
        return ENTRY_SCHEMA.empty_table()
    buffer.seek(0)
    read = pa_csv.read_csv(
        buffer,
        pa_csv.ReadOptions(column_names=ENTRY_SCHEMA.names, use_threads=False),
        convert_options=pa_csv.ConvertOptions(
            # Microseconds since 1970, which Arrow takes as the time that they are.
            column_types={
                field.name: pa.int64() if field.type == _TIME else field.type
                for field in ENTRY_SCHEMA
            },
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    return read.cast(ENTRY_SCHEMA)


def _values(at: datetime, *, also_later: bool) -> dict[str, Any]:
    return {"at": at, "later": also_later}


def _entry(row: tuple[Any, ...]) -> HotEntry:
    code, kind, plate, pattern, wildcard, region, category, effective, expires, *numbers = row
    load_id, line, hot_plate_id = numbers
    return HotEntry(
        list_code=code,
        kind=ListKind(kind),
        plate=plate,
        pattern=pattern,
        wildcard=wildcard,
        region=region,
        category=Category(category),
        effective_at=effective,
        expires_at=expires,
        load_id=load_id,
        line=line,
        hot_plate_id=hot_plate_id,
    )

"""Rows into the detection table by COPY; a batch of new rows costs little more than the COPY."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from psycopg.errors import UniqueViolation
from sqlalchemy import Connection

from workbench.errors import DatabaseError

COPY_COLUMNS = (
    "seen_at",
    "received_at",
    "camera_id",
    "plate",
    "plate_normal",
    "pseudonym",
    "region",
    "confidence",
    "candidates",
    "lon",
    "lat",
    "cell",
    "heading_deg",
    "direction",
    "vehicle",
    "plate_box",
    "engine",
    "engine_version",
    "source",
    "source_event",
    "delivery_id",
    "record",
    "event_key",
    "flags",
    "plate_picture",
    "vehicle_picture",
    "first_seen_at",
    "last_seen_at",
    "frames",
)
"""Columns of the detection table in the order in which they are copied."""

_NAMES = ", ".join(COPY_COLUMNS)
_COPY = f"COPY detection ({_NAMES}) FROM STDIN (FORMAT csv)"
_STAGE = f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {_NAMES} FROM detection LIMIT 0"  # noqa: S608 - constant names
_COPY_STAGED = "COPY incoming FROM STDIN (FORMAT csv)"
_MOVE = f"INSERT INTO detection ({_NAMES}) SELECT {_NAMES} FROM incoming ON CONFLICT DO NOTHING"  # noqa: S608 - constant names


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of rows.

    Attributes
    ----------
    new
        How many were not known before.
    events
        Which those are, by event and sighting; ``None`` where all are new, or nobody asked.
    """

    new: int
    events: frozenset[tuple[UUID, datetime]] | None = None


def csv_of(rows: pa.Table) -> bytes:
    """Return rows as the CSV that `copy_rows` takes: text in quotes, nothing where empty."""
    sink = BytesIO()
    pa_csv.write_csv(rows, sink, pa_csv.WriteOptions(include_header=False))
    return sink.getvalue()


def copy_rows(connection: Connection, content: bytes, count: int, *, tell: bool = False) -> Copied:
    """Store rows and return how many were new; known events change nothing.

    Parameters
    ----------
    connection
        Of the service role, in a transaction; the months' partitions must be there.
    content
        CSV with `COPY_COLUMNS`.
    count
        How many rows that is.
    tell
        Whether to say which ones were new where only some were.
    """
    if count == 0:
        return Copied(0)
    raw = driver(connection)
    try:
        with connection.begin_nested():
            _copy(raw, _COPY, content)
    except UniqueViolation:
        with connection.begin_nested(), raw.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS incoming")
            cursor.execute(_STAGE)
            _copy(raw, _COPY_STAGED, content)
            if not tell:
                return Copied(cursor.execute(_MOVE).rowcount)
            moved = cursor.execute(f"{_MOVE} RETURNING event_key, seen_at").fetchall()
            return Copied(len(moved), frozenset(moved))
    return Copied(count)


def driver(connection: Connection) -> psycopg.Connection[Any]:
    """Return psycopg's own connection below SQLAlchemy's.

    Raises
    ------
    DatabaseError
        If another driver is below.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise DatabaseError("Taking in reads needs psycopg", given=type(raw).__name__)
    return raw


def _copy(raw: psycopg.Connection[Any], statement: str, content: bytes) -> None:
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(content)


def json_of_candidates(candidates: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return candidates as JSON: ``[[text, confidence], ...]``.

    Examples
    --------
    >>> pair = [{"text": "7ABC123", "confidence": 0.5}]
    >>> json_of_candidates(pa.chunked_array([[pair, None]])).to_pylist()
    ['[["7ABC123",0.5]]', None]
    """
    one = candidates.combine_chunks()
    flat = pc.list_flatten(one)
    confidence = pc.cast(pc.struct_field(flat, "confidence"), pa.string())
    pairs = pc.binary_join_element_wise(
        "[",
        json_texts(pc.struct_field(flat, "text")),
        ",",
        pc.fill_null(confidence, "null"),
        "]",
        "",
    )
    counts = pc.fill_null(pc.list_value_length(one), 0)
    ends = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(counts)])
    joined = pc.binary_join(pa.ListArray.from_arrays(ends, pairs), ",")
    whole = pc.binary_join_element_wise("[", joined, "]", "")
    return pc.if_else(pc.is_valid(one), whole, None)


def json_of_vehicles(vehicles: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return vehicles as JSON objects of what is known; ``None`` where nothing is."""
    one = vehicles.combine_chunks()
    parts = []
    for field in one.type:
        value = pc.struct_field(one, field.name)
        text = pc.cast(value, pa.string()) if field.name == "year" else json_texts(value)
        part = pc.binary_join_element_wise(f',"{field.name}":', text, "")
        parts.append(pc.fill_null(part, ""))
    joined = pc.binary_join_element_wise(*parts, "")
    whole = pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(joined, 1), "}", "")
    return pc.if_else(pc.not_equal(joined, ""), whole, None)


def json_texts(texts: pa.Array) -> pa.Array:
    """Return texts as JSON strings.

    Examples
    --------
    >>> json_texts(pa.array(["7ABC123", None])).to_pylist()
    ['"7ABC123"', None]
    """
    special = pc.match_substring_regex(texts, r'["\\\x00-\x1f]')
    if pc.any(special).as_py():
        texts = pc.replace_substring(texts, "\\", "\\\\")
        texts = pc.replace_substring(texts, '"', '\\"')
        for code in range(0x20):
            texts = pc.replace_substring(texts, chr(code), f"\\u{code:04x}")
    return pc.binary_join_element_wise('"', texts, '"', "")


def boxes_of(boxes: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return boxes as PostgreSQL writes a list of numbers."""
    joined = pc.binary_join(pc.cast(boxes, pa.list_(pa.string())), ",")
    return pc.binary_join_element_wise("{", joined, "}", "")


def bytes_of(hashes: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return hexadecimal hashes as PostgreSQL writes bytes."""
    return pc.binary_join_element_wise("\\x", hashes, "")

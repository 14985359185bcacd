"""Rows of the detection table as Arrow, in the columns that every frame has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SmallInteger,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from workbench.analysis.frames import DETECTION_SCHEMA
from workbench.storage.detection_tables import detection

_d = detection.c


def _hex(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.encode(column, "hex")


def _said(part: str) -> ColumnElement[str]:
    said: ColumnElement[str] = _d.vehicle[part].astext
    return said


_EXPRESSIONS: dict[str, ColumnElement[Any]] = {
    "detection_id": _d.id,
    "make": _said("make"),
    "model": _said("model"),
    "color": _said("color"),
    "body_type": _said("body_type"),
    "year": cast(_said("year"), SmallInteger),
    "plate_picture": _hex(_d.plate_picture),
    "vehicle_picture": _hex(_d.vehicle_picture),
    # Arrow takes the driver's aware values as they are, without our column type's conversion.
    "seen_at": type_coerce(_d.seen_at, TIMESTAMP(timezone=True)),
    "received_at": type_coerce(_d.received_at, TIMESTAMP(timezone=True)),
    "first_seen_at": type_coerce(_d.first_seen_at, TIMESTAMP(timezone=True)),
    "last_seen_at": type_coerce(_d.last_seen_at, TIMESTAMP(timezone=True)),
}

ROWS: Select[Any] = select(
    *(
        (_EXPRESSIONS[name] if name in _EXPRESSIONS else _d[name]).label(name)
        for name in DETECTION_SCHEMA.names
    )
)
"""A SELECT of every column of `DETECTION_SCHEMA`, in its order."""

NEWEST_FIRST = (_d.seen_at.desc(), _d.id.desc())
OLDEST_FIRST = (_d.seen_at, _d.id)


def fetch(connection: Connection, statement: Select[Any], limit: int) -> tuple[pa.Table, bool]:
    """Return up to a limit of rows and whether there were more.

    Parameters
    ----------
    connection
        Of the reader role.
    statement
        Built on `ROWS`.
    limit
        Most rows returned; one more is looked for.

    Returns
    -------
    pyarrow.Table
        With `DETECTION_SCHEMA`.
    bool
        Whether rows were left out.
    """
    rows = connection.execute(statement.limit(limit + 1)).all()
    return arrow_rows(rows[:limit]), len(rows) > limit


def arrow_rows(rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Return rows of `ROWS` as an Arrow table with `DETECTION_SCHEMA`."""
    if not rows:
        return DETECTION_SCHEMA.empty_table()
    columns = [list(column) for column in zip(*rows, strict=True)]
    at = DETECTION_SCHEMA.get_field_index("candidates")
    columns[at] = [_candidates(value) for value in columns[at]]
    arrays = [
        pa.array(column, type=field.type)
        for column, field in zip(columns, DETECTION_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=DETECTION_SCHEMA)


def _candidates(stored: list[list[Any]] | None) -> list[dict[str, Any]] | None:
    if stored is None:
        return None
    return [{"text": text, "confidence": confidence} for text, confidence in stored]

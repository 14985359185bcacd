"""Normalised reads as Arrow columns: the form in which every source's reads are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.detections.formats.base import Limits, Taken
from workbench.detections.formats.checks import MAX_TEXT_CHARACTERS
from workbench.domain.plate import MAX_PSEUDONYM_CHARACTERS
from workbench.domain.read import Read, Vehicle
from workbench.errors import DeliveryError

_UTC_TIME = pa.timestamp("us", tz="UTC")
_CANDIDATE = pa.struct([("text", pa.string()), ("confidence", pa.float32())])
_VEHICLE = pa.struct(
    [
        ("make", pa.string()),
        ("model", pa.string()),
        ("color", pa.string()),
        ("body_type", pa.string()),
        ("year", pa.int16()),
    ]
)

READ_SCHEMA = pa.schema(
    [
        pa.field("seen_at", _UTC_TIME, nullable=False),
        pa.field("received_at", _UTC_TIME),
        pa.field("camera_id", pa.string(), nullable=False),
        pa.field("plate", pa.string(), nullable=False),
        pa.field("pseudonym", pa.bool_()),
        pa.field("region", pa.string()),
        pa.field("confidence", pa.float32()),
        pa.field("candidates", pa.list_(_CANDIDATE)),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("heading_deg", pa.float32()),
        pa.field("direction", pa.string()),
        pa.field("vehicle", _VEHICLE),
        pa.field("plate_box", pa.list_(pa.int32())),
        pa.field("engine", pa.string()),
        pa.field("engine_version", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_event", pa.string()),
        pa.field("record", pa.int32()),
        pa.field("flags", pa.list_(pa.string())),
        pa.field("plate_picture", pa.string()),
        pa.field("vehicle_picture", pa.string()),
        pa.field("first_seen_at", _UTC_TIME),
        pa.field("last_seen_at", _UTC_TIME),
        pa.field("frames", pa.int32()),
    ]
)
"""Columns of a normalised read. Pictures are SHA-256 in hexadecimal; `flags` are those that only
the format can know, the rest is worked out when the read is stored."""

PictureNames = tuple[str | None, str | None]
"""Where the pictures of the plate and of the vehicle are kept, by hash."""


def whole_columns(table: pa.Table, received_at: datetime, limits: Limits) -> pa.Table:
    """Return a table with all columns of `READ_SCHEMA`; those that it lacks are empty.

    Parameters
    ----------
    table
        At least the columns that may not be empty.
    received_at
        The present instant; put in where the table says nothing.
    limits
        How old and how far ahead a sighting may be.

    Raises
    ------
    DeliveryError
        If a column is unknown, is of another kind, is missing and may not be, or has a value out
        of range.
    """
    unknown = sorted(set(table.column_names) - set(READ_SCHEMA.names))
    if unknown:
        allowed = ", ".join(READ_SCHEMA.names)
        raise DeliveryError("Unknown columns", given=", ".join(unknown), allowed=allowed)
    columns = [_column(table, field, received_at) for field in READ_SCHEMA]
    whole = pa.Table.from_arrays(columns, schema=READ_SCHEMA)
    _check_ranges(whole, received_at, limits)
    return whole


def _check_ranges(table: pa.Table, now: datetime, limits: Limits) -> None:
    ranges: dict[str, tuple[Any, Any]] = {
        "seen_at": (now - limits.age, now + limits.future),
        "lon": (-180, 180),
        "lat": (-90, 90),
        "confidence": (0, 1),
    }
    lengths = {
        "plate": MAX_PSEUDONYM_CHARACTERS,
        "camera_id": MAX_TEXT_CHARACTERS,
        "source_event": MAX_TEXT_CHARACTERS,
    }
    found = {name: pc.min_max(table[name]).as_py() for name in ranges}
    found |= {name: pc.min_max(pc.utf8_length(table[name])).as_py() for name in lengths}
    ranges |= {name: (0, length) for name, length in lengths.items()}
    for name, (low, high) in ranges.items():
        least, most = found[name]["min"], found[name]["max"]
        if least is not None and not low <= least <= most <= high:
            raise DeliveryError(
                "The column has values out of range",
                given=f"{least} to {most}",
                allowed=f"{low} to {high}",
                where={"field": name},
            )


def _column(table: pa.Table, field: pa.Field, received_at: datetime) -> pa.ChunkedArray | pa.Array:
    if field.name in table.column_names:
        column = table[field.name]
        try:
            cast = column.cast(field.type)
        except pa.ArrowInvalid as error:
            cast, given = None, str(error)
        else:
            given = f"{cast.null_count} of {len(cast)} are empty"
        if cast is not None and (field.nullable or not cast.null_count):
            return cast
        raise DeliveryError(
            "The column cannot be taken",
            given=given,
            allowed=f"{field.type}{'' if field.nullable else ', never empty'}",
            where={"field": field.name},
        )
    if not field.nullable:
        raise DeliveryError("A column is missing", given=field.name, allowed=str(field.type))
    if field.name == "received_at":
        return pa.repeat(pa.scalar(received_at, field.type), table.num_rows)
    return pa.nulls(table.num_rows, field.type)


def columns_of(
    taken: Sequence[Taken], pictures: Iterable[PictureNames], received_at: datetime
) -> pa.Table:
    """Return reads as columns.

    Parameters
    ----------
    pictures
        For each read, the names under which its pictures are kept.
    """
    rows = [_row(item, names, received_at) for item, names in zip(taken, pictures, strict=True)]
    columns = list(zip(*rows, strict=True)) or [()] * len(READ_SCHEMA)
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, READ_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=READ_SCHEMA)


def _row(item: Taken, pictures: PictureNames, received_at: datetime) -> tuple[Any, ...]:
    read = item.read
    position, box, passage = read.position, read.plate_box, read.passage
    return (
        read.seen_at,
        received_at,
        read.camera,
        read.plate,
        read.pseudonym,
        read.region,
        read.confidence,
        _candidates(read),
        position.lon if position else None,
        position.lat if position else None,
        read.heading_deg,
        read.direction,
        _vehicle(read.vehicle),
        (box.x, box.y, box.width, box.height) if box else None,
        read.engine,
        read.engine_version,
        read.source,
        read.source_event,
        item.record,
        sorted(item.flags),
        *pictures,
        passage.first_seen_at if passage else None,
        passage.last_seen_at if passage else None,
        passage.frames if passage else None,
    )


def _candidates(read: Read) -> list[dict[str, Any]] | None:
    return [candidate._asdict() for candidate in read.candidates] or None


def _vehicle(vehicle: Vehicle) -> dict[str, Any] | None:
    parts = {
        "make": vehicle.make,
        "model": vehicle.model,
        "color": vehicle.color,
        "body_type": vehicle.body_type,
        "year": vehicle.year,
    }
    return parts if any(part is not None for part in parts.values()) else None

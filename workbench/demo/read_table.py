"""Reads as Arrow tables, in the columns that normalised reads are taken in with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.demo.misreads import MOST_CANDIDATES, Readings
from workbench.demo.plates import REGIONS
from workbench.demo.vehicles import COLORS, MODELS, Vehicles

SOURCE, ENGINE, ENGINE_VERSION = "demo", "demo-reader", "1"
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
        ("seen_at", _UTC_TIME),
        ("received_at", _UTC_TIME),
        ("camera_id", pa.string()),
        ("plate", pa.string()),
        ("region", pa.string()),
        ("confidence", pa.float32()),
        ("candidates", pa.list_(_CANDIDATE)),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("heading_deg", pa.float32()),
        ("direction", pa.string()),
        ("vehicle", _VEHICLE),
        ("plate_box", pa.list_(pa.int32())),
        ("engine", pa.string()),
        ("engine_version", pa.string()),
        ("source", pa.string()),
        ("source_event", pa.string()),
    ]
)
"""Columns of normalised reads; what the taking in derives from them is not here."""


def times(seconds: NDArray[np.float64]) -> pa.Array:
    """Return instants given in seconds since 1970, to the millisecond."""
    micros = np.round(seconds * 1_000.0).astype(np.int64) * 1_000
    return pa.array(micros).cast(_UTC_TIME)


def texts(characters: NDArray[np.uint8]) -> pa.Array:
    """Return rows of characters as text, without the zeros at their end."""
    used = characters > 0
    ends = np.zeros(len(characters) + 1, dtype=np.int32)
    np.cumsum(used.sum(axis=1), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(characters[used])]
    return pa.StringArray.from_buffers(len(characters), buffers[1], buffers[2])


def named(names: tuple[str, ...] | list[str], rows: NDArray[Any]) -> pa.Array:
    """Return one of a few names for each row; -1 stands for none."""
    places = pa.array(rows.astype(np.int32), mask=rows < 0)
    return pc.take(pa.array(names), places)


def candidate_lists(readings: Readings) -> pa.Array:
    """Return the candidates of each read, the reading itself first."""
    there = np.arange(MOST_CANDIDATES) < readings.candidate_count[:, None]
    ends = np.zeros(len(there) + 1, dtype=np.int32)
    np.cumsum(readings.candidate_count, out=ends[1:])
    values = pa.StructArray.from_arrays(
        [texts(readings.candidates[there]), pa.array(readings.candidate_confidence[there])],
        fields=list(_CANDIDATE),
    )
    return pa.ListArray.from_arrays(pa.array(ends), values)


def vehicle_structs(
    vehicles: Vehicles, rows: NDArray[np.int64], night: NDArray[np.bool_], rng: np.random.Generator
) -> pa.Array:
    """Return what cameras say about vehicles: parts are missing, colours are wrong at night."""
    chance = rng.random((4, len(rows)), dtype=np.float32)
    model = np.where(chance[0] < 0.92, vehicles.model[rows], -1)
    shown = np.where(chance[1] < 0.7, model, -1)
    guess = rng.integers(len(COLORS), size=len(rows))
    color = np.where(chance[2] < np.where(night, 0.25, 0.04), guess, vehicles.color[rows])
    color = np.where(chance[2] > 0.97, -1, color)
    makes, models, bodies = (list(names) for names in zip(*MODELS, strict=True))
    year = pa.array(vehicles.year[rows], mask=chance[3] > 0.3)
    arrays = [
        named(makes, model),
        named(models, shown),
        named(COLORS, color),
        named(bodies, model),
        year,
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(_VEHICLE))


def plate_boxes(rows: int, rng: np.random.Generator) -> pa.Array:
    """Return boxes of plates in pixels: x, y, width, height."""
    boxes = np.empty((rows, 4), dtype=np.int32)
    boxes[:, 0] = rng.integers(300, 1_300, size=rows)
    boxes[:, 1] = rng.integers(350, 800, size=rows)
    boxes[:, 2] = rng.integers(70, 190, size=rows)
    boxes[:, 3] = boxes[:, 2] * 0.5
    ends = pa.array(np.arange(0, 4 * rows + 1, 4, dtype=np.int32))
    return pa.ListArray.from_arrays(ends, pa.array(boxes.ravel()))


def regions(vehicles: Vehicles, rows: NDArray[np.int64], rng: np.random.Generator) -> pa.Array:
    """Return the states that cameras name; some name none."""
    said = np.where(rng.random(len(rows)) < 0.96, vehicles.regions[rows], -1)
    return named(REGIONS, said)


def events(prefix: str, rows: int) -> pa.Array:
    """Return an identifier for each read of a piece; the same piece has the same ones."""
    numbers = pc.cast(pa.array(np.arange(rows)), pa.string())
    return pc.binary_join_element_wise(pa.scalar(prefix), numbers, pa.scalar("-"))


def constant(text: str, rows: int) -> pa.Array:
    """Return the same text for every read."""
    return pa.repeat(pa.scalar(text), rows)

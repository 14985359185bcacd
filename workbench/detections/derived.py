"""What the workbench works out for a whole column of reads: normal plates, cells, keys, flags."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.detections.cells import cell_of
from workbench.domain.place import Point
from workbench.domain.plate import normal_plate
from workbench.domain.read import Flag

_CACHED_CELLS = 1 << 17
_SEPARATOR = "\x1f"
_NO_PICTURES = (
    ("plate_picture", Flag.NO_PLATE_PICTURE),
    ("vehicle_picture", Flag.NO_VEHICLE_PICTURE),
)


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """What storing a read needs to know about a camera; a position only where it stands still."""

    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Doubts:
    """What makes a read doubtful, from the policy.

    Attributes
    ----------
    uncertain_below
        Confidence below which a read is marked.
    area
        (min lon, min lat, max lon, max lat); positions outside are marked.
    """

    uncertain_below: float
    area: tuple[float, float, float, float]


def normal_plates(plates: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the normal form of every plate, as `normal_plate` does for one."""
    plain = pc.replace_substring_regex(pc.ascii_upper(plates), "[^0-9A-Z]+", "")
    ascii_only = pc.string_is_ascii(plates)
    if pc.all(ascii_only).as_py() is not False:
        return plain
    return pa.chunked_array(
        [pa.array([normal_plate(plate) for plate in plates.to_pylist()], pa.string())]
    )


class Cells:
    """H3 cells of positions; those seen before are not worked out again."""

    def __init__(self) -> None:
        self._cell = lru_cache(_CACHED_CELLS)(lambda lon, lat: cell_of(Point(lon, lat)))

    def of(self, lons: Iterable[float | None], lats: Iterable[float | None]) -> pa.Array:
        """Return a cell for every position, none where there is no position."""
        cell = self._cell
        found = [
            None if lon is None else cell(lon, lat) for lon, lat in zip(lons, lats, strict=True)
        ]
        return pa.array(found, pa.int64())


def event_keys(table: pa.Table) -> list[str]:
    """Return for every read 16 bytes in hexadecimal that the same event always has.

    The source's own identifier counts where there is one; otherwise camera, instant, plate,
    position and box do.
    """
    source = table["source"]
    box = table["plate_box"]
    seen = pc.cast(pc.cast(table["seen_at"], pa.int64()), pa.string())
    content = [
        pc.fill_null(pc.cast(part, pa.string()), "")
        for part in (table["camera_id"], seen, table["plate"], table["lon"], table["lat"])
    ]
    boxes = pc.fill_null(pc.binary_join(pc.cast(box, pa.list_(pa.string())), ","), "")
    by_content = _joined("read", source, *content, boxes)
    by_event = _joined("event", source, table["source_event"])
    texts = pc.coalesce(by_event, by_content)
    digest = hashlib.sha256
    return [digest(text.encode()).hexdigest()[:32] for text in texts.to_pylist()]


def _joined(kind: str, *parts: Any) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(pa.scalar(kind), *parts, pa.scalar(_SEPARATOR))


def with_positions(
    table: pa.Table, cameras: Mapping[str, KnownCamera]
) -> tuple[pa.Table, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return reads placed where their camera stands, if they say nothing themselves.

    Returns
    -------
    pyarrow.Table
    numpy.ndarray
        Which cameras are unknown.
    numpy.ndarray
        Which positions are the camera's.
    """
    encoded = pc.dictionary_encode(table["camera_id"]).combine_chunks()
    names, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    known = [cameras.get(name) for name in names]
    unknown = np.array([camera is None for camera in known], dtype=bool)[codes]
    standing = [camera or KnownCamera() for camera in known]
    lon = pc.take(pa.array([camera.lon for camera in standing], pa.float64()), encoded.indices)
    lat = pc.take(pa.array([camera.lat for camera in standing], pa.float64()), encoded.indices)
    missing = pc.is_null(table["lon"])
    borrowed = _truth(pc.and_(missing, pc.is_valid(lon)))
    if borrowed.any():
        for name, standing_at in (("lon", lon), ("lat", lat)):
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, pc.coalesce(table[name], standing_at))
    return table, unknown, borrowed


def flag_lists(
    table: pa.Table, *, unknown: NDArray[np.bool_], borrowed: NDArray[np.bool_], doubts: Doubts
) -> pa.Array:
    """Return the flags of every read as PostgreSQL writes a list of texts."""
    west, south, east, north = doubts.area
    lon, lat = table["lon"], table["lat"]
    outside = pc.or_(
        pc.or_(pc.less(lon, west), pc.greater(lon, east)),
        pc.or_(pc.less(lat, south), pc.greater(lat, north)),
    )
    masks = [
        (Flag.NO_PLATE, _truth(pc.equal(table["plate"], ""))),
        *((flag, _truth(pc.is_null(table[name]))) for name, flag in _NO_PICTURES),
        (Flag.NO_POSITION, _truth(pc.is_null(lon))),
        (Flag.NO_CONFIDENCE, _truth(pc.is_null(table["confidence"]))),
        (Flag.PSEUDONYM, _truth(table["pseudonym"])),
        (Flag.UNCERTAIN, _truth(pc.less(table["confidence"], doubts.uncertain_below))),
        (Flag.OUTSIDE_AREA, _truth(outside)),
        (Flag.CAMERA_UNKNOWN, unknown),
        (Flag.POSITION_OF_CAMERA, borrowed),
        *_told(table["flags"]),
    ]
    order = list(Flag)
    bits = np.zeros(table.num_rows, dtype=np.int64)
    for flag, mask in masks:
        bits |= mask.astype(np.int64) << order.index(flag)
    distinct, places = np.unique(bits, return_inverse=True)
    texts = [
        "{" + ",".join(flag for bit, flag in enumerate(order) if combination >> bit & 1) + "}"
        for combination in distinct.tolist()
    ]
    return pc.take(pa.array(texts, pa.string()), pa.array(places))


def _told(flags: pa.ChunkedArray) -> Iterable[tuple[Flag, NDArray[np.bool_]]]:
    if flags.null_count == len(flags):
        return
    joined = pc.fill_null(pc.binary_join(flags, ","), "")
    for flag in pc.unique(pc.list_flatten(flags)).to_pylist():
        yield Flag(flag), _truth(pc.match_substring_regex(joined, rf"(^|,){flag}(,|$)"))


def _truth(mask: pa.ChunkedArray) -> NDArray[np.bool_]:
    truth: NDArray[np.bool_] = pc.fill_null(mask, False).to_numpy(zero_copy_only=False)  # noqa: FBT003 - Arrow's own order
    return truth

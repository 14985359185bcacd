"""Normalised reads into rows of the detection table, whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from workbench.detections.copying import (
    COPY_COLUMNS,
    boxes_of,
    bytes_of,
    csv_of,
    json_of_candidates,
    json_of_vehicles,
)
from workbench.detections.derived import (
    Cells,
    Doubts,
    KnownCamera,
    event_keys,
    flag_lists,
    normal_plates,
    with_positions,
)
from workbench.detections.new_reads import WATCHED


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are ready to be copied.

    Attributes
    ----------
    months
        The first instants of the months that the sightings lie in.
    reads
        The same rows for whoever watches; columns `WATCHED`.
    """

    content: bytes
    count: int
    months: tuple[datetime, ...]
    reads: pa.Table


class RowMaker:
    """Makes rows of reads.

    Parameters
    ----------
    cameras
        Known cameras by the names that sources give them.
    doubts
        What marks a read as doubtful.
    cells
        Shared between batches, so that a camera's cell is worked out once.
    """

    def __init__(self, cameras: Mapping[str, KnownCamera], doubts: Doubts, cells: Cells) -> None:
        self._cameras = cameras
        self._doubts = doubts
        self._cells = cells

    def batch(self, reads: pa.Table, delivery_id: int) -> Batch:
        """Return the rows of reads with the columns of `READ_SCHEMA`."""
        reads = reads.combine_chunks()
        if reads.num_rows == 0:
            return Batch(b"", 0, (), pa.table({}))
        reads, unknown, borrowed = with_positions(reads, self._cameras)
        made = {
            "plate_normal": normal_plates(reads["plate"]),
            "pseudonym": pc.fill_null(reads["pseudonym"], False),  # noqa: FBT003 - Arrow's own order
            "candidates": json_of_candidates(reads["candidates"]),
            "cell": self._cells.of(reads["lon"].to_pylist(), reads["lat"].to_pylist()),
            "vehicle": json_of_vehicles(reads["vehicle"]),
            "plate_box": boxes_of(reads["plate_box"]),
            "delivery_id": pa.repeat(pa.scalar(delivery_id, pa.int64()), reads.num_rows),
            "event_key": pa.array(event_keys(reads), pa.string()),
            "flags": flag_lists(reads, unknown=unknown, borrowed=borrowed, doubts=self._doubts),
            "plate_picture": bytes_of(reads["plate_picture"]),
            "vehicle_picture": bytes_of(reads["vehicle_picture"]),
        }
        columns = [made[name] if name in made else reads[name] for name in COPY_COLUMNS]
        rows = pa.table(columns, names=list(COPY_COLUMNS))
        months = pc.unique(pc.floor_temporal(reads["seen_at"], unit="month"))
        watched = rows.select(WATCHED).set_column(
            WATCHED.index("candidates"), "candidates", reads["candidates"]
        )
        return Batch(csv_of(rows), reads.num_rows, tuple(months.to_pylist()), watched)

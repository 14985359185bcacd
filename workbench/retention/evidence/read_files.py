"""The packed reads as a CSV and as a GeoParquet file, written portion by portion."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from workbench.analysis.frames import DETECTION_SCHEMA
from workbench.retention.evidence.recipient import Recipient
from workbench.retention.evidence.tables import CsvTable

CSV_NAME = "reads.csv"
PARQUET_NAME = "reads.parquet"
CANDIDATES_NAME = "candidates.csv"
CANDIDATE_COLUMNS = ("detection_id", "plate", "place", "text", "confidence")

_GEO = {
    # Source: GeoParquet 1.1.0; without "crs" it is OGC:CRS84, longitude and latitude on WGS 84.
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


class ReadFiles:
    """Writes reads as they come.

    Parameters
    ----------
    folder
        Where the files lie.
    recipient
        Who they are for; in the first column of the CSV, and in the metadata of the GeoParquet.
    candidates
        Whether to write each read's other readings too.
    """

    def __init__(self, folder: Path, recipient: Recipient | None, *, candidates: bool) -> None:
        self._csv = CsvTable(folder / CSV_NAME, DETECTION_SCHEMA.names, recipient)
        said = {"geo": json.dumps(_GEO)}
        if recipient:
            said["released_to"] = recipient.line
        geometry = pa.field("geometry", pa.binary())
        self._schema = DETECTION_SCHEMA.append(geometry).with_metadata(said)
        self._parquet = pq.ParquetWriter(folder / PARQUET_NAME, self._schema)
        self._candidates = (
            CsvTable(folder / CANDIDATES_NAME, CANDIDATE_COLUMNS, recipient) if candidates else None
        )

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each file has."""
        found = {CSV_NAME: self._csv.rows, PARQUET_NAME: self._csv.rows}
        if self._candidates is not None:
            found[CANDIDATES_NAME] = self._candidates.rows
        return found

    def write(self, reads: pa.Table) -> None:
        """Add reads with `DETECTION_SCHEMA`."""
        points = pa.array(_points(reads), pa.binary())
        self._parquet.write_table(
            pa.Table.from_arrays([*reads.columns, points], schema=self._schema)
        )
        for row in reads.to_pylist():
            self._csv.write(row.values())
            if self._candidates is not None:
                self._write_candidates(self._candidates, row)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for table in (self._csv, self._candidates):
            if table is not None:
                table.__exit__(kind, error, trace)
        try:
            self._parquet.close()
        finally:
            self._parquet.is_open = False  # or it tries once more when it is thrown away

    def _write_candidates(self, table: CsvTable, row: dict[str, Any]) -> None:
        for place, candidate in enumerate(row["candidates"] or (), start=1):
            said = (candidate["text"], candidate["confidence"])
            table.write((row["detection_id"], row["plate"], place, *said))


def _points(reads: pa.Table) -> list[bytes | None]:
    lon, lat = (reads[name].to_numpy() for name in ("lon", "lat"))
    written = shapely.to_wkb(shapely.points(lon, lat))
    return [
        None if missing else point for missing, point in zip(np.isnan(lon), written, strict=True)
    ]

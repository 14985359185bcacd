"""What a look brings back: frozen, with the record that let it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pyarrow as pa

from workbench.analysis.frames import detection_frame


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The rows of a search or canvass.

    Attributes
    ----------
    access_id
        The audit record that let these rows out.
    criteria
        Exactly what ran, as it stands in that record.
    table
        Arrow table with the columns of `workbench.analysis.frames.DETECTION_SCHEMA`.
    truncated
        Whether more rows fit the criteria than the limit let through.
    """

    access_id: int
    criteria: dict[str, Any]
    table: pa.Table = field(compare=False, repr=False)
    truncated: bool

    @property
    def rows(self) -> int:
        """How many rows came."""
        return int(self.table.num_rows)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The rows as a new GeoDataFrame in EPSG:4326, with the same dtypes also when empty."""
        return detection_frame(self.table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A stored picture that was let out.

    Attributes
    ----------
    content
        Encoded bytes, checked against the hash.
    """

    access_id: int
    sha256: str
    media_type: str
    content: bytes = field(repr=False)

"""Detections as Arrow and as a GeoDataFrame: the one place that names their columns and dtypes."""

from __future__ import annotations

from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from workbench.errors import InputError

_UTC_TIME = pa.timestamp("us", tz="UTC")
_CANDIDATE = pa.struct([pa.field("text", pa.string()), pa.field("confidence", pa.float32())])

DETECTION_SCHEMA = pa.schema(
    [
        pa.field("detection_id", pa.int64(), nullable=False),
        pa.field("seen_at", _UTC_TIME, nullable=False),
        pa.field("received_at", _UTC_TIME, nullable=False),
        pa.field("plate", pa.string(), nullable=False),
        pa.field("plate_normal", pa.string(), nullable=False),
        pa.field("pseudonym", pa.bool_(), nullable=False),
        pa.field("region", pa.string()),
        pa.field("confidence", pa.float32()),
        pa.field("camera_id", pa.string(), nullable=False),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("heading_deg", pa.float32()),
        pa.field("direction", pa.string()),
        pa.field("make", pa.string()),
        pa.field("model", pa.string()),
        pa.field("color", pa.string()),
        pa.field("body_type", pa.string()),
        pa.field("year", pa.int16()),
        pa.field("flags", pa.list_(pa.string()), nullable=False),
        pa.field("candidates", pa.list_(_CANDIDATE)),
        pa.field("plate_box", pa.list_(pa.int32())),
        pa.field("engine", pa.string()),
        pa.field("engine_version", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_event", pa.string()),
        pa.field("plate_picture", pa.string()),
        pa.field("vehicle_picture", pa.string()),
        pa.field("first_seen_at", _UTC_TIME),
        pa.field("last_seen_at", _UTC_TIME),
        pa.field("frames", pa.int32()),
    ]
)
"""Columns of a detection in their order; pictures are SHA-256 in hexadecimal."""


def detection_frame(table: pa.Table) -> gpd.GeoDataFrame:
    """Return detections as a GeoDataFrame in EPSG:4326.

    The dtypes are the same for no row, one row and many. Times are UTC. `flags`, `candidates`
    and `plate_box` are Arrow lists that come out as Python lists, or ``NA`` where there is none;
    a candidate is ``{"text": ..., "confidence": ...}``. `geometry` is ``None`` where the source
    gave no position.

    Parameters
    ----------
    table
        Columns of `DETECTION_SCHEMA`, in that order.

    Returns
    -------
    geopandas.GeoDataFrame

    Raises
    ------
    InputError
        If the columns are others.

    Examples
    --------
    >>> frame = detection_frame(DETECTION_SCHEMA.empty_table())
    >>> len(frame), frame.crs.to_epsg(), str(frame["seen_at"].dtype)
    (0, 4326, 'datetime64[us, UTC]')
    """
    if not table.schema.equals(DETECTION_SCHEMA):
        raise InputError(
            "The table does not hold detections",
            given=table.schema.names,
            allowed=", ".join(DETECTION_SCHEMA.names),
        )
    columns = {name: _column(table.column(name)) for name in DETECTION_SCHEMA.names}
    points = gpd.array.from_shapely(_points(columns["lon"], columns["lat"]), crs=_wgs_84())
    # Naming the column is several times faster than handing the points in beside the data.
    return gpd.GeoDataFrame(columns | {"geometry": points}, geometry="geometry")


def _column(values: pa.ChunkedArray) -> Any:
    # Column by column: Table.to_pandas takes twice the time, and canvasses are counted in ms.
    dtype = _pandas_dtype(values.type)
    return values.to_numpy() if dtype is None else dtype.__from_arrow__(values)


def _pandas_dtype(arrow_type: pa.DataType) -> Any:
    if pa.types.is_string(arrow_type):
        return pd.StringDtype(na_value=np.nan)
    if pa.types.is_timestamp(arrow_type):
        return pd.DatetimeTZDtype("us", "UTC")
    if pa.types.is_int16(arrow_type):
        return pd.Int16Dtype()
    if pa.types.is_int32(arrow_type):
        return pd.Int32Dtype()
    if pa.types.is_list(arrow_type):
        return pd.ArrowDtype(arrow_type)
    return None


def _points(lon: npt.NDArray[Any], lat: npt.NDArray[Any]) -> npt.NDArray[Any]:
    points: npt.NDArray[Any] = shapely.points(lon, lat)
    points[np.isnan(lon)] = None
    return points


@cache
def _wgs_84() -> CRS:
    return CRS.from_epsg(4326)

"""Rows of a frame of detections as the table shows them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from apps.parts.detail import FLAG_TEXT
from workbench.domain.harmless_text import harmless_line
from workbench.views.labels import local_labels

COLUMNS = [
    {"key": "time", "label": "Seen", "kind": "time", "sortable": True},
    {"key": "plate", "label": "Plate", "kind": "plate", "sortable": True},
    {"key": "camera", "label": "Camera", "sortable": True},
    {"key": "confidence", "label": "Conf.", "kind": "number", "sortable": True},
    {"key": "vehicle", "label": "Vehicle"},
    {"key": "flags", "label": "Flags", "kind": "chips"},
]


def table_rows(frame: gpd.GeoDataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return rows for `apps.parts.rows.RowTable`; the frame is not changed."""
    seen = local_labels(frame["seen_at"], zone)
    return [
        {
            "key": str(row["detection_id"]),
            "time": time,
            "plate": harmless_line(row["plate"]),
            "region": _said(row["region"]),
            "camera": harmless_line(row["camera_id"]),
            "confidence": _number(row["confidence"]),
            "vehicle": vehicle_text(row),
            "flags": [FLAG_TEXT.get(flag, flag) for flag in row["flags"]],
        }
        for time, row in zip(seen, frame.to_dict("records"), strict=True)
    ]


def vehicle_text(row: dict[str, Any]) -> str:
    """Return what the source said about the vehicle, in one line.

    Examples
    --------
    >>> vehicle_text({"color": "red", "make": "Sample", "model": None, "body_type": "van"})
    'red Sample van'
    """
    said = (row.get(part) for part in ("color", "make", "model", "body_type"))
    return " ".join(part for part in map(_said, said) if part)


def _said(value: Any) -> str:
    return "" if pd.isna(value) else harmless_line(value)


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.2f}"

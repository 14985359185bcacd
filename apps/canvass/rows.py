"""Plates that passed, and the reads of one of them, as the tables show them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from workbench.domain.harmless_text import harmless_line, harmless_values
from workbench.views.labels import local_labels

PLATE_COLUMNS = [
    {"key": "plate", "label": "Plate", "kind": "plate"},
    {"key": "nearest", "label": "Nearest", "kind": "number"},
    {"key": "first", "label": "First seen", "kind": "time"},
    {"key": "last", "label": "Last seen", "kind": "time"},
    {"key": "reads", "label": "Reads", "kind": "number"},
    {"key": "cameras", "label": "Cameras"},
]
READ_COLUMNS = [
    {"key": "time", "label": "Seen", "kind": "time"},
    {"key": "camera", "label": "Camera"},
]


def plate_rows(passed: pd.DataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return rows for `apps.parts.rows.RowTable` of what `who_passed` returned."""
    first = local_labels(passed["first_seen_at"], zone)
    last = local_labels(passed["last_seen_at"], zone)
    return [
        {
            "key": row["plate"],
            "plate": harmless_line(row["plate"]),
            "nearest": offset_text(row["nearest_s"]),
            "first": first_at,
            "last": last_at[11:] if last_at[:10] == first_at[:10] else last_at,
            "reads": f"{row['reads']:,}",
            "cameras": harmless_values(row["camera_ids"]),
        }
        for first_at, last_at, row in zip(first, last, passed.to_dict("records"), strict=True)
    ]


def read_rows(frame: gpd.GeoDataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return rows for `apps.parts.rows.RowTable` of the reads of one plate."""
    seen = local_labels(frame["seen_at"], zone)
    numbers = frame["detection_id"].astype(str)
    return [
        {"key": number, "time": time, "camera": harmless_line(camera)}
        for number, time, camera in zip(numbers, seen, frame["camera_id"], strict=True)
    ]


def offset_text(seconds: float) -> str:
    """Return a time before or after the event.

    Examples
    --------
    >>> offset_text(-75.4), offset_text(0.0), offset_text(3_725.0)
    ('-1:15', '+0:00', '+1:02:05')
    """
    whole = round(abs(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    text = f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
    return ("-" if seconds < 0 and whole else "+") + text

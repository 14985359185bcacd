"""Who passed a scene: from the reads of a canvass to one row per plate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from workbench.domain.period import utc

PASSED_DTYPES: dict[str, Any] = {
    "plate": pd.StringDtype(na_value=float("nan")),
    "reads": "int64",
    "reads_before": "int64",
    "reads_after": "int64",
    "cameras": "int64",
    "camera_ids": pd.StringDtype(na_value=float("nan")),
    "first_seen_at": "datetime64[us, UTC]",
    "last_seen_at": "datetime64[us, UTC]",
    "nearest_s": "float64",
    "nearest_detection_id": "int64",
}
"""Columns of `who_passed` and their dtypes."""


def who_passed(frame: pd.DataFrame, *, at: datetime) -> pd.DataFrame:
    """Return one row per plate that passed, the one nearest in time to the event first.

    Parameters
    ----------
    frame
        Detections with ``detection_id``, ``plate_normal``, ``camera_id`` and ``seen_at``.
        Not changed.
    at
        When it happened; aware. A read at that very instant counts as after.

    Returns
    -------
    pandas.DataFrame
        ``plate`` in its normal form; ``reads``, of which ``reads_before`` and ``reads_after``
        the event; how many ``cameras`` and their ``camera_ids``; ``first_seen_at`` and
        ``last_seen_at`` in UTC; and of the read nearest to the event ``nearest_s``, seconds
        after it (before it: negative), and ``nearest_detection_id``.

    Raises
    ------
    PeriodError
        If `at` has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> seen = pd.to_datetime(["2026-11-01T20:00Z", "2026-11-01T20:10Z"])
    >>> frame = pd.DataFrame(
    ...     {"detection_id": [1, 2], "plate_normal": "7ABC123", "camera_id": "c1", "seen_at": seen}
    ... )
    >>> passed = who_passed(frame, at=datetime(2026, 11, 1, 20, 6, tzinfo=UTC))
    >>> passed[["plate", "reads", "reads_before", "nearest_s"]].values.tolist()
    [['7ABC123', 2, 1, 240.0]]
    """
    reads = pd.DataFrame(
        {
            "plate": frame["plate_normal"],
            "camera_id": frame["camera_id"],
            "seen_at": frame["seen_at"],
            "detection_id": frame["detection_id"],
            "offset_s": (frame["seen_at"] - pd.Timestamp(utc(at))).dt.total_seconds(),
        }
    )
    reads["before"] = reads["offset_s"] < 0
    reads["distance_s"] = reads["offset_s"].abs()
    reads = reads.sort_values(["distance_s", "detection_id"])
    grouped = reads.groupby("plate", sort=False)
    passed = grouped.agg(
        reads=("detection_id", "size"),
        reads_before=("before", "sum"),
        cameras=("camera_id", "nunique"),
        camera_ids=("camera_id", _listed),
        first_seen_at=("seen_at", "min"),
        last_seen_at=("seen_at", "max"),
        nearest_s=("offset_s", "first"),
        nearest_detection_id=("detection_id", "first"),
    ).reset_index()
    passed["reads_after"] = passed["reads"] - passed["reads_before"]
    return passed[list(PASSED_DTYPES)].astype(PASSED_DTYPES)


def _listed(names: pd.Series[str]) -> str:
    return ", ".join(sorted(names.unique()))

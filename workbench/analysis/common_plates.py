"""Plates that were read at several scenes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.errors import CriteriaError

COMMON_DTYPES: dict[str, Any] = {
    "plate": pd.StringDtype(na_value=float("nan")),
    "scenes": "int64",
    "scene_names": pd.StringDtype(na_value=float("nan")),
    "reads": "int64",
    "first_seen_at": "datetime64[us, UTC]",
    "last_seen_at": "datetime64[us, UTC]",
}
"""Columns of `common_plates` and their dtypes."""


def common_plates(frames: Mapping[str, pd.DataFrame], *, min_scenes: int = 2) -> pd.DataFrame:
    """Return the plates that were read at several scenes, those at most scenes first.

    A plate in the result was near; that alone says nothing about who drove or why.

    Parameters
    ----------
    frames
        The reads of each scene under the scene's name, with ``plate_normal`` and ``seen_at``.
        Not changed.
    min_scenes
        At how many scenes a plate must have been read.

    Returns
    -------
    pandas.DataFrame
        ``plate`` in its normal form, how many ``scenes`` and their ``scene_names``, ``reads``
        at all of them, ``first_seen_at`` and ``last_seen_at`` in UTC.

    Raises
    ------
    CriteriaError
        If there are fewer scenes than the plates must have been read at.

    Examples
    --------
    >>> seen = pd.to_datetime(["2026-11-01T20:00Z", "2026-11-01T20:01Z"])
    >>> bank = pd.DataFrame({"plate_normal": ["7ABC123", "8XYZ456"], "seen_at": seen})
    >>> shop = bank.head(1)
    >>> common_plates({"bank": bank, "shop": shop})[["plate", "scenes"]].values.tolist()
    [['7ABC123', 2]]
    """
    if not 1 <= min_scenes <= len(frames):
        raise CriteriaError(
            "There are too few scenes",
            given=f"{len(frames)} scenes, plates at {min_scenes} of them",
            allowed="at least as many scenes as a plate must have been read at",
        )
    parts = [
        pd.DataFrame({"plate": f["plate_normal"], "seen_at": f["seen_at"], "scene": name})
        for name, f in frames.items()
    ]
    found = (
        pd.concat(parts)
        .groupby("plate", sort=False)
        .agg(
            scenes=("scene", "nunique"),
            scene_names=("scene", lambda names: ", ".join(names.unique())),
            reads=("scene", "size"),
            first_seen_at=("seen_at", "min"),
            last_seen_at=("seen_at", "max"),
        )
        .reset_index()
    )
    common = found[found["scenes"] >= min_scenes].astype(COMMON_DTYPES)[list(COMMON_DTYPES)]
    order = common.sort_values(["scenes", "reads", "plate"], ascending=[False, False, True])
    return order.reset_index(drop=True)

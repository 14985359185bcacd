"""Hits as frames with the same columns and dtypes for no hit and for many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from workbench.hotlists.hits.hit import Hit
from workbench.hotlists.hits.next_steps import Due, DueKind

HIT_DTYPES = {
    "id": "int64",
    "made_at": "datetime64[us, UTC]",
    "state": "str",
    "possible": "bool",
    "informational": "bool",
    "match": "str",
    "posterior": "float64",
    "rival": "str",
    "rival_posterior": "float64",
    "detection_id": "int64",
    "seen_at": "datetime64[us, UTC]",
    "read_plate": "str",
    "read_region": "str",
    "camera_id": "str",
    "engine": "str",
    "engine_version": "str",
    "list_code": "str",
    "list_kind": "str",
    "listed_plate": "str",
    "listed_region": "str",
    "category": "str",
    "list_loaded_at": "datetime64[us, UTC]",
}
"""Columns of hits."""

QUEUE_DTYPES = {
    "hit_id": "int64",
    "due": "str",
    "since": "datetime64[us, UTC]",
    "by": "datetime64[us, UTC]",
    "overdue": "bool",
    "section": "str",
    "state": "str",
    "category": "str",
    "list_code": "str",
    "camera_id": "str",
    "listed_plate": "str",
    "possible": "bool",
}
"""Columns of the queue: one row for each thing that a hit waits for."""


def frame_of(rows: Iterable[Sequence[Any]], dtypes: dict[str, str]) -> pd.DataFrame:
    """Return rows as a frame of these columns and dtypes."""
    return pd.DataFrame(list(rows), columns=list(dtypes), dtype=object).astype(dtypes)


def hit_frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """Return hits as a frame of `HIT_DTYPES`.

    Examples
    --------
    >>> frame = hit_frame([])
    >>> len(frame), str(frame["seen_at"].dtype)
    (0, 'datetime64[us, UTC]')
    """
    rows = ([asdict(hit)[name] for name in HIT_DTYPES] for hit in hits)
    return frame_of(rows, HIT_DTYPES)


def queue_frame(waits: Iterable[tuple[Hit, Due]]) -> pd.DataFrame:
    """Return what hits wait for as a frame of `QUEUE_DTYPES`: overdue first, then by time.

    Examples
    --------
    >>> list(queue_frame([]).columns) == list(QUEUE_DTYPES)
    True
    """
    ordered = sorted(waits, key=_urgency)
    rows = (
        (
            hit.id,
            due.kind.value,
            due.since,
            due.by,
            due.overdue,
            due.section,
            hit.state.value,
            hit.category.value,
            hit.list_code,
            hit.camera_id,
            hit.listed_plate,
            hit.possible,
        )
        for hit, due in ordered
    )
    return frame_of(rows, QUEUE_DTYPES)


def _urgency(wait: tuple[Hit, Due]) -> tuple[Any, ...]:
    hit, due = wait
    return (not due.overdue, due.by or due.since, hit.id, list(DueKind).index(due.kind))

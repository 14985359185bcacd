"""Accesses as frames with fixed columns and dtypes, and what auditors count in them; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

ACCESS_DTYPES = {
    "access_id": "int64",
    "recorded_at": "datetime64[us, UTC]",
    "kind": "str",
    "username": "str",
    "display_name": "str",
    "organisation": "str",
    "purpose": "str",
    "case_number": "str",
    "reason": "str",
    "plate": "str",
    "criteria": "str",
    "inquiry_id": "str",
    "policy_version": "str",
    "channel": "str",
    "address": "str",
    "outcome": "str",
    "rows": "Int64",
}
"""Columns of the accesses: one row a look at detections, in the order of the chain.

``outcome`` and ``rows`` come from the look's outcome record; they are missing when there is none.
"""

EVENT_DTYPES = {
    "seq": "int64",
    "recorded_at": "datetime64[us, UTC]",
    "kind": "str",
    "username": "str",
    "organisation": "str",
    "purpose": "str",
    "case_number": "str",
    "reason": "str",
    "plate": "str",
    "inquiry_id": "str",
    "access_id": "Int64",
    "channel": "str",
    "address": "str",
    "outcome": "str",
    "details": "str",
}
"""Columns of the events: one row a record, whatever its kind."""

_HOURS = range(24)


def frame_of(rows: Iterable[Sequence[Any]], dtypes: dict[str, str]) -> pd.DataFrame:
    """Return rows as a frame whose dtypes are the same however many rows there are."""
    frame = pd.DataFrame(list(rows), columns=list(dtypes), dtype=object)
    return frame.astype(dtypes)


def without_case_number(accesses: pd.DataFrame) -> pd.DataFrame:
    """Return the accesses that name no case."""
    return accesses[accesses["case_number"].fillna("").str.strip() == ""].reset_index(drop=True)


def by_person(accesses: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person, the busiest first.

    Returns
    -------
    pandas.DataFrame
        ``username``, ``display_name`` (the latest), ``accesses``, ``plates`` (different ones),
        ``without_case_number``, ``first_at``, ``last_at``.
    """
    return _counted(accesses, "username", display_name=("display_name", "last"))


def by_purpose(accesses: pd.DataFrame) -> pd.DataFrame:
    """Return one row a purpose, the commonest first.

    Returns
    -------
    pandas.DataFrame
        ``purpose``, ``people``, and from ``accesses`` on as in `by_person`.
    """
    return _counted(accesses, "purpose", people=("username", "nunique"))


def by_hour(accesses: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Return one row for each hour of the day, those without accesses too.

    Parameters
    ----------
    accesses
        From `AuditReader.accesses`.
    zone
        The department's, in which the hours are counted.

    Returns
    -------
    pandas.DataFrame
        ``hour`` from 0 to 23, ``accesses``, ``people``.
    """
    hours = accesses["recorded_at"].dt.tz_convert(zone).dt.hour
    grouped = accesses.groupby(hours)["username"].agg(["size", "nunique"])
    found = grouped.reindex(_HOURS, fill_value=0).astype("int64")
    found.columns = pd.Index(["accesses", "people"])
    return found.rename_axis("hour").reset_index().astype({"hour": "int64"})


def _counted(accesses: pd.DataFrame, key: str, **more: tuple[str, str]) -> pd.DataFrame:
    marked = accesses.assign(no_case=accesses["case_number"].fillna("").str.strip() == "")
    counted = marked.groupby(key, dropna=False, sort=True).agg(
        **more,
        accesses=("access_id", "size"),
        plates=("plate", "nunique"),
        without_case_number=("no_case", "sum"),
        first_at=("recorded_at", "min"),
        last_at=("recorded_at", "max"),
    )
    numbers = ["accesses", "plates", "without_case_number", *({"people"} & set(more))]
    typed = counted.astype(dict.fromkeys(numbers, "int64")).reset_index()
    return typed.sort_values(["accesses", key], ascending=[False, True], ignore_index=True)

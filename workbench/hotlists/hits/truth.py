"""How often hits are wrong: per camera, list, state and engine, with an interval; no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from workbench.domain.hit import Disposition
from workbench.hotlists.hits.frames import frame_of
from workbench.hotlists.hits.wilson import wilson

SCORED_DTYPES = {
    "hit_id": "int64",
    "week": "str",
    "camera": "str",
    "list": "str",
    "state": "str",
    "engine": "str",
    "disposition": "str",
    "first_scored": "Int64",
    "drawn": "Int64",
    "waiting": "Int64",
}
"""Columns of what is estimated from, a row a hit.

``first_scored`` and ``drawn`` are numbers of events, so that it shows which came first;
``waiting`` is how many hits chance could have chosen when this one was drawn.
"""

TRUTH_DTYPES = {
    "by": "str",
    "value": "str",
    "error": "str",
    "hits": "int64",
    "scored": "int64",
    "drawn": "int64",
    "errors": "int64",
    "scored_rate": "float64",
    "size": "float64",
    "rate": "float64",
    "low": "float64",
    "high": "float64",
}
"""Columns of the result, a row for each group and kind of error.

``scored_rate`` is the plain share among all that were scored, whoever chose them; ``rate`` is the
estimate for all hits, ``low`` and ``high`` its 95 % interval and ``size`` what it rests on.
"""

GROUPS = ("camera", "list", "state", "engine")
ERRORS = ("any", Disposition.MISREAD, Disposition.STALE_ENTRY, Disposition.WRONG_STATE)


def weights(scored: pd.DataFrame) -> pd.Series:
    """Return how many hits each scored hit stands for; 0 for those that stand for none.

    People score what interests them, so what they scored says little about the rest. Each week
    has two strata: hits scored before its sample was drawn, which are all known and stand for
    themselves, and hits that were still unscored then, for which the drawn ones stand: each for
    ``waiting`` / (drawn and scored). What is scored later without having been drawn was chosen by
    interest and stands for nothing. A week without a sample counts only if all of its hits are
    scored, and one whose sample nobody has scored does not count. This is the subsample of
    non-respondents of M. H. Hansen and W. N. Hurwitz, "The problem of non-response in sample
    surveys", Journal of the American Statistical Association 41 (1946), 517-529.

    Parameters
    ----------
    scored
        With `SCORED_DTYPES`; whole weeks. Not changed.

    Returns
    -------
    pandas.Series
        float64, with the index of `scored`.
    """
    found = pd.Series(0.0, index=scored.index, dtype="float64")
    for _, week in scored.groupby("week", sort=False):
        known = week["disposition"].notna()
        drawn = week["drawn"].notna()
        if not drawn.any():
            found[week.index] = float(known.all())
            continue
        answered = week.index[drawn & known]
        if len(answered):
            before = known & (week["first_scored"] < week["drawn"].min()).fillna(value=False)
            found[week.index[before]] = 1.0
            found[answered] = float(week["waiting"].max()) / len(answered)
    return found


def error_rates(scored: pd.DataFrame) -> pd.DataFrame:
    """Return error rates of all hits and per camera, list, state and engine.

    The rate is the weighted share of wrong hits (see `weights`), its interval that of Wilson with
    the effective size (sum of weights)² / (sum of squared weights) of L. Kish, Survey Sampling
    (1965). A group without anything to estimate from has no rate and the interval 0 to 1.

    Parameters
    ----------
    scored
        With `SCORED_DTYPES`; whole weeks, without possible hits. Not changed.

    Returns
    -------
    pandas.DataFrame
        With `TRUTH_DTYPES`, the same for no row and for many.

    Examples
    --------
    >>> rates = error_rates(frame_of([], SCORED_DTYPES))
    >>> len(rates), str(rates["rate"].dtype)
    (0, 'float64')
    """
    weighted = scored.assign(weight=weights(scored))
    return frame_of(_rows(weighted), TRUTH_DTYPES)


def _rows(weighted: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    if weighted.empty:
        return
    for error in ERRORS:
        yield ("all", None, *_estimate(weighted, error))
    for by in GROUPS:
        for value, group in weighted.groupby(by, dropna=False, sort=True):
            for error in ERRORS:
                yield (by, value if isinstance(value, str) else None, *_estimate(group, error))


def _estimate(group: pd.DataFrame, error: str) -> tuple[Any, ...]:
    known = group["disposition"].notna()
    wrong = group["disposition"] == error
    if error == "any":
        wrong = known & (group["disposition"] != Disposition.CORRECT)
    weight = group["weight"]
    total, squares = float(weight.sum()), float((weight**2).sum())
    size = total * total / squares if squares else 0.0
    rate = float(weight[wrong].sum()) / total if total else float("nan")
    scored, errors = int(known.sum()), int(wrong.sum())
    return (
        str(error),
        len(group),
        scored,
        int((known & group["drawn"].notna()).sum()),
        errors,
        errors / scored if scored else float("nan"),
        size,
        rate,
        *wilson(rate, size),
    )

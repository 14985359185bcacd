"""Timing of two ways to do the same, turn and turn about, so that both meet the same machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

Figures = dict[str, float | int]
"""Numbers of a run; every key names its unit."""


def interleaved_ms(
    cases: Sequence[T], ours: Callable[[T], int], theirs: Callable[[T], int]
) -> tuple[list[float], list[float]]:
    """Return how long each case took both ways, in milliseconds.

    Which of the two goes first changes from case to case, so that neither always finds the
    pages that the other has just read.

    Parameters
    ----------
    cases
        What to run.
    ours, theirs
        Do one case and return how many rows came.

    Returns
    -------
    list, list
        Milliseconds of `ours` and of `theirs`, case by case.

    Raises
    ------
    ValueError
        If the two return different numbers of rows: then they are not the same work.

    Examples
    --------
    >>> first, second = interleaved_ms([1, 2], lambda n: n, lambda n: n)
    >>> len(first), len(second)
    (2, 2)
    """
    both: tuple[list[float], list[float]] = ([], [])
    for number, case in enumerate(cases):
        order = ((0, ours), (1, theirs)) if number % 2 else ((1, theirs), (0, ours))
        rows = set()
        for place, way in order:
            start = perf_counter()
            rows.add(way(case))
            both[place].append((perf_counter() - start) * 1_000)
        if len(rows) > 1:
            message = f"the two ways gave {sorted(rows)} rows for {case}"
            raise ValueError(message)
    return both


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.95)
    4.0
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def compared(name: str, ours_ms: Sequence[float], sql_ms: Sequence[float]) -> Figures:
    """Return the figures of a comparison: medians, the slow end, and the budget.

    The budget is twice the hand-written median and 5 ms.

    Examples
    --------
    >>> compared("search", [4.0], [1.5])["search_budget_ms"]
    8.0
    """
    return {
        f"{name}_ms_p50": round(median(ours_ms), 2),
        f"{name}_ms_p95": round(percentile(ours_ms, 0.95), 2),
        f"{name}_sql_ms_p50": round(median(sql_ms), 2),
        f"{name}_sql_ms_p95": round(percentile(sql_ms, 0.95), 2),
        f"{name}_budget_ms": round(2 * median(sql_ms) + 5, 2),
    }

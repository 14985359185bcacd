"""Which counts of reads are told: whole hours and whole days that tell of no single passage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from workbench.domain.period import Period
from workbench.domain.small_cells import shown_count
from workbench.domain.stretches import HOUR, hour_of

DAY = timedelta(days=1)


def whole_hours_of(asked: Period) -> Period:
    """Return a period widened to whole hours, so that no part of an hour can be asked for.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 2, 18, 20, tzinfo=UTC)
    >>> hours = whole_hours_of(Period(at, at + timedelta(microseconds=1)))
    >>> hours.start.hour, hours.length / HOUR
    (18, 1.0)
    """
    end = hour_of(asked.end)
    return Period(hour_of(asked.start), end if end == asked.end else end + HOUR)


def told_hours(
    hours: Mapping[datetime, int], period: Period, *, min_cell: int
) -> dict[datetime, int]:
    """Return the hours of a camera whose reads may be told.

    The cells have a fixed shape, whatever is asked: an hour with `min_cell` reads or more is one;
    all other hours of a day of UTC together are another, of a day that lies in the period from end
    to end. A cell with fewer reads is left out as if it had none. So the difference of two answers
    is a sum of such cells too.

    Parameters
    ----------
    hours
        Reads by the beginning of an hour of UTC; hours without any may be absent.
    period
        Whole hours, all of them over.
    min_cell
        Of the policy (``aggregates.min_cell``).
    """
    told = {hour: n for hour, n in hours.items() if shown_count(n, min_cell) is not None}
    quiet: dict[datetime, dict[datetime, int]] = {}
    for hour, n in hours.items():
        day = hour.replace(hour=0)
        if hour not in told and period.start <= day and day + DAY <= period.end:
            quiet.setdefault(day, {})[hour] = n
    for of_day in quiet.values():
        if shown_count(sum(of_day.values()), min_cell) is not None:
            told |= {hour: n for hour, n in of_day.items() if n}
    return told


def at_least(reads: int, min_cell: int) -> int:
    """Return a number of reads to tell for a time that people chose: in steps, so one more is none.

    Examples
    --------
    >>> [at_least(reads, 10) for reads in (0, 9, 10, 48, 49)]
    [0, 0, 10, 40, 40]
    """
    return reads // min_cell * min_cell

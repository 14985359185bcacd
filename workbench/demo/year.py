"""The days of the demo's year, cut into pieces that fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

ZONE = ZoneInfo("America/Los_Angeles")
DAYS = 365
MOST_ROWS = 1_000_000
"""Rows of a piece at most, so that a piece fits into memory whatever the size of the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of the reads of one month.

    Attributes
    ----------
    number
        Place among all pieces, from 0.
    part, parts
        Which share of the month's vehicles it has.
    midnight_s
        For each day, twelve hours before local noon in seconds since 1970.
    weekday
        For each day, 0 for Monday.
    rows
        How many reads it holds.
    """

    number: int
    month: str
    part: int
    parts: int
    midnight_s: NDArray[np.float64]
    weekday: NDArray[np.int64]
    rows: int


def year_ending(ending: date) -> tuple[datetime, datetime]:
    """Return the first instant of the year that ends with a day, and the first after it.

    Examples
    --------
    >>> [at.isoformat() for at in year_ending(date(2026, 11, 1))]
    ['2025-11-02T07:00:00+00:00', '2026-11-02T08:00:00+00:00']
    """
    after = datetime.combine(ending + timedelta(days=1), time(), ZONE)
    start = datetime.combine(ending - timedelta(days=DAYS - 1), time(), ZONE)
    return start.astimezone(UTC), after.astimezone(UTC)


def pieces(reads: int, ending: date) -> list[Piece]:
    """Return the pieces whose rows add up to the number of reads."""
    days = [ending - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    months = sorted({day.strftime("%Y-%m") for day in days})
    lengths = [sum(day.strftime("%Y-%m") == month for day in days) for month in months]
    bounds = np.round(np.cumsum([0, *lengths]) * (reads / DAYS)).astype(int)
    made: list[Piece] = []
    for month, rows in zip(months, np.diff(bounds).tolist(), strict=True):
        within = [day for day in days if day.strftime("%Y-%m") == month]
        parts = max(1, -(-rows // MOST_ROWS))
        cuts = np.diff(np.linspace(0, rows, parts + 1).astype(int)).tolist()
        for part, share in enumerate(cuts):
            noons = [datetime.combine(day, time(12), ZONE).timestamp() for day in within]
            weekday = np.array([day.weekday() for day in within])
            midnight_s = np.array(noons) - 43_200.0
            made.append(Piece(len(made), month, part, parts, midnight_s, weekday, share))
    return made


def one_day(on: date, rows: int) -> Piece:
    """Return a day as a piece of its own, numbered so that no piece of a year is."""
    noon = datetime.combine(on, time(12), ZONE).timestamp()
    midnight_s, weekday = np.array([noon - 43_200.0]), np.array([on.weekday()])
    return Piece(on.toordinal(), f"{on:%Y-%m}", 0, 1, midnight_s, weekday, rows)

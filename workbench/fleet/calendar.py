"""Months, quarters and years of the department's calendar, in which inspections are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from workbench.domain.period import Period, utc
from workbench.errors import EquipmentError

Every = Literal["month", "quarter", "year"]
"""How often, as the policy says it."""

_YEARS_BACK = 100
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One month, quarter or year, from local midnight to local midnight.

    Attributes
    ----------
    first
        Its first day.
    months
        How many it has: 1, 3 or 12.

    Examples
    --------
    >>> [str(Turn(date(2026, 1, 1), months)) for months in (1, 3, 12)]
    ['2026-01', '2026Q1', '2026']
    """

    first: date
    months: int

    def __str__(self) -> str:
        """Return it as it is written."""
        if self.months == 1:
            return f"{self.first:%Y-%m}"
        quarter = (self.first.month + 2) // 3
        return f"{self.first:%Y}Q{quarter}" if self.months == 3 else f"{self.first:%Y}"

    @property
    def before(self) -> Turn:
        """The one before."""
        return self._moved(-self.months)

    @property
    def after(self) -> Turn:
        """The next one."""
        return self._moved(self.months)

    def period(self, zone: ZoneInfo) -> Period:
        """Return its instants.

        Examples
        --------
        >>> Turn(date(2026, 10, 1), 3).period(ZoneInfo("America/Los_Angeles")).end.isoformat()
        '2027-01-01T08:00:00+00:00'
        """
        start, end = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (self.first, self.after.first)
        )
        return Period(start, end)

    def _moved(self, months: int) -> Turn:
        count = self.first.year * 12 + self.first.month - 1 + months
        return Turn(date(count // 12, count % 12 + 1, 1), self.months)


def turn_of(at: datetime, every: Every, zone: ZoneInfo) -> Turn:
    """Return the month, quarter or year in which an instant lies, in a zone.

    Examples
    --------
    >>> zone = ZoneInfo("America/Los_Angeles")
    >>> str(turn_of(datetime(2027, 1, 1, 7, 59, tzinfo=UTC), "quarter", zone))
    '2026Q4'
    """
    local = utc(at).astimezone(zone)
    months = _MONTHS[every]
    return Turn(date(local.year, (local.month - 1) // months * months + 1, 1), months)


def turn_named(written: str, newest: Turn) -> Turn:
    """Return the month, quarter or year that somebody wrote.

    Parameters
    ----------
    written
        As turns are written.
    newest
        The one that lasts now; later ones are not taken.

    Raises
    ------
    EquipmentError
        If it is none of the last hundred years.

    Examples
    --------
    >>> str(turn_named(" 2026q3", Turn(date(2026, 10, 1), 3)))
    '2026Q3'
    """
    turn = newest
    for _ in range(_YEARS_BACK * 12 // newest.months):
        if str(turn) == written.strip().upper():
            return turn
        turn = turn.before
    raise EquipmentError(
        "The quarter cannot be read",
        given=written,
        allowed=f"such as {newest.before}, up to {newest}",
    )

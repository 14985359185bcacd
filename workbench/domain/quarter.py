"""Quarters of a year: what audits and inspections are counted by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from workbench.domain.period import Period
from workbench.errors import PeriodError

_WRITTEN = re.compile(r"(\d{4})-?[Qq]([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, such as 2026Q3; its days are the department's.

    Raises
    ------
    PeriodError
        If the year is not from 1990 to 2999 or the number not from 1 to 4.

    Examples
    --------
    >>> str(Quarter(2026, 3)), Quarter(2026, 4).after
    ('2026Q3', datetime.date(2027, 1, 1))
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse what no calendar of a department has."""
        if not (1990 <= self.year < 3000 and 1 <= self.number <= 4):
            raise PeriodError(
                "There is no such quarter",
                given=(self.year, self.number),
                allowed="years from 1990 to 2999, quarters from 1 to 4",
            )

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)

    def period(self, zone: ZoneInfo) -> Period:
        """Return its instants, from local midnight to local midnight.

        Examples
        --------
        >>> Quarter(2026, 3).period(ZoneInfo("America/Los_Angeles")).start.isoformat()
        '2026-07-01T07:00:00+00:00'
        """
        start, end = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (self.first, self.after)
        )
        return Period(start, end)


def parse_quarter(text: str) -> Quarter:
    """Return the quarter that is written as ``2026Q3``.

    Raises
    ------
    PeriodError
        If it is not.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise PeriodError("The quarter cannot be read", given=text, allowed="such as 2026Q3")
    return Quarter(int(found[1]), int(found[2]))

"""Weeks of a year by ISO 8601: what samples of hits are drawn by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workbench.domain.period import Period
from workbench.errors import PeriodError

_WRITTEN = re.compile(r"(\d{4})-?[Ww](\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week from Monday on, such as 2026-W45; its days are the department's.

    Raises
    ------
    PeriodError
        If there is no such week.

    Examples
    --------
    >>> str(Week(2026, 45)), Week(2026, 45).monday
    ('2026-W45', datetime.date(2026, 11, 2))
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        try:
            date.fromisocalendar(self.year, self.number, 1)
        except ValueError:
            raise PeriodError(
                "There is no such week",
                given=(self.year, self.number),
                allowed="a week of ISO 8601, such as 2026-W45",
            ) from None

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

    @classmethod
    def parse(cls, written: str) -> Week:
        """Return the week that a text such as ``2026-W45`` names.

        Raises
        ------
        PeriodError
            If it names none.
        """
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise PeriodError("Not a week", given=written, allowed="such as 2026-W45")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime, zone: ZoneInfo) -> Week:
        """Return the week that an instant lies in, in a zone."""
        year, number, _ = at.astimezone(zone).isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def before(self) -> Week:
        """The week before this one."""
        year, number, _ = (self.monday - timedelta(days=7)).isocalendar()
        return Week(year, number)

    def period(self, zone: ZoneInfo) -> Period:
        """Return the instants from Monday's midnight up to the next Monday's, in a zone."""
        start, end = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (self.monday, self.monday + timedelta(days=7))
        )
        return Period(start, end)

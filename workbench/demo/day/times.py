"""When the day with hits is, and its local times as instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workbench.demo.year import ZONE
from workbench.domain.week import Week

DAYS_AFTER_YEAR = 2
"""The evening between is for setting the lists up."""


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The day, and times on it as people say them.

    Examples
    --------
    >>> day = day_after(date(2026, 11, 1))
    >>> day.on.isoformat(), day.at("05:00").isoformat(), day.at("17:00", days=-1).isoformat()
    ('2026-11-03', '2026-11-03T13:00:00+00:00', '2026-11-03T01:00:00+00:00')
    """

    on: date

    def at(self, clock: str, *, days: int = 0) -> datetime:
        """Return an instant in UTC from a local time such as ``05:40``, on this day or another."""
        on = self.on + timedelta(days=days)
        return datetime.combine(on, time.fromisoformat(clock), ZONE).astimezone(UTC)

    @property
    def week(self) -> Week:
        """The week that it lies in."""
        return Week.of(self.at("12:00"), ZONE)

    @property
    def week_ends_at(self) -> datetime:
        """The first instant after its week."""
        return self.week.period(ZONE).end


def day_after(ending: date) -> DayTimes:
    """Return the day with hits of a city whose year ends with a day."""
    return DayTimes(ending + timedelta(days=DAYS_AFTER_YEAR))

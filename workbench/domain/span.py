"""How long something is kept: minutes to years, to the microsecond and without a time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from workbench.domain.period import utc
from workbench.errors import SpanError

_TEXT = re.compile(r"(\d{1,5}) (minute|hour|day|month|year)s?")
_MONTHS_A_YEAR = 12
_MOMENT = timedelta(microseconds=1)
_MOST_MONTHS = 2400
_LEAP_YEAR = datetime(2000, 1, 1, tzinfo=UTC)


class SpanUnit(StrEnum):
    """A day is 24 hours whatever clocks do; months and years follow the calendar of UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


_FIXED = {
    SpanUnit.MINUTE: timedelta(minutes=1),
    SpanUnit.HOUR: timedelta(hours=1),
    SpanUnit.DAY: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time such as ``365 days``.

    Examples
    --------
    >>> str(Span(1, SpanUnit.YEAR)), str(Span(3, SpanUnit.MINUTE))
    ('1 year', '3 minutes')
    """

    count: int
    unit: SpanUnit

    def __str__(self) -> str:
        """Write it as `parse_span` reads it."""
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"

    def longer_than(self, other: Span) -> bool:
        """Return whether it is certainly longer: compared from the first day of a leap year on.

        Examples
        --------
        >>> Span(2, SpanUnit.YEAR).longer_than(Span(730, SpanUnit.DAY))
        True
        """
        return self.after(_LEAP_YEAR) > other.after(_LEAP_YEAR)

    def after(self, at: datetime) -> datetime:
        """Return the instant at which the span that begins at `at` is over.

        Where the calendar lacks the day, the month's end counts: a year from 29 February ends
        with it, at the beginning of 1 March, so that nothing is kept for less than was asked.

        Returns
        -------
        datetime
            In UTC.

        Examples
        --------
        >>> Span(1, SpanUnit.YEAR).after(datetime(2024, 2, 29, 12, tzinfo=UTC)).isoformat()
        '2025-03-01T00:00:00+00:00'
        """
        start = utc(at)
        if self.unit in _FIXED:
            return start + self.count * _FIXED[self.unit]
        first = _first_of_month(start, self.calendar_months)
        reached = first + (start - _first_of_month(start, 0))
        return min(reached, _first_of_month(first, 1))

    def last_over(self, at: datetime) -> datetime:
        """Return the last instant whose span is over at `at`: what is newer has to stay.

        Returns
        -------
        datetime
            In UTC; ``after(last_over(at)) <= at < after(last_over(at) + 1 microsecond)``.

        Examples
        --------
        >>> Span(365, SpanUnit.DAY).last_over(datetime(2026, 11, 1, tzinfo=UTC)).isoformat()
        '2025-11-01T00:00:00+00:00'
        """
        end = utc(at)
        if self.unit in _FIXED:
            return end - self.count * _FIXED[self.unit]
        first = _first_of_month(end, -self.calendar_months)
        reached = first + (end - _first_of_month(end, 0))
        return min(reached, _first_of_month(first, 1) - _MOMENT)

    @property
    def calendar_months(self) -> int:
        """How many months of the calendar; of a span that is one of months or years."""
        return self.count * (_MONTHS_A_YEAR if self.unit is SpanUnit.YEAR else 1)


def parse_span(text: str) -> Span:
    """Return the span that a text such as ``3 minutes`` or ``1 year`` means.

    Raises
    ------
    SpanError
        If it is no such text, is nothing, or is more than 200 years.

    Examples
    --------
    >>> parse_span("60 days").count
    60
    """
    found = _TEXT.fullmatch(text.strip())
    if found and int(found[1]) > 0:
        span = Span(int(found[1]), SpanUnit(found[2]))
        if span.unit in _FIXED or span.calendar_months <= _MOST_MONTHS:
            return span
    raise SpanError(
        "Not a length of time that can be kept",
        given=text,
        allowed="a number of minutes, hours, days, months or years, such as `365 days`",
    )


def _first_of_month(at: datetime, further: int) -> datetime:
    months = at.year * _MONTHS_A_YEAR + at.month - 1 + further
    return datetime(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, 1, tzinfo=UTC)

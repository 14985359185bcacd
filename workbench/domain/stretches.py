"""Stretches of time laid over each other: what they share, what they leave out, whole hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workbench.domain.period import Period

HOUR = timedelta(hours=1)


def shared(one: Period, other: Period) -> Period | None:
    """Return the time that two periods share, or ``None``.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = [datetime(2026, 11, 2, hour, tzinfo=UTC) for hour in range(4)]
    >>> shared(Period(at[0], at[2]), Period(at[1], at[3])) == Period(at[1], at[2])
    True
    >>> shared(Period(at[0], at[1]), Period(at[1], at[3])) is None
    True
    """
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start < end else None


def joined(periods: Iterable[Period]) -> list[Period]:
    """Return the time that periods cover, in order, those that touch made one."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda each: each.start):
        if found and period.start <= found[-1].end:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return found


def left_out(window: Period, periods: Iterable[Period]) -> list[Period]:
    """Return the time of a window that no period covers, in order."""
    found: list[Period] = []
    at = window.start
    for period in joined(periods):
        within = shared(window, period)
        if within is None:
            continue
        if at < within.start:
            found.append(Period(at, within.start))
        at = within.end
    if at < window.end:
        found.append(Period(at, window.end))
    return found


def by_day(period: Period, zone: ZoneInfo) -> Iterator[Period]:
    """Yield a period cut at the midnights of a zone, in order.

    Examples
    --------
    >>> from datetime import UTC
    >>> zone = ZoneInfo("America/Los_Angeles")
    >>> whole = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))
    >>> [day.length / HOUR for day in by_day(whole, zone)]
    [7.0, 25.0, 16.0]
    """
    at = period.start
    while at < period.end:
        next_day = at.astimezone(zone).date() + timedelta(days=1)
        midnight = datetime.combine(next_day, time(), zone).astimezone(UTC)
        yield Period(at, min(midnight, period.end))
        at = midnight


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour that an instant lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


def whole_hours(periods: Iterable[Period]) -> Iterator[datetime]:
    """Yield the beginnings of the hours that lie in the periods from end to end, in order."""
    for period in joined(periods):
        at = hour_of(period.start)
        if at < period.start:
            at += HOUR
        while at + HOUR <= period.end:
            yield at
            at += HOUR

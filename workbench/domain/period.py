"""Half-open periods of time, aware and in UTC; local time is turned into them at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workbench.errors import PeriodError


@dataclass(frozen=True, slots=True)
class Period:
    """The instants from `start` up to, and without, `end`.

    Raises
    ------
    PeriodError
        If a time has no zone or the end is not after the start.

    Examples
    --------
    >>> day = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    >>> day.length
    datetime.timedelta(days=1)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Keep both ends in UTC."""
        object.__setattr__(self, "start", utc(self.start))
        object.__setattr__(self, "end", utc(self.end))
        if self.end <= self.start:
            raise PeriodError(
                "The period ends before it begins",
                given=f"{self.start.isoformat()} to {self.end.isoformat()}",
                allowed="an end after the start",
            )

    @property
    def length(self) -> timedelta:
        """The time between start and end."""
        return self.end - self.start

    @classmethod
    def around(cls, at: datetime, *, before: timedelta, after: timedelta) -> Period:
        """Return the period around an instant, both margins included as half-open ends."""
        return cls(at - before, at + after)


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC.

    Raises
    ------
    PeriodError
        If the time has no zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise PeriodError(
            "A time without zone names no instant",
            given=at.isoformat(),
            allowed="a time with zone or offset, such as 2026-11-01T20:00:00-07:00",
        )
    return at.astimezone(UTC)


def local_instants(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the earliest and latest instant that a written time can mean.

    They differ only for a local time that occurs twice, in the night when clocks go back.

    Parameters
    ----------
    text
        ISO 8601, such as ``2026-11-01 20:00``; with an offset it is taken as written.
    zone
        The department's zone, used when the text names none.

    Returns
    -------
    tuple of datetime
        Both in UTC.

    Raises
    ------
    PeriodError
        If it does not parse, or names a local time that the change of clocks skips.

    Examples
    --------
    >>> local_instants("2026-07-01 20:00", ZoneInfo("America/Los_Angeles"))[0].isoformat()
    '2026-07-02T03:00:00+00:00'
    """
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        raise PeriodError(
            "The time cannot be read",
            given=text,
            allowed="ISO 8601, such as 2026-11-01 20:00 or 2026-11-01T20:00:00-07:00",
        ) from None
    if written.tzinfo is not None:
        return utc(written), utc(written)
    folds = [written.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if folds[0].astimezone(zone).replace(tzinfo=None) != written:
        raise PeriodError(
            "That local time does not exist: clocks were put forward over it",
            given=f"{text} {zone.key}",
            allowed="a time before or after the change, or one with an offset",
        )
    return min(folds), max(folds)


def local_period(start: str, end: str, zone: ZoneInfo) -> Period:
    """Return the widest period that two written times can mean.

    Examples
    --------
    >>> zone = ZoneInfo("America/Los_Angeles")
    >>> local_period("2026-11-01 01:00", "2026-11-01 02:00", zone).length
    datetime.timedelta(seconds=7200)
    """
    return Period(local_instants(start, zone)[0], local_instants(end, zone)[1])

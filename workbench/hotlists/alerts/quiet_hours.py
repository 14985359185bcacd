"""Hours in which a target is left alone, by the clock on its wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workbench.domain.alert import Level
from workbench.errors import AlertTargetError


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until, without, when; over midnight where the end is the smaller.

    Raises
    ------
    AlertTargetError
        If both are the same: that could be never or always.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse what could be read in two ways."""
        if self.start == self.end:
            raise AlertTargetError(
                "Quiet hours begin when they end", given=str(self.start), allowed="two times"
            )

    def holds(self, local: time) -> bool:
        """Return whether a time on the wall's clock is quiet.

        Examples
        --------
        >>> night = QuietHours(time(22), time(6))
        >>> night.holds(time(23)), night.holds(time(6))
        (True, False)
        """
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def first_try_at(at: datetime, quiet: QuietHours | None, level: Level, zone: ZoneInfo) -> datetime:
    """Return when an alert may leave: now, or when the quiet hours end.

    What is high never waits: a stolen car does not stand still until the morning.

    Parameters
    ----------
    at
        The present instant.
    quiet
        Of the target.
    level
        Of the alert.
    zone
        In which the quiet hours are meant.

    Returns
    -------
    datetime
        UTC, never before `at`. Where clocks are put forward over the end, the end is taken as
        it would have been without that.

    Examples
    --------
    >>> night, zone = QuietHours(time(22), time(6)), ZoneInfo("America/Los_Angeles")
    >>> at = datetime(2026, 11, 2, 7, tzinfo=UTC)  # 23:00 on the wall
    >>> first_try_at(at, night, Level.MEDIUM, zone).isoformat()
    '2026-11-02T14:00:00+00:00'
    """
    local = at.astimezone(zone)
    if level is Level.HIGH or quiet is None or not quiet.holds(local.time()):
        return at
    days = 0 if local.time() < quiet.end else 1
    end = datetime.combine(local.date() + timedelta(days=days), quiet.end, tzinfo=zone)
    # The hour that comes twice: the end of the first one may lie before us already.
    late = end.astimezone(UTC) <= at
    return end.replace(fold=int(late)).astimezone(UTC)

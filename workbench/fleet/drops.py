"""Cameras that suddenly read far less than at the same hours of other weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from statistics import median
from zoneinfo import ZoneInfo

from workbench.domain.stretches import HOUR, hour_of

HOURS = 24
"""How far back a camera is looked at; one that reads too little in it is too quiet to tell."""

FEWEST_EXPECTED = 50
"""Reads that the other weeks must promise before anything is said, so that a quiet night is none.

How many false alarms are left stands in ``docs/equipment.md``; 80 gave no fewer, and left more
cameras too quiet to tell.
"""

FEWEST_WEEKS = 3
"""Other weeks without which there is no median that one strange week could not move."""

FEWEST_CAMERAS = 5
"""Cameras without which nothing is said about all of them together."""

SCATTERS = 4
"""How many times their scatter a camera lies below the others before it is called broken."""

NORMAL = 1.4826
"""Makes a median absolute deviation the standard deviation of what is normally distributed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a camera read lately beside what other weeks promise.

    Attributes
    ----------
    hours
        How many full hours back were needed to expect enough.
    reads
        In these hours.
    expected
        Median of the same hours in the other weeks.
    other_weeks
        What each of them had, in ascending order.
    """

    camera_id: str
    hours: int
    reads: int
    expected: float
    other_weeks: tuple[int, ...]

    @property
    def share(self) -> float:
        """Of what was expected, how much there was."""
        return self.reads / self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """Which cameras dropped.

    Attributes
    ----------
    compared
        Every camera of which enough was expected.
    dropped
        Those that dropped more than all cameras together.
    typical
        Median share of all compared cameras; ``None`` for too few of them.
    all_dropped
        Whether that itself is a drop: then it is the way in, the weather or a holiday.
    """

    compared: tuple[Compared, ...]
    dropped: tuple[Compared, ...]
    typical: float | None
    all_dropped: bool


def same_hours(horizon: datetime, week: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the last `HOURS` full hours so many weeks before, the latest first, in UTC.

    By the department's clock, because traffic follows it: eight in the morning stays eight in the
    morning across a change of clocks.

    Examples
    --------
    >>> zone = ZoneInfo("America/Los_Angeles")
    >>> at = datetime(2026, 11, 2, 17, tzinfo=UTC)
    >>> [same_hours(at, week, zone)[0].isoformat() for week in (0, 1)]
    ['2026-11-02T16:00:00+00:00', '2026-10-26T15:00:00+00:00']
    """
    latest = [hour_of(horizon) - back * HOUR for back in range(1, HOURS + 1)]
    if week == 0:
        return tuple(latest)
    earlier = (hour.astimezone(zone) - timedelta(weeks=week) for hour in latest)
    return tuple(hour_of(local.astimezone(UTC)) for local in earlier)


def compare(
    camera_id: str, lately: Sequence[int], others: Sequence[Sequence[int]]
) -> Compared | None:
    """Return what a camera read beside what other weeks promise, over as few hours as will do.

    Parameters
    ----------
    lately
        Reads of the last full hours, the latest first.
    others
        The same for other weeks.

    Returns
    -------
    Compared or None
        ``None`` if there are too few other weeks, or they promise too little even in `HOURS`.

    Examples
    --------
    >>> compare("C1", [10, 90], [[100, 99], [120, 99], [110, 99]]).expected
    110
    """
    if len(others) < FEWEST_WEEKS:
        return None
    for hours in range(1, len(lately) + 1):
        sums = sorted(sum(week[:hours]) for week in others)
        if median(sums) >= FEWEST_EXPECTED:
            return Compared(
                camera_id=camera_id,
                hours=hours,
                reads=sum(lately[:hours]),
                expected=median(sums),
                other_weeks=tuple(sums),
            )
    return None


def drops(compared: Sequence[Compared], drop_share: float) -> Drops:
    """Return which cameras dropped.

    A camera dropped if all of this holds:

    - it had less than `drop_share` of what its other weeks had in the median;
    - it had less than all of them but the quietest;
    - it had less than that share of what is typical of all cameras now, so that rain or a holiday
      is no fault of sixty cameras; if the typical share is itself below `drop_share`, that is
      said once;
    - it lies `SCATTERS` times as far below the typical share as cameras scatter around it now,
      by logarithms and with the median absolute deviation (F. R. Hampel, "The influence curve and
      its role in robust estimation", Journal of the American Statistical Association 69 (1974),
      383-393), so that where traffic is lively a lively camera is not called broken.

    Of fewer than `FEWEST_CAMERAS` the last two are not asked.

    Parameters
    ----------
    drop_share
        Of the policy (``equipment.drop_share``).
    """
    enough = len(compared) >= FEWEST_CAMERAS
    typical = median(one.share for one in compared) if enough else None
    bar = drop_share * min(1.0, typical if typical is not None else 1.0)
    if enough:
        bar = min(bar, _out_of_scatter(compared))
    dropped = tuple(one for one in compared if one.share < bar and one.reads < one.other_weeks[1])
    return Drops(
        compared=tuple(compared),
        dropped=dropped,
        typical=typical,
        all_dropped=typical is not None and typical < drop_share,
    )


def _out_of_scatter(compared: Sequence[Compared]) -> float:
    logarithms = [log(max(one.reads, 0.5) / one.expected) for one in compared]
    centre = median(logarithms)
    scatter = NORMAL * median(abs(each - centre) for each in logarithms)
    return exp(centre - SCATTERS * scatter)


def compared_cameras(
    counts: Mapping[str, Mapping[datetime, int]],
    here_since: Mapping[str, datetime],
    *,
    horizon: datetime,
    weeks: int,
    zone: ZoneInfo,
) -> list[Compared]:
    """Return every camera of which enough is expected.

    Parameters
    ----------
    counts
        Reads of cameras in hours of UTC; hours without any may be absent.
    here_since
        Since when each camera is where it is: weeks before that say nothing about it.
    horizon
        The end of what is looked at.
    weeks
        How many other weeks (``equipment.drop_weeks``).
    """
    hours = [same_hours(horizon, week, zone) for week in range(weeks + 1)]
    found = []
    for camera_id, since in here_since.items():
        of_camera = counts.get(camera_id, {})
        lately, *others = [
            [of_camera.get(hour, 0) for hour in week] for week in hours if week[-1] >= since
        ] or [[]]
        one = compare(camera_id, lately, others)
        if one is not None:
            found.append(one)
    return found

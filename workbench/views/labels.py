"""Times as people of the department read them; everywhere else times are in UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from workbench.errors import PeriodError


def local_label(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as local time with its zone's abbreviation.

    Raises
    ------
    PeriodError
        If the time has no zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> local_label(datetime(2026, 11, 2, 18, 5, 9, tzinfo=UTC), ZoneInfo("America/Los_Angeles"))
    '2026-11-02 10:05:09 PST'
    """
    if at.tzinfo is None:
        raise PeriodError(
            "A time without zone cannot be shown as local time",
            given=at.isoformat(),
            allowed="an aware datetime",
        )
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def local_labels(times: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return a column of instants as local times; a missing one becomes an empty text.

    The two passes through the hour that occurs twice in autumn differ by their abbreviation.

    Examples
    --------
    >>> seen = pd.Series(pd.to_datetime(["2026-11-01T08:30Z", "2026-11-01T09:30Z"]))
    >>> list(local_labels(seen, ZoneInfo("America/Los_Angeles")))
    ['2026-11-01 01:30:00 PDT', '2026-11-01 01:30:00 PST']
    """
    local = times.dt.tz_convert(zone.key)
    labels: pd.Series = local.dt.strftime("%Y-%m-%d %H:%M:%S %Z").fillna("").astype("str")
    return labels


def local_input(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as it is typed into a form: local, to the minute, without zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> local_input(datetime(2026, 7, 1, 3, 0, tzinfo=UTC), ZoneInfo("America/Los_Angeles"))
    '2026-06-30 20:00'
    """
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

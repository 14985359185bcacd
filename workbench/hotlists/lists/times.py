"""Times of a list's rows as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from workbench.hotlists.lists.template import Times

_DAY_CHARACTERS = 10
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_OF_THE_DAY = ("%H", "%I", "%T", "%X", "%c", "%s")


class RowTimes:
    """Reads the times of one file.

    Parameters
    ----------
    times
        How they are written.
    zone
        Of times that carry none, where the template names none either.
    """

    def __init__(self, times: Times, zone: ZoneInfo) -> None:
        self._format = times.format
        self._zone = ZoneInfo(times.zone) if times.zone else zone
        self._days_only = times.format != "iso" and not any(
            part in times.format for part in _OF_THE_DAY
        )

    def instant(self, text: str, *, end: bool) -> datetime:
        """Return an instant in UTC.

        Parameters
        ----------
        text
            As it stands in the file.
        end
            Whether something ends then: a day without a time counts whole, so its end is meant.

        Raises
        ------
        ValueError
            If it cannot be read.

        Examples
        --------
        >>> times = RowTimes(Times(), ZoneInfo("America/Los_Angeles"))
        >>> times.instant("2026-11-30", end=True).isoformat()
        '2026-12-01T08:00:00+00:00'
        """
        try:
            return self._read(text, end=end)
        except OverflowError:  # such as 9999-12-31, which means that it never ends
            return _LAST if end else _FIRST

    def _read(self, text: str, *, end: bool) -> datetime:
        iso = self._format == "iso"
        if self._days_only or (iso and len(text) <= _DAY_CHARACTERS):
            day = date.fromisoformat(text) if iso else self._parsed(text).date()
            day += timedelta(days=1) if end else timedelta(0)
            written = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        else:
            written = datetime.fromisoformat(text) if iso else self._parsed(text)
            if written.tzinfo is None:
                written = written.replace(tzinfo=self._zone)
        return written.astimezone(UTC)

    def _parsed(self, text: str) -> datetime:
        return datetime.strptime(text, self._format)  # noqa: DTZ007 - the zone is put to it

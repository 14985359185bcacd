"""How many reads cameras made and when: counts and times for the care of equipment, no plates.

What is counted here is not yet fit to be told: one read in one hour is a passage. Whoever tells
of it tells whole hours and days with enough reads (``workbench/fleet/told_cells.py``), and is then
no look. Jobs may call it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from workbench.domain.period import Period

HourCounts = Mapping[str, Mapping[datetime, int]]
"""Reads by camera and beginning of an hour of UTC; hours and cameras without any are absent."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some cameras in a period of time.

    Attributes
    ----------
    key
        By which the caller knows it again.
    """

    key: int
    cameras: tuple[str, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in a stretch without any read."""

    key: int
    period: Period


class ReadCounts:
    """Counts reads.

    Parameters
    ----------
    engine
        Of the service role, read-only and limited in time.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hours(self, period: Period, cameras: Sequence[str]) -> HourCounts:
        """Return how many reads each camera made in each hour of UTC."""
        values = {"cameras": list(cameras), "start": period.start, "end": period.end}
        with self._engine.connect() as connection:
            found: dict[str, dict[datetime, int]] = {}
            for row in connection.execute(_HOURS, values):
                found.setdefault(row.camera_id, {})[row.hour.astimezone(UTC)] = row.reads
        return found

    def last_seen(
        self, cameras: Sequence[str], before: datetime, *, nth: int = 1
    ) -> dict[str, datetime]:
        """Return when each camera saw its last read before an instant; those without are absent.

        Parameters
        ----------
        nth
            The last one, the last but one, and so on.
        """
        values = {"cameras": list(cameras), "before": before, "skipped": nth - 1}
        with self._engine.connect() as connection:
            rows = connection.execute(_LAST, values)
            return {
                row.camera_id: row.seen_at.astimezone(UTC)
                for row in rows
                if row.seen_at is not None
            }

    def of(self, stretches: Sequence[Stretch]) -> Mapping[int, int]:
        """Return how many reads each stretch has, by its key."""
        with self._engine.connect() as connection:
            rows = connection.execute(_STRETCHES, _stretch_values(stretches))
            return {row.key: row.reads for row in rows}

    def gaps(self, stretches: Sequence[Stretch], *, longer_than: timedelta) -> list[Gap]:
        """Return the times in stretches without a read, from and to their ends too.

        Parameters
        ----------
        longer_than
            A time of exactly this length is no gap.
        """
        values = _stretch_values(stretches) | {"longest": longer_than}
        with self._engine.connect() as connection:
            rows = connection.execute(_GAPS, values)
            return [Gap(row.key, Period(row.before, row.at)) for row in rows]


def _stretch_values(stretches: Sequence[Stretch]) -> dict[str, object]:
    # One row a camera: arrays in arrays would all have to be of one length.
    rows = [(one, camera) for one in stretches for camera in one.cameras]
    return {
        "keys": [one.key for one in stretches],
        "starts": [one.period.start for one in stretches],
        "ends": [one.period.end for one in stretches],
        "of_keys": [one.key for one, _ in rows],
        "of_cameras": [camera for _, camera in rows],
    }


_HOURS = text("""
SELECT camera_id, date_trunc('hour', seen_at, 'UTC') AS hour, count(*) AS reads
FROM detection
WHERE camera_id = ANY (CAST(:cameras AS text[])) AND seen_at >= :start AND seen_at < :end
GROUP BY 1, 2 ORDER BY 1, 2
""")

_LAST = text("""
SELECT camera_id, (
  SELECT seen_at FROM detection
  WHERE detection.camera_id = named.camera_id AND seen_at < :before
  ORDER BY seen_at DESC OFFSET :skipped LIMIT 1
) AS seen_at
FROM unnest(CAST(:cameras AS text[])) AS named (camera_id)
""")

_NAMED = """
WITH stretch AS (
  SELECT * FROM unnest(
    CAST(:keys AS bigint[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])
  ) AS named (key, starts, ends)
), read AS (
  SELECT key, seen_at FROM stretch JOIN unnest(
    CAST(:of_keys AS bigint[]), CAST(:of_cameras AS text[])
  ) AS carried (of_key, camera) ON of_key = key
  JOIN LATERAL (
    SELECT seen_at FROM detection
    WHERE camera_id = camera AND seen_at >= starts AND seen_at < ends
  ) AS seen ON true
)
"""

_STRETCHES = text(f"""
{_NAMED}
SELECT stretch.key, count(seen_at) AS reads
FROM stretch LEFT JOIN read ON read.key = stretch.key GROUP BY stretch.key
""")  # noqa: S608 - constants of ours

_GAPS = text(f"""
{_NAMED}, instant AS (
  SELECT key, starts AS at FROM stretch
  UNION ALL SELECT key, ends FROM stretch
  UNION ALL SELECT key, seen_at FROM read
), pair AS (
  SELECT key, at, lag(at) OVER (PARTITION BY key ORDER BY at) AS before FROM instant
)
SELECT key, before, at FROM pair WHERE at - before > :longest ORDER BY key, at
""")  # noqa: S608 - constants of ours

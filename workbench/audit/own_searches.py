"""What the log says about somebody's own searches: cameras and times, for the log of shifts.

It hands out no plate, purpose or case, so it is no reading of the log that itself is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from workbench.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search that returned, without what it asked for beside cameras and time.

    Attributes
    ----------
    seq
        Of its record.
    cameras
        That its criteria name.
    begins_at, ends_at
        The period that it looked into; empty where it named none.
    narrowed
        Whether it also asked for a plate, an area, a state or a confidence.
    rows
        How many reads it returned.
    """

    seq: int
    username: str
    recorded_at: datetime
    cameras: tuple[str, ...]
    begins_at: datetime | None
    ends_at: datetime | None
    narrowed: bool
    rows: int


def searches_by(connection: Connection, usernames: Sequence[str], period: Period) -> list[Search]:
    """Return the searches by cameras that some people made in a period, in the log's order.

    Parameters
    ----------
    connection
        Of any role that may read the log.
    period
        In which the search was begun.

    Returns
    -------
    list of Search
        Only those that returned; a search that was refused or failed showed nobody anything.
    """
    values = {"people": list(usernames), "start": period.start, "end": period.end}
    return [
        Search(
            seq=row.seq,
            username=row.username,
            recorded_at=row.recorded_at,
            cameras=tuple(row.cameras),
            begins_at=datetime.fromisoformat(row.begins) if row.begins else None,
            ends_at=datetime.fromisoformat(row.ends) if row.ends else None,
            narrowed=row.narrowed,
            rows=row.rows,
        )
        for row in connection.execute(_SEARCHES, values)
    ]


_SEARCHES = text(r"""
SELECT look.seq, look.username, look.recorded_at, look.criteria -> 'cameras' AS cameras,
  look.criteria #>> '{period,start}' AS begins, look.criteria #>> '{period,end}' AS ends,
  coalesce(look.criteria ->> 'plate', look.criteria ->> 'area',
    look.criteria ->> 'min_confidence', look.criteria #>> '{regions,0}') IS NOT NULL AS narrowed,
  CASE WHEN ended.details ->> 'rows' ~ '^[0-9]{1,18}$'
    THEN (ended.details ->> 'rows')::bigint ELSE 0 END AS rows
FROM audit_record AS look JOIN audit_record AS ended
  ON ended.access_id = look.seq AND ended.kind = 'look:outcome'
  AND ended.outcome IN ('returned', 'truncated')
WHERE look.kind = 'detection:search' AND look.username = ANY (CAST(:people AS text[]))
  AND look.recorded_at >= :start AND look.recorded_at < :end
  AND look.criteria #>> '{cameras,0}' IS NOT NULL
ORDER BY look.seq
""")

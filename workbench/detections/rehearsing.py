"""Counts of the reads that a hot plate would have met; no read itself comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, and_, cast, func, or_, select

from workbench.detections.filters import Condition
from workbench.domain.rehearsal import RehearsalCriteria
from workbench.storage.detection_tables import detection

_d = detection.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How often a hot plate would have hit.

    Attributes
    ----------
    access_id
        The audit record that let this out.
    hits
        Reads that it meets exactly; what is misread is not counted.
    plates
        Different plates among them: with unknown characters often more than one.
    cameras
        Cameras that they come from.
    days
        Local days with hits, each with how many.
    """

    access_id: int
    hits: int
    plates: int
    cameras: int
    days: tuple[tuple[date, int], ...]


def rehearsed(
    connection: Connection, criteria: RehearsalCriteria, *, access_id: int, zone: ZoneInfo
) -> Rehearsal:
    """Return what a hot plate would have met in the kept reads.

    Parameters
    ----------
    connection
        Of the reader role.
    criteria
        As read back from the audit record.
    access_id
        That record.
    zone
        In which days are counted.
    """
    met = and_(*_conditions(criteria))
    day = cast(func.timezone(zone.key, _d.seen_at), Date)
    rows = connection.execute(
        select(day.label("day"), func.count().label("hits")).where(met).group_by(day).order_by(day)
    )
    days = tuple((row.day, int(row.hits)) for row in rows)
    plates, cameras = connection.execute(
        select(
            func.count(_d.plate_normal.distinct()),
            func.count(_d.camera_id.distinct()),
        ).where(met)
    ).one()
    return Rehearsal(
        access_id=access_id,
        hits=sum(hits for _, hits in days),
        plates=plates,
        cameras=cameras,
        days=days,
    )


def _conditions(criteria: RehearsalCriteria) -> list[Condition]:
    pattern, period = criteria.pattern, criteria.period
    conditions: list[Condition] = [~_d.pseudonym]
    prefix = pattern.pattern.partition("*")[0]
    if not pattern.wildcard:
        conditions.append(_d.plate_normal == pattern.pattern)
    else:
        conditions.append(_d.plate_normal.regexp_match(pattern.regex))
        if prefix:
            # The range lets the index find the beginning.
            above = prefix[:-1] + chr(ord(prefix[-1]) + 1)
            conditions.append(and_(_d.plate_normal >= prefix, _d.plate_normal < above))
    if criteria.region is not None:
        conditions.append(or_(_d.region.is_(None), func.upper(_d.region) == criteria.region))
    if period is not None:
        conditions.append(and_(_d.seen_at >= period.start, _d.seen_at < period.end))
    return conditions

"""Counts of the reads that a hot plate would have met; no read itself comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Date,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from workbench.detections.filters import Condition
from workbench.detections.kept_reads import reads_where
from workbench.domain.rehearsal import Met, RehearsalCriteria
from workbench.storage.detection_tables import detection

_d = detection.c

_AT_ONCE = timedelta(days=1)
_PORTION = 20_000

_UNUSUAL = r'\["[0-9A-Za-z]*[^0-9A-Za-z"]'
"""In candidates as JSON: a text with anything but letters and digits. Every text stands behind an
opening bracket and quotes, and nothing else does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How often a hot plate would have hit.

    Attributes
    ----------
    access_id
        The audit record that let this out.
    hits
        Reads that it meets as they were read, however sure that is.
    alerts, possible
        Reads that people would have been alerted to, and those that would be possible hits:
        weighed as new reads are, candidates and misreads too.
    misread_alerts, misread_possible
        Those of them that have another text than the plate.
    plates
        Different plates among `hits`: with unknown characters often more than one.
    cameras
        Cameras that these come from.
    days
        Local days of these, each with how many.
    """

    access_id: int
    hits: int
    alerts: int
    misread_alerts: int
    possible: int
    misread_possible: int
    plates: int
    cameras: int
    days: tuple[tuple[date, int], ...]


class Trial(Protocol):
    """A plate that is matched as if it were looked for.

    Attributes
    ----------
    reach
        Patterns for LIKE; a text that fits none of them is not met.
    """

    @property
    def reach(self) -> tuple[str, ...]:
        """The patterns."""

    def met(self, reads: pa.Table) -> Iterable[Met]:
        """Give what would be made of reads with the columns that watchers of new ones get."""


class Tries(Protocol):
    """Whoever matches reads."""

    def trial(self, connection: Connection, criteria: RehearsalCriteria) -> Trial:
        """Put a plate on trial."""


def rehearsed(
    connection: Connection,
    criteria: RehearsalCriteria,
    *,
    access_id: int,
    zone: ZoneInfo,
    tries: Tries,
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
    tries
        What matches new reads.
    """
    trial = tries.trial(connection, criteria)
    met = Counter(
        (each.alerts, each.misread)
        for reads in _within_reach(connection, criteria, trial.reach)
        for each in trial.met(reads)
    )
    return _as_read(
        connection,
        criteria,
        zone,
        partial(
            Rehearsal,
            access_id=access_id,
            alerts=met[True, True] + met[True, False],
            misread_alerts=met[True, True],
            possible=met[False, True] + met[False, False],
            misread_possible=met[False, True],
        ),
    )


def _as_read(
    connection: Connection,
    criteria: RehearsalCriteria,
    zone: ZoneInfo,
    made: Callable[..., Rehearsal],
) -> Rehearsal:
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
    return made(
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


def _within_reach(
    connection: Connection, criteria: RehearsalCriteria, reach: Sequence[str]
) -> Iterator[pa.Table]:
    """Give the reads that may be met, in portions.

    They are selected a day after the other, so that no statement takes long.
    """
    period, near = criteria.period, _may_fit(reach)
    first = select(func.min(_d.seen_at))
    if period is not None:
        first = first.where(_d.seen_at >= period.start, _d.seen_at < period.end)
    begin = connection.execute(first).scalar_one()
    some: list[pa.Table] = []
    while begin is not None:
        end = begin + _AT_ONCE if period is None else min(begin + _AT_ONCE, period.end)
        some.append(reads_where(connection, _d.seen_at >= begin, _d.seen_at < end, near))
        if sum(each.num_rows for each in some) >= _PORTION:
            yield pa.concat_tables(some)
            some = []
        begin = connection.execute(first.where(_d.seen_at >= end)).scalar_one()
    if some:
        yield pa.concat_tables(some)


def _may_fit(reach: Sequence[str]) -> ColumnElement[bool]:
    """Return that a read's own text or one of its candidates may fit one of some patterns.

    Candidates stand in their normal form mostly; of those that do not, all count.
    """
    fits = any_(literal(list(reach), ARRAY(Text)))
    pairs = func.jsonb_array_elements(_d.candidates).table_valued("value").alias("pairs")
    candidate = func.upper(cast(pairs.c.value, JSONB)[0].astext)
    listed = select(literal(1)).select_from(pairs).where(candidate.op("LIKE")(fits)).exists()
    unusual = cast(_d.candidates, Text).regexp_match(_UNUSUAL)
    return and_(
        ~_d.pseudonym,
        or_(
            _d.plate_normal.op("LIKE")(fits),
            and_(_d.candidates.is_not(None), or_(listed, unusual)),
        ),
    )

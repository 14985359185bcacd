"""Which reads are over, month by month, and what keeps some of them; nothing is deleted here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.types import Text

from workbench.domain.keeping import Cutoff, Cutoffs, Tally
from workbench.storage.camera_tables import camera
from workbench.storage.detection_tables import detection, detection_month
from workbench.storage.hold_tables import held_detection, hold
from workbench.storage.types import UtcDateTime

READS = "reads"
_d = detection.c


@dataclass(frozen=True, slots=True)
class Month:
    """A month that has a partition: its first instant, and the first of the next."""

    first: datetime
    next: datetime

    @property
    def last(self) -> datetime:
        """Its last instant."""
        return self.next - timedelta(microseconds=1)


def months_until(connection: Connection, until: datetime) -> tuple[Month, ...]:
    """Return the months that began at an instant or before, the earliest first."""
    c = detection_month.c
    rows = connection.execute(select(c.year, c.month).order_by(c.year, c.month)).all()
    every = (
        Month(
            datetime(row.year, row.month, 1, tzinfo=UTC),
            datetime(row.year + row.month // 12, row.month % 12 + 1, 1, tzinfo=UTC),
        )
        for row in rows
    )
    return tuple(month for month in every if month.first <= until)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the reads of a month.

    Attributes
    ----------
    month
        The month.
    cutoffs
        What is over.
    kept_by_hits
        Numbers of reads with a hit that people were alerted to and whose own time is not over.
    """

    month: Month
    cutoffs: Cutoffs
    kept_by_hits: Sequence[int]

    @property
    def within(self) -> ColumnElement[bool]:
        """Whether a read is of this month."""
        return and_(_d.seen_at >= self.month.first, _d.seen_at < self.month.next)

    @property
    def over(self) -> ColumnElement[bool]:
        """Whether a read's own time is over."""
        if self.cutoffs.earliest >= self.month.last:
            return true()
        return _d.seen_at <= until_of(self.cutoffs, _d.source, _d.camera_id)

    @property
    def held(self) -> ColumnElement[bool]:
        """Whether a read is under a standing hold."""
        here = (held_detection.c.seen_at >= self.month.first) & (
            held_detection.c.seen_at < self.month.next
        )
        return _d.id.in_(standing_holds(self.cutoffs.at, held_detection.c.detection_id, here))

    @property
    def hit(self) -> ColumnElement[bool]:
        """Whether a hit keeps a read."""
        numbers = type_coerce(list(self.kept_by_hits), ARRAY(BigInteger))
        return _d.id.in_(select(func.unnest(numbers)))

    @property
    def going(self) -> ColumnElement[bool]:
        """Whether a read of this month goes."""
        return and_(self.within, self.over, ~self.held, ~self.hit)

    @property
    def whole(self) -> bool:
        """Whether every read of the month is over by some rule's time."""
        return self.month.last <= self.cutoffs.latest


def standing_holds(
    at: datetime, column: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """Return a SELECT of a column of ``held_detection`` over the holds that stand.

    The database's guard goes by its own clock, so a hold counts as long as either says so.
    """
    moment = func.least(literal(at, UtcDateTime), func.now())
    stands = hold.c.released_at.is_(None) & (hold.c.ends_at.is_(None) | (hold.c.ends_at > moment))
    joined = held_detection.join(hold, hold.c.id == held_detection.c.hold_id)
    return select(column).select_from(joined).where(stands, *conditions)


def until_of(
    cutoffs: Cutoffs, source: ColumnElement[Any], camera_id: ColumnElement[Any]
) -> ColumnElement[datetime]:
    """Return the last instant that is over, by the first exception that fits."""
    plain = literal(cutoffs.reads.until, UtcDateTime)
    whens = [
        (_fits(each, source, camera_id), literal(each.until, UtcDateTime))
        for each in cutoffs.exceptions
    ]
    return case(*whens, else_=plain) if whens else plain


def rule_of(
    cutoffs: Cutoffs, source: ColumnElement[Any], camera_id: ColumnElement[Any]
) -> ColumnElement[int]:
    """Return the place of the rule that counts in `Cutoffs.of_reads`."""
    whens = [
        (_fits(each, source, camera_id), literal(place))
        for place, each in enumerate(cutoffs.exceptions)
    ]
    plain = literal(len(cutoffs.exceptions))
    return case(*whens, else_=plain) if whens else plain


def tallies(connection: Connection, fate: Fate) -> tuple[Tally, ...]:
    """Return how many reads of a month go and stay, by rule.

    Parameters
    ----------
    connection
        Of the service or the purger.
    """
    rule = rule_of(fate.cutoffs, _d.source, _d.camera_id).label("rule")
    over, held, hit = fate.over, fate.held, fate.hit
    counted = (
        select(
            rule,
            func.count().filter(~over).label("younger"),
            func.count().filter(over, held).label("held"),
            func.count().filter(over, ~held, hit).label("hit"),
            func.count().filter(over, ~held, ~hit).label("gone"),
        )
        .where(fate.within)
        .group_by("rule")
        .order_by("rule")
    )
    return tuple(
        Tally(
            kind=READS,
            cutoff=fate.cutoffs.of_reads[row.rule],
            month=fate.month.first,
            gone=row.gone,
            held=row.held,
            hit=row.hit,
            younger=row.younger,
        )
        for row in connection.execute(counted)
    )


def going_of(connection: Connection, fate: Fate, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of some reads of a month that go, or are not there any more."""
    asked = frozenset(numbers)
    if not asked:
        return asked
    wanted = _d.id == any_(type_coerce(sorted(asked), ARRAY(BigInteger)))
    stay = select(_d.id).where(wanted, fate.within).where(or_(~fate.over, fate.held, fate.hit))
    return asked - frozenset(connection.execute(stay).scalars())


def missing_of(connection: Connection, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of some numbers that no read has."""
    asked = frozenset(numbers)
    wanted = _d.id == any_(type_coerce(sorted(asked), ARRAY(BigInteger)))
    found = connection.execute(select(_d.id).where(wanted)).scalars() if asked else ()
    return asked - frozenset(found)


def _fits(
    exception: Cutoff, source: ColumnElement[Any], camera_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if exception.sources:
        names = any_(type_coerce(list(exception.sources), ARRAY(Text)))
        of_system = select(camera.c.id).where(camera.c.source_system == names)
        conditions.append(or_(source == names, camera_id.in_(of_system)))
    if exception.cameras:
        conditions.append(
            or_(*(camera_id.like(_like(each), escape="\\") for each in exception.cameras))
        )
    return func.coalesce(and_(*conditions), False)


def _like(pattern: str) -> str:
    r"""Return a camera's pattern for LIKE.

    Examples
    --------
    >>> _like("LOT_1-*")
    'LOT\\_1-%'
    """
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")

"""Deliveries that are over: their content, where a video stopped, what was not understood of them.

A delivery's row stays as long as the audit log does: it says what came, from whom and how much,
and lets nobody bring back by accident what is over.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from workbench.detections.expiry import rule_of, standing_holds, until_of
from workbench.domain.keeping import Cutoffs, Tally
from workbench.storage.delivery_tables import delivery, quarantine
from workbench.storage.detection_tables import detection
from workbench.storage.hold_tables import held_detection
from workbench.storage.retention_tables import purge_file

DELIVERIES = "deliveries"
ORIGINALS, PROGRESS, QUARANTINE, DELIVERY_ROWS = (
    "originals",
    "video_progress",
    "quarantine",
    "delivery_rows",
)
_v, _q, _f = delivery.c, quarantine.c, purge_file.c


@dataclass(frozen=True, slots=True)
class Due:
    """Which deliveries are over.

    Content is over with its own time, counted from when it came, or with the first of its reads;
    it stays whole while one of its reads is under hold.
    """

    cutoffs: Cutoffs

    @property
    def own_time(self) -> ColumnElement[bool]:
        """Whether it came so long ago that it is over."""
        return _v.received_at <= until_of(self.cutoffs, _v.format, _v.camera)

    @property
    def over(self) -> ColumnElement[bool]:
        """Whether its content is over."""
        return or_(self.own_time, _v.overdue_at.is_not(None))

    @property
    def held(self) -> ColumnElement[bool]:
        """Whether a read that came with it is under a standing hold."""
        numbers = standing_holds(self.cutoffs.at, held_detection.c.detection_id)
        times = standing_holds(self.cutoffs.at, held_detection.c.seen_at)
        # The times let the database leave out months without held reads.
        named = select(detection.c.delivery_id).where(
            detection.c.id.in_(numbers),
            detection.c.seen_at.in_(times),
            detection.c.delivery_id.is_not(None),
        )
        return _v.id.in_(named)

    @property
    def row_over(self) -> ColumnElement[bool]:
        """Whether nothing needs its row any more."""
        return and_(
            _v.received_at <= literal(self.cutoffs.audit_log.until),
            _v.kept.is_(None),
            _v.progress.is_(None),
            ~exists().where(_q.delivery_id == _v.id),
            ~self.held,
        )

    @property
    def rule(self) -> ColumnElement[int]:
        """The place of its rule in `Cutoffs.of_reads`."""
        return rule_of(self.cutoffs, _v.format, _v.camera)


def delivery_tallies(connection: Connection, cutoffs: Cutoffs) -> tuple[Tally, ...]:
    """Return how much of deliveries goes and stays, by kind and rule."""
    due = Due(cutoffs)
    has_progress = and_(_v.progress.is_not(None), due.own_time)
    counted = (
        select(
            due.rule.label("rule"),
            func.count().filter(_v.kept.is_not(None), due.over, ~due.held).label("originals"),
            func.count().filter(_v.kept.is_not(None), due.over, due.held).label("held"),
            func.count().filter(has_progress, ~due.held).label("progress"),
        )
        .group_by("rule")
        .order_by("rule")
    )
    aside = (
        select(due.rule.label("rule"), func.count().label("gone"))
        .select_from(quarantine.join(delivery))
        .where(due.own_time)
        .group_by("rule")
        .order_by("rule")
    )
    rows = select(func.count()).select_from(delivery).where(due.row_over)
    found: list[Tally] = []
    for row in connection.execute(counted):
        rule = cutoffs.of_reads[row.rule]
        found.append(Tally(kind=ORIGINALS, cutoff=rule, gone=row.originals, held=row.held))
        found.append(Tally(kind=PROGRESS, cutoff=rule, gone=row.progress))
    found += (
        Tally(kind=QUARANTINE, cutoff=cutoffs.of_reads[row.rule], gone=row.gone)
        for row in connection.execute(aside)
    )
    gone = connection.execute(rows).scalar_one()
    found.append(Tally(kind=DELIVERY_ROWS, cutoff=cutoffs.audit_log, gone=gone))
    return tuple(found)


def purge_deliveries(
    connection: Connection, cutoffs: Cutoffs, *, purge_id: int
) -> tuple[Tally, ...]:
    """Delete what is over of deliveries; return the tallies of what went.

    Parameters
    ----------
    connection
        Of the purger, in a transaction in which nobody places holds.
    purge_id
        Under which files are listed, to be deleted when this is committed.
    """
    due = Due(cutoffs)
    going = select(_v.id).where(
        or_(_v.kept.is_not(None), _v.progress.is_not(None)), due.over, ~due.held
    )
    # What somebody is retrying or taking in at this moment is left to the next purge.
    numbers = connection.execute(going.with_for_update(skip_locked=True)).scalars().all()
    files = select(literal(purge_id), literal(DELIVERIES), func.encode(_v.kept, "hex")).where(
        _v.id.in_(numbers), _v.kept.is_not(None)
    )
    listed = insert(purge_file).from_select(["purge_id", "store", "name"], files.distinct())
    connection.execute(
        listed.on_conflict_do_update(
            index_elements=["purge_id", "store", "name"], set_={"done_at": None, "kept": None}
        )
    )
    found = _emptied(connection, due, list(numbers))
    found += _out_of_quarantine(connection, due)
    rows = connection.execute(delete(delivery).where(due.row_over)).rowcount
    found.append(Tally(kind=DELIVERY_ROWS, cutoff=cutoffs.audit_log, gone=rows))
    return tuple(each for each in found if each.gone)


def _emptied(connection: Connection, due: Due, numbers: list[int]) -> list[Tally]:
    mine = _v.id.in_(numbers)
    has_progress = and_(_v.progress.is_not(None), due.own_time)
    counted = connection.execute(
        select(
            due.rule.label("rule"),
            func.count().filter(_v.kept.is_not(None)).label("originals"),
            func.count().filter(has_progress).label("progress"),
        )
        .where(mine)
        .group_by("rule")
    ).all()
    connection.execute(
        update(delivery)
        .where(mine)
        .values(
            kept=null(),
            overdue_at=null(),
            progress=case((due.own_time, null()), else_=_v.progress),
        )
    )
    found: list[Tally] = []
    for row in counted:
        rule = due.cutoffs.of_reads[row.rule]
        found.append(Tally(kind=ORIGINALS, cutoff=rule, gone=row.originals))
        found.append(Tally(kind=PROGRESS, cutoff=rule, gone=row.progress))
    return found


def _out_of_quarantine(connection: Connection, due: Due) -> list[Tally]:
    gone = (
        delete(quarantine)
        .where(_q.delivery_id == _v.id, due.own_time)
        .returning(due.rule.label("rule"))
    )
    counts: dict[int, int] = {}
    for rule in connection.execute(gone).scalars():
        counts[rule] = counts.get(rule, 0) + 1
    return [
        Tally(kind=QUARANTINE, cutoff=due.cutoffs.of_reads[rule], gone=gone)
        for rule, gone in sorted(counts.items())
    ]


def wanted_files(connection: Connection, names: list[str]) -> frozenset[str]:
    """Return those of some files that a delivery names."""
    kept = func.encode(_v.kept, "hex")
    return frozenset(connection.execute(select(kept).where(_v.kept.in_(names))).scalars())

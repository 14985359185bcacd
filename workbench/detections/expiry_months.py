"""Deleting the reads of a month that are over: dropped whole, written anew, or row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    delete,
    except_,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from workbench.detections.expiry import Fate, tallies
from workbench.domain.keeping import Tally
from workbench.errors import RetentionError
from workbench.storage.delivery_tables import delivery
from workbench.storage.detection_tables import detection
from workbench.storage.hold_tables import held_detection, hold
from workbench.storage.picture_tables import picture
from workbench.storage.retention_tables import purge_file

MOST_KEPT = 500_000
"""Reads that stay of a month that is written anew; with more, rows are deleted one by one."""

PICTURES = "pictures"
_d, _f = detection.c, purge_file.c
_PURGE_MONTH = text(
    "SELECT gone, stayed FROM purge_detection_month(:month, :cutoff, CAST(:keep AS bigint[]))"
)
_MAKING_MONTHS = text("SELECT pg_advisory_xact_lock(426, 3)")


@dataclass(frozen=True, slots=True)
class MonthGone:
    """What went of a month.

    Attributes
    ----------
    tallies
        By rule.
    way
        ``dropped``, ``rewritten`` or ``rows``.
    pictures
        How many pictures no read names any more.
    """

    tallies: tuple[Tally, ...]
    way: str
    pictures: int

    @property
    def gone(self) -> int:
        """How many reads."""
        return sum(each.gone for each in self.tallies)


def purge_month(connection: Connection, fate: Fate, *, purge_id: int) -> MonthGone:
    """Delete what is over of a month, list its pictures, mark its deliveries.

    Parameters
    ----------
    connection
        Of the purger, in a transaction in which nobody stores reads and nobody places holds.
    fate
        What goes.
    purge_id
        Under which the pictures are listed, to be deleted when this is committed.

    Raises
    ------
    RetentionError
        If the database deletes another number than was counted; then nothing may be committed.
    """
    if fate.whole:
        connection.execute(_MAKING_MONTHS)
    counted = tallies(connection, fate)
    gone = sum(each.gone for each in counted)
    if not gone:
        return MonthGone(counted, "rows", 0)
    _mark_deliveries(connection, fate)
    listed = _list_pictures(connection, fate, purge_id)
    way, deleted = _deleted(connection, fate, counted, gone)
    if deleted != gone:
        raise RetentionError(
            "The database would delete another number of reads than was counted",
            given=deleted,
            allowed=str(gone),
            next_step="nothing was deleted; try again",
        )
    pictures = _release_pictures(connection, purge_id) if listed else 0
    _forget_held(connection, fate)
    return MonthGone(counted, way, pictures)


def release_orphans(connection: Connection, until: datetime, *, purge_id: int) -> int:
    """List and delete rows of pictures stored until an instant that no read names.

    Such as of reads that were known already; returns how many.
    """
    old = select(func.encode(picture.c.sha256, "hex")).where(
        picture.c.stored_at <= until, ~_named(picture.c.sha256)
    )
    if not _listed(connection, old, purge_id):
        return 0
    return _release_pictures(connection, purge_id)


def orphan_count(connection: Connection, until: datetime) -> int:
    """Return how many pictures `release_orphans` would list before any month is purged."""
    old = select(func.count()).where(picture.c.stored_at <= until, ~_named(picture.c.sha256))
    return int(connection.execute(old).scalar_one())


def pictures_going(connection: Connection, fate: Fate) -> int:
    """Return how many pictures are named by reads of a month that go and by none that stay there.

    Pictures that reads of other months name too are counted as well: that is left to the purge.
    """
    going, staying = (_pictures_of(fate, which).subquery() for which in (fate.going, ~fate.going))
    distinct = except_(select(going), select(staying)).subquery()
    return int(connection.execute(select(func.count()).select_from(distinct)).scalar_one())


def _deleted(
    connection: Connection, fate: Fate, counted: Sequence[Tally], gone: int
) -> tuple[str, int]:
    stays = sum(each.held + each.hit + each.younger for each in counted)
    if fate.whole and stays <= min(gone, MOST_KEPT):
        keep = connection.execute(
            select(_d.id).where(fate.within).where(or_(~fate.over, fate.held, fate.hit))
        ).scalars()
        values = {"month": fate.month.first, "cutoff": fate.cutoffs.latest, "keep": list(keep)}
        done = connection.execute(_PURGE_MONTH, values).one()
        return ("rewritten" if done.stayed else "dropped"), int(done.gone)
    return "rows", connection.execute(delete(detection).where(fate.going)).rowcount


def _mark_deliveries(connection: Connection, fate: Fate) -> None:
    # What came in holds a read that is over now, and so is over itself.
    connection.execute(
        update(delivery)
        .where(delivery.c.kept.is_not(None), delivery.c.overdue_at.is_(None))
        .where(delivery.c.id.in_(select(_d.delivery_id).where(fate.going).distinct()))
        .values(overdue_at=fate.cutoffs.at)
    )


def _pictures_of(fate: Fate, which: Any) -> Any:
    named = (
        select(func.encode(column, "hex").label("name")).where(
            column.is_not(None), fate.within, which
        )
        for column in (_d.plate_picture, _d.vehicle_picture)
    )
    return union(*named)


def _list_pictures(connection: Connection, fate: Fate, purge_id: int) -> int:
    return _listed(connection, _pictures_of(fate, fate.going), purge_id)


def _listed(connection: Connection, names: Select[Any], purge_id: int) -> int:
    wanted = names.subquery()
    (name,) = wanted.c
    rows = select(literal(purge_id), literal(PICTURES), name)
    listed = insert(purge_file).from_select(["purge_id", "store", "name"], rows)
    again = listed.on_conflict_do_update(
        index_elements=["purge_id", "store", "name"], set_={"done_at": None, "kept": None}
    )
    return connection.execute(again).rowcount


def _release_pictures(connection: Connection, purge_id: int) -> int:
    """Take from the list what a read still names, and delete the rows of the rest."""
    sha256 = func.decode(_f.name, "hex")
    due = (_f.purge_id == purge_id) & (_f.store == PICTURES) & _f.done_at.is_(None)
    connection.execute(delete(purge_file).where(due, _named(sha256)))
    rows = delete(picture).where(picture.c.sha256.in_(select(sha256).where(due)))
    return connection.execute(rows).rowcount


def _named(sha256: Any) -> Any:
    return or_(
        exists().where(_d.plate_picture == sha256), exists().where(_d.vehicle_picture == sha256)
    )


def _forget_held(connection: Connection, fate: Fate) -> None:
    """Delete what says that reads were held that are gone: their holds do not stand any more."""
    h = held_detection.c
    here = (h.seen_at >= fate.month.first) & (h.seen_at < fate.month.next)
    there = exists().where(_d.id == h.detection_id, _d.seen_at == h.seen_at)
    ended = hold.c.released_at.is_not(None) | (hold.c.ends_at <= fate.cutoffs.at)
    done = exists().where(hold.c.id == h.hold_id, ended)
    connection.execute(delete(held_detection).where(here, ~there, done))

"""Hits that go with their reads, and lists and hot plates that are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from workbench.domain.keeping import Cutoff, Tally
from workbench.storage.alert_tables import alert_delivery
from workbench.storage.hit_tables import hit, hit_event
from workbench.storage.hot_list_tables import hot_list_entry, hot_list_load, hot_plate
from workbench.storage.retention_tables import purge_file

HITS, HIT_EVENTS, ALERTS = "hits", "hit_events", "alert_deliveries"
LOADS, ENTRIES, HOT_PLATES, LIST_FILES = (
    "list_loads",
    "list_entries",
    "hot_plates",
    "list_files",
)
HOT_LISTS = "hot_lists"
STANDING = ("in_force", "waiting")
_h, _e, _a, _l, _p = hit.c, hit_event.c, alert_delivery.c, hot_list_load.c, hot_plate.c

Going = Callable[[Iterable[int]], frozenset[int]]
"""Given numbers of reads, returns those that go or are not there."""


def reads_kept_by_hits(
    connection: Connection, first: datetime, end: datetime, until: datetime
) -> tuple[int, ...]:
    """Return the reads of a period with a hit that people were alerted to and that is not over.

    Parameters
    ----------
    first, end
        When the reads were seen; half-open.
    until
        The last instant at which a hit can have been made and be over.
    """
    found = select(_h.detection_id).distinct().order_by(_h.detection_id)
    return tuple(
        connection.execute(
            found.where(_h.seen_at >= first, _h.seen_at < end, ~_h.possible, _h.made_at > until)
        ).scalars()
    )


def hits_going(
    connection: Connection, first: datetime, end: datetime, going: Going
) -> tuple[int, ...]:
    """Return the hits of a period whose reads go."""
    rows = connection.execute(
        select(_h.id, _h.detection_id).where(_h.seen_at >= first, _h.seen_at < end)
    ).all()
    gone = going(row.detection_id for row in rows)
    return tuple(sorted(row.id for row in rows if row.detection_id in gone))


def hits_until(connection: Connection, until: datetime) -> dict[int, int]:
    """Return the hits of reads seen until an instant, each with its read's number."""
    found = select(_h.id, _h.detection_id).where(_h.seen_at <= until).order_by(_h.id)
    return {row.id: row.detection_id for row in connection.execute(found)}


def hit_tallies(
    connection: Connection, hits: Sequence[int], cutoff: Cutoff, month: datetime | None
) -> tuple[Tally, ...]:
    """Return how many hits that is, with their events and the alerts that were sent."""
    counts = (
        (HITS, len(hits)),
        (HIT_EVENTS, _count(connection, select(func.count()).where(_e.hit_id.in_(hits)))),
        (ALERTS, _count(connection, select(func.count()).where(_alerts_of(hits)))),
    )
    return tuple(Tally(kind=kind, cutoff=cutoff, month=month, gone=gone) for kind, gone in counts)


def delete_hits(connection: Connection, hits: Sequence[int]) -> None:
    """Delete hits with their events and the alerts that were sent.

    Parameters
    ----------
    connection
        Of the purger, in a transaction.
    """
    if hits:
        connection.execute(delete(alert_delivery).where(_alerts_of(hits)))
        connection.execute(delete(hit_event).where(_e.hit_id.in_(hits)))
        connection.execute(delete(hit).where(_h.id.in_(hits)))


def list_tallies(connection: Connection, cutoff: Cutoff) -> tuple[Tally, ...]:
    """Return how many loads, entries, files and hot plates go, and how many hits keep."""
    over = select(_l.id).where(_load_over(cutoff.until), ~_load_hit())
    kept = select(func.count()).where(_load_over(cutoff.until), _load_hit())
    entries = select(func.count()).where(hot_list_entry.c.load_id.in_(over))
    files = select(func.count(func.distinct(_l.file_sha256))).where(_file_going(cutoff.until))
    return (
        Tally(
            kind=LOADS,
            cutoff=cutoff,
            gone=_count(connection, select(func.count()).select_from(over.subquery())),
            hit=_count(connection, kept),
        ),
        Tally(kind=ENTRIES, cutoff=cutoff, gone=_count(connection, entries)),
        Tally(kind=LIST_FILES, cutoff=cutoff, gone=_count(connection, files)),
        Tally(
            kind=HOT_PLATES,
            cutoff=cutoff,
            gone=_count(connection, select(func.count()).where(_plate_over(cutoff.until))),
        ),
    )


def purge_lists(connection: Connection, cutoff: Cutoff, *, purge_id: int) -> tuple[Tally, ...]:
    """Delete loads that are over with their entries, and hot plates; list the files.

    Parameters
    ----------
    connection
        Of the purger, in a transaction.
    purge_id
        Under which files are listed, to be deleted when this is committed.

    Returns
    -------
    tuple of Tally
        As `list_tallies` told before.
    """
    told = list_tallies(connection, cutoff)
    files = select(literal(purge_id), literal(HOT_LISTS), func.encode(_l.file_sha256, "hex"))
    listed = insert(purge_file).from_select(
        ["purge_id", "store", "name"], files.where(_file_going(cutoff.until)).distinct()
    )
    connection.execute(
        listed.on_conflict_do_update(
            index_elements=["purge_id", "store", "name"], set_={"done_at": None, "kept": None}
        )
    )
    over = select(_l.id).where(_load_over(cutoff.until), ~_load_hit())
    numbers = connection.execute(over).scalars().all()
    connection.execute(delete(hot_list_entry).where(hot_list_entry.c.load_id.in_(numbers)))
    connection.execute(delete(hot_list_load).where(_l.id.in_(numbers)))
    connection.execute(delete(hot_plate).where(_plate_over(cutoff.until)))
    return tuple(each for each in told if each.gone)


def wanted_files(connection: Connection, names: list[str]) -> frozenset[str]:
    """Return those of some files that a load names."""
    name = func.encode(_l.file_sha256, "hex")
    return frozenset(connection.execute(select(name).where(_l.file_sha256.in_(names))).scalars())


def _load_over(until: datetime) -> ColumnElement[bool]:
    ended = func.coalesce(_l.superseded_at, _l.decided_at, _l.ended_at)
    return and_(_l.state.not_in(STANDING), ended <= until)


def _load_hit() -> ColumnElement[bool]:
    return exists().where(_h.load_id == _l.id)


def _file_going(until: datetime) -> ColumnElement[bool]:
    other = hot_list_load.alias()
    ended = func.coalesce(other.c.superseded_at, other.c.decided_at, other.c.ended_at)
    stays = or_(
        other.c.state.in_(STANDING), ended > until, exists().where(_h.load_id == other.c.id)
    )
    needed = exists().where(other.c.file_sha256 == _l.file_sha256, stays)
    return and_(_load_over(until), ~_load_hit(), _l.file_sha256.is_not(None), ~needed)


def _plate_over(until: datetime) -> ColumnElement[bool]:
    # A renewal names what it renews, so a plate stays as long as one that goes on from it.
    met = exists().where(_h.hot_plate_id == _p.id)
    stays = (
        select(_p.id, _p.renews)
        .where(or_(func.coalesce(_p.ended_at, _p.expires_at) > until, met))
        .cte("stays", recursive=True)
    )
    older = hot_plate.alias()
    stays = stays.union(
        select(older.c.id, older.c.renews).join(stays, older.c.id == stays.c.renews)
    )
    return _p.id.not_in(select(stays.c.id))


def _alerts_of(hits: Sequence[int]) -> ColumnElement[bool]:
    events = select(_e.id).where(_e.hit_id.in_(hits))
    return or_(_a.hit_id.in_(hits), _a.hit_event_id.in_(events))


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).scalar_one())

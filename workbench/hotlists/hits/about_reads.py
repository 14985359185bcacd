"""Hits and list versions about given reads, for those who were let at the reads already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Connection, func, literal, or_, select

from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.stored import HIT_COLUMNS, hit_of, read_events
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.hot_list_tables import hot_list, hot_list_load

_AT_ONCE = 1_000
_c = hit_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    """A load of a list while it was in force.

    Attributes
    ----------
    load_id, file_sha256
        What tells this version from every other.
    superseded_at
        Empty while it still is in force.
    """

    list_code: str
    name: str
    kind: str
    source: str
    load_id: int
    file_name: str | None
    file_sha256: str | None
    entries: int
    in_force_at: datetime
    superseded_at: datetime | None


def hits_about(
    connection: Connection, detections: Sequence[int]
) -> Iterator[tuple[Hit, list[HitEvent]]]:
    """Give every hit of some reads with its events, by number of the read; possible ones too."""
    for begin in range(0, len(detections), _AT_ONCE):
        some = literal(list(detections[begin : begin + _AT_ONCE]), ARRAY(BigInteger))
        wanted = select(*HIT_COLUMNS).where(_c.detection_id == func.any(some))
        rows = connection.execute(wanted.order_by(_c.detection_id, _c.id))
        hits = [hit_of(row) for row in rows]
        events = read_events(connection, [hit.id for hit in hits])
        yield from ((hit, events[hit.id]) for hit in hits)


def versions_in_force(connection: Connection, begin: datetime, end: datetime) -> list[ListVersion]:
    """Return the versions of lists that were in force at some time between two instants."""
    load = hot_list_load.c
    names = [hot_list.c[name] for name in ("name", "kind", "source")]
    wanted = (
        select(
            load.list_code,
            *names,
            load.id.label("load_id"),
            load.file_name,
            load.file_sha256,
            load.good.label("entries"),
            load.in_force_at,
            load.superseded_at,
        )
        .join(hot_list, hot_list.c.code == load.list_code)
        .where(load.in_force_at <= end)
        .where(or_(load.superseded_at.is_(None), load.superseded_at > begin))
        .order_by(load.list_code, load.id)
    )
    rows = connection.execute(wanted).mappings()
    return [ListVersion(**row) for row in rows]

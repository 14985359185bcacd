"""Hits and events out of their tables, and events into theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Row, func, insert, literal, select

from workbench.domain.hit import HitEventKind, HitState, MatchKind
from workbench.domain.hot_entry import Category, ListKind
from workbench.errors import HitMissingError
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.storage.hit_tables import hit as hit_table
from workbench.storage.hit_tables import hit_event

HIT_COLUMNS = [hit_table.c[name] for name in Hit.__dataclass_fields__]
EVENT_COLUMNS = [hit_event.c[name] for name in HitEvent.__dataclass_fields__]

_MOST = 2**63


def hit_of(row: Row[Any]) -> Hit:
    """Return a row of `HIT_COLUMNS` as a hit."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    kinds = {
        "state": HitState,
        "match": MatchKind,
        "list_kind": ListKind,
        "category": Category,
    }
    return Hit(**values | {name: kind(values[name]) for name, kind in kinds.items()})


def event_of(row: Row[Any]) -> HitEvent:
    """Return a row of `EVENT_COLUMNS` as an event."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return HitEvent(**values | {"kind": HitEventKind(values["kind"])})


def read_hit(connection: Connection, hit_id: int) -> Hit:
    """Return a hit.

    Raises
    ------
    HitMissingError
        If there is none of that number.
    """
    row = None
    if 0 < hit_id < _MOST:
        statement = select(*HIT_COLUMNS).where(hit_table.c.id == hit_id)
        row = connection.execute(statement).one_or_none()
    if row is None:
        raise HitMissingError("There is no such hit", given=hit_id)
    return hit_of(row)


def read_events(connection: Connection, hit_ids: Iterable[int]) -> dict[int, list[HitEvent]]:
    """Return the events of some hits in the order in which they were recorded."""
    found: dict[int, list[HitEvent]] = {hit_id: [] for hit_id in hit_ids}
    # One array, since a statement takes no more than 65,535 values.
    wanted = func.any(literal(list(found), ARRAY(BigInteger)))
    statement = select(*EVENT_COLUMNS).where(hit_event.c.hit_id == wanted)
    for row in connection.execute(statement.order_by(hit_event.c.id)):
        found[row.hit_id].append(event_of(row))
    return found


def add_event(connection: Connection, values: Mapping[str, Any]) -> HitEvent:
    """Add an event and return it; its trigger moves the hit."""
    row = connection.execute(insert(hit_event).values(**values).returning(*EVENT_COLUMNS)).one()
    return event_of(row)

"""The entries in force, read from the tables of lists and hot plates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    exists,
    func,
    literal,
    null,
    select,
)

from workbench.domain.clock import Clock
from workbench.domain.hot_entry import HOT_PLATES, Category, HotEntry, ListKind
from workbench.hotlists.matching.entry_source import Part
from workbench.storage.hot_list_tables import (
    hot_list,
    hot_list_entry,
    hot_list_load,
    hot_plate,
    special_list_approval,
)

_FETCHED = 10_000


class StoredEntries:
    """Entries of lists that are switched on and in force, and hot plates.

    Parameters
    ----------
    clock
        The present instant.
    back_days
        How long a hot plate that has ended still counts, for reads that were seen before.
    """

    def __init__(self, *, clock: Clock, back_days: int) -> None:
        self._clock = clock
        self._back = timedelta(days=back_days)

    def version(self, connection: Connection) -> tuple[Part, ...]:
        """Return the parts in force, sorted; two small queries."""
        load = hot_list_load.c
        loads = connection.execute(
            select(load.list_code, load.id)
            .join(hot_list, hot_list.c.code == load.list_code)
            .where(load.state == "in_force", hot_list.c.enabled, _approved())
            .order_by(load.list_code)
        )
        parts = [Part(code, number, "") for code, number in loads]
        plate = hot_plate.c
        each = func.concat_ws("/", plate.id, func.extract("epoch", _end()))
        standing = select(each.label("each")).where(_end() > self._horizon()).order_by(plate.id)
        known = standing.subquery().c.each
        stamp = select(func.md5(func.string_agg(known, literal(","))))
        plates = connection.execute(stamp).scalar_one()
        return tuple(sorted([*parts, *([Part(HOT_PLATES, None, plates)] if plates else [])]))

    def entries(self, connection: Connection, part: Part) -> Iterator[HotEntry]:
        """Give the entries of a part, whatever their own dates say.

        A hot plate counts for reads that were seen before it was entered, too: these may only
        arrive now.
        """
        if part.load_id is None:
            yield from self._read(connection, _plates().where(_end() > self._horizon()))
        else:
            yield from self._read(connection, _listed(part.load_id))

    def newly_listed(self, connection: Connection, part: Part) -> Iterator[HotEntry]:
        """Give the entries of a load that the one before it did not have.

        Hot plates are new one by one, see `hot_plate`.
        """
        load = hot_list_load.c
        before = (
            select(load.id)
            .where(load.list_code == part.list_code, load.state == "superseded")
            .order_by(load.superseded_at.desc(), load.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        old, new = hot_list_entry.alias(), hot_list_entry.c
        known = select(old.c.line).where(
            old.c.load_id == before,
            old.c.pattern == new.pattern,
            old.c.region.is_not_distinct_from(new.region),
        )
        yield from self._read(connection, _listed(part.load_id).where(~known.exists()))

    def hot_plate(self, connection: Connection, hot_plate_id: int) -> HotEntry | None:
        """Return one hot plate; ``None`` if there is none of that number."""
        one = _plates().where(hot_plate.c.id == hot_plate_id)
        row = connection.execute(one).one_or_none()
        return None if row is None else _entry(row)

    def _horizon(self) -> datetime:
        return self._clock() - self._back

    def _read(self, connection: Connection, statement: Select[Any]) -> Iterator[HotEntry]:
        many = statement.execution_options(yield_per=_FETCHED)
        with connection.execute(many) as rows:
            yield from map(_entry, rows)


def _end() -> ColumnElement[datetime]:
    return func.least(hot_plate.c.expires_at, hot_plate.c.ended_at)


def _approved() -> ColumnElement[bool]:
    """Return that a list is looked for: a special one only while its approval stands."""
    approval = special_list_approval.c
    standing = exists().where(
        approval.list_code == hot_list.c.code,
        approval.agency.is_(None),
        approval.ended_at.is_(None),
    )
    return (hot_list.c.kind != ListKind.SPECIAL) | standing


def _listed(load_id: int | None) -> Select[Any]:
    entry, one = hot_list_entry.c, hot_list.c
    return (
        select(
            one.code,
            one.kind,
            entry.plate,
            entry.pattern,
            entry.wildcard,
            func.coalesce(entry.region, one.region).label("region"),
            entry.category,
            entry.effective_at,
            entry.expires_at,
            entry.load_id,
            entry.line,
            null().label("hot_plate_id"),
        )
        .join(hot_list_load, hot_list_load.c.id == entry.load_id)
        .join(hot_list, one.code == hot_list_load.c.list_code)
        .where(entry.load_id == load_id)
        .order_by(entry.line)
    )


def _plates() -> Select[Any]:
    plate = hot_plate.c
    return select(
        literal(HOT_PLATES).label("code"),
        literal(ListKind.HOT_PLATE.value).label("kind"),
        plate.plate,
        plate.pattern,
        plate.wildcard,
        plate.region,
        literal(Category.HOT_PLATE.value).label("category"),
        null().label("effective_at"),
        _end().label("expires_at"),
        null().label("load_id"),
        null().label("line"),
        plate.id.label("hot_plate_id"),
    ).order_by(plate.id)


def _entry(row: Row[*tuple[Any, ...]]) -> HotEntry:
    return HotEntry(
        list_code=row[0],
        kind=ListKind(row[1]),
        plate=row[2],
        pattern=row[3],
        wildcard=row[4],
        region=row[5],
        category=Category(row[6]),
        effective_at=row[7],
        expires_at=row[8],
        load_id=row[9],
        line=row[10],
        hot_plate_id=row[11],
    )

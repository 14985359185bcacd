"""Matches into the table of hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from workbench.domain.hit import HitState
from workbench.domain.hot_entry import HotEntry, ListKind
from workbench.hotlists.matching.matched import Match
from workbench.hotlists.matching.new_reads import NewReads
from workbench.storage.hit_tables import hit
from workbench.storage.hot_list_tables import hot_list_entry, hot_list_load, hot_plate

_OF_READ = ("seen_at", "plate", "region", "camera_id", "engine", "engine_version")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hits that were not known before.

    Attributes
    ----------
    ids
        Their numbers.
    possible
        How many of them nobody is alerted to.
    by_list
        How many of each list and load; without a load, of hot plates.
    """

    ids: tuple[int, ...]
    possible: int
    by_list: Mapping[tuple[str, int | None], int]

    @property
    def hits(self) -> int:
        """How many there are."""
        return len(self.ids)

    def details(self) -> dict[str, Any]:
        """Return it for the audit log."""
        lists = [
            {"list": code, "load": load_id, "hits": count}
            for (code, load_id), count in sorted(
                self.by_list.items(), key=lambda each: (each[0][0], each[0][1] or 0)
            )
        ]
        return {"hits": self.hits, "possible": self.possible, "lists": lists}


def record_hits(
    connection: Connection, new: NewReads, matches: Sequence[Match], at: datetime
) -> Recorded:
    """Write matches as new hits; a hit that is known already stays as it is.

    Parameters
    ----------
    connection
        In the transaction that stores the reads, or any other one once they are stored.
    new
        The reads that the matches are of.
    at
        The present instant.
    """
    if not matches:
        return Recorded((), 0, {})
    rows = sorted({match.row for match in matches})
    ids = dict(zip(rows, new.ids(connection, rows), strict=True))
    reads = dict(zip(rows, new.reads.select(_OF_READ).take(rows).to_pylist(), strict=True))
    entries = _Entries(connection, [match.entry for match in matches])
    values = [
        {
            **_of_match(match),
            **_of_read(reads[match.row]),
            **entries.of(match.entry),
            "detection_id": ids[match.row],
            "made_at": at,
            "state": HitState.NEW,
        }
        for match in matches
    ]
    statement = (
        insert(hit)
        .on_conflict_do_nothing()
        .returning(hit.c.id, hit.c.list_code, hit.c.load_id, hit.c.possible)
    )
    made = connection.execute(statement, values).all()
    return Recorded(
        ids=tuple(row.id for row in made),
        possible=sum(row.possible for row in made),
        by_list=Counter((row.list_code, row.load_id) for row in made),
    )


class _Entries:
    """Entries as they stand in their tables."""

    def __init__(self, connection: Connection, entries: Sequence[HotEntry]) -> None:
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._loaded: dict[int, datetime] = {}
        listed = {(each.load_id, each.line) for each in entries if each.load_id is not None}
        plates = {each.hot_plate_id for each in entries if each.hot_plate_id is not None}
        if listed:
            e, load = hot_list_entry.c, hot_list_load.c
            wanted = select(hot_list_entry).where(tuple_(e.load_id, e.line).in_(listed))
            for row in connection.execute(wanted).mappings():
                self._rows[row["load_id"], row["line"]] = dict(row)
            loads = {load_id for load_id, _ in listed}
            dated = select(load.id, load.in_force_at).where(load.id.in_(loads))
            self._loaded = {row.id: row.in_force_at for row in connection.execute(dated)}
        if plates:
            wanted = select(hot_plate).where(hot_plate.c.id.in_(plates))
            for row in connection.execute(wanted).mappings():
                self._rows[(row["id"],)] = dict(row)

    def of(self, entry: HotEntry) -> dict[str, Any]:
        """Return the columns of a hit that are its entry's."""
        listed = entry.load_id is not None
        row = self._rows[(entry.load_id, entry.line) if listed else (entry.hot_plate_id,)]
        return {
            "informational": entry.kind is ListKind.SPECIAL,
            "list_code": entry.list_code,
            "list_kind": entry.kind,
            "load_id": entry.load_id,
            "line": entry.line,
            "hot_plate_id": entry.hot_plate_id,
            "listed_plate": entry.plate,
            "listed_region": entry.region,
            "category": entry.category,
            "list_loaded_at": self._loaded[entry.load_id] if entry.load_id is not None else None,
            "entry": {name: _json(value) for name, value in row.items() if value is not None},
        }


def _of_match(match: Match) -> dict[str, Any]:
    return {
        "possible": match.possible,
        "match": match.kind,
        "posterior": match.posterior,
        "rival": match.rival.text if match.rival else None,
        "rival_posterior": match.rival.posterior if match.rival else None,
        "notes": list(match.notes),
    }


def _of_read(read: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seen_at": read["seen_at"],
        "read_plate": read["plate"],
        "read_region": read["region"],
        "camera_id": read["camera_id"],
        "engine": read["engine"],
        "engine_version": read["engine_version"],
    }


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value

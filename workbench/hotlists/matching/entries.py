"""Entries as columns: a quarter of a million are read at once, and a few are ever looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.hot_entry import Category, HotEntry, ListKind
from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.texts import Places

_TIME = pa.timestamp("us", tz="UTC")
ENTRY_SCHEMA = pa.schema(
    [
        pa.field("list_code", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("plate", pa.string(), nullable=False),
        pa.field("pattern", pa.string(), nullable=False),
        pa.field("wildcard", pa.bool_(), nullable=False),
        pa.field("region", pa.string()),
        pa.field("category", pa.string(), nullable=False),
        pa.field("effective_at", _TIME),
        pa.field("expires_at", _TIME),
        pa.field("load_id", pa.int64()),
        pa.field("line", pa.int32()),
        pa.field("hot_plate_id", pa.int64()),
    ]
)
"""Columns of `Entries`: those of `HotEntry`, by the same names."""

Name = tuple[int | None, int | None, int | None]
"""Load and line of an entry of a list, or the number of a hot plate."""

_PLAIN = f"^[0-9A-Z]{{1,{MAX_PLATE_CHARACTERS}}}$"


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Entries in an order.

    Attributes
    ----------
    table
        With `ENTRY_SCHEMA`, each column in one piece.

    Examples
    --------
    >>> entry = HotEntry(
    ...     list_code="SVS", kind=ListKind.GENERAL, plate="8abc-123", pattern="8ABC123",
    ...     category=Category.STOLEN_VEHICLE, load_id=1, line=1,
    ... )
    >>> entries = Entries.of([entry])
    >>> entries[0] == entry, len(entries)
    (True, 1)
    """

    table: pa.Table

    @classmethod
    def of(cls, entries: Iterable[HotEntry]) -> Self:
        """Return entries as columns."""
        if isinstance(entries, cls):
            return entries
        given = list(entries)
        columns = [
            pa.array([getattr(each, field.name) for each in given], field.type)
            for field in ENTRY_SCHEMA
        ]
        return cls(pa.Table.from_arrays(columns, schema=ENTRY_SCHEMA))

    @classmethod
    def of_table(cls, table: pa.Table) -> Self:
        """Return entries of a table with `ENTRY_SCHEMA`."""
        return cls(table.combine_chunks())

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.table.num_rows)

    def __getitem__(self, place: int) -> HotEntry:
        """Return one of them."""
        values = {
            name: column[place].as_py()
            for name, column in zip(ENTRY_SCHEMA.names, self.table.columns, strict=True)
        }
        kind, category = ListKind(values.pop("kind")), Category(values.pop("category"))
        return HotEntry(kind=kind, category=category, **values)

    def __iter__(self) -> Iterator[HotEntry]:
        """Give all of them; slow, for few."""
        return map(self.__getitem__, range(len(self)))

    def plain(self) -> Places:
        """Return the places of entries of whole plates that have a code, see `is_plain`."""
        known = pc.match_substring_regex(self.table["pattern"], _PLAIN)
        return _places(pc.and_not(known, self.table["wildcard"]))

    def wildcards(self) -> Places:
        """Return the places of entries with unknown characters."""
        return _places(self.table["wildcard"])

    def names(self) -> Iterator[Name]:
        """Give what tells each from all others."""
        columns = (self.table[name].to_pylist() for name in ("load_id", "line", "hot_plate_id"))
        return zip(*columns, strict=True)

    def patterns(self, places: Places) -> list[str]:
        """Return the patterns of some of them."""
        found: list[str] = self.table["pattern"].take(pa.array(places, pa.int64())).to_pylist()
        return found


def name_of(entry: HotEntry) -> Name:
    """Return what tells an entry from all others."""
    return entry.load_id, entry.line, entry.hot_plate_id


def _places(which: pa.ChunkedArray) -> Places:
    return np.flatnonzero(which.to_numpy())

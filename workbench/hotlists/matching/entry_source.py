"""What matching asks of whoever keeps lists: what is in force, and its entries, list by list."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from workbench.domain.hot_entry import HotEntry
from workbench.hotlists.matching.entries import Entries


class Part(NamedTuple):
    """One load of a list, or all hot plates as they stand; equal parts have equal entries.

    Attributes
    ----------
    load_id
        Empty for hot plates.
    stamp
        Changes when anything about the entries does; a load never changes.
    """

    list_code: str
    load_id: int | None
    stamp: str


class EntrySource(Protocol):
    """Reads the entries that are in force."""

    def version(self, connection: Connection) -> tuple[Part, ...]:
        """Return the parts in force, sorted; empty where nothing is looked for. Cheap."""

    def entries(self, connection: Connection, part: Part) -> Entries:
        """Return the entries of a part, whatever their own dates say."""

    def newly_listed(self, connection: Connection, part: Part) -> Entries:
        """Return the entries of a load that the load before it did not have."""

    def hot_plate(self, connection: Connection, hot_plate_id: int) -> HotEntry | None:
        """Return one hot plate; ``None`` if there is none of that number."""

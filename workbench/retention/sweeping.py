"""Files that no row names: left by a crash, or come back with a restored store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import Connection

from workbench.detections import expiry_deliveries
from workbench.detections.expiry_pictures import wanted_pictures
from workbench.hotlists import expiry as list_expiry
from workbench.retention.doing import PurgeParts
from workbench.retention.files import AT_ONCE
from workbench.retention.locking import part
from workbench.storage.pictures import PictureStore

Wanted = Callable[[Connection, Sequence[str]], frozenset[str]]

_SETTLED = timedelta(days=1)
"""A file is put in place before the row that names it is committed."""


def sweep(parts: PurgeParts) -> int:
    """Delete files of the three stores that no row names; return how many.

    What was put there within a day stays, and so does what is half written for as long.
    """
    before = parts.clock() - _SETTLED
    stores: tuple[tuple[PictureStore, Wanted], ...] = (
        (parts.stores.pictures, wanted_pictures),
        (parts.stores.deliveries, lambda c, names: expiry_deliveries.wanted_files(c, list(names))),
        (parts.stores.hot_lists, lambda c, names: list_expiry.wanted_files(c, list(names))),
    )
    swept = 0
    for store, wanted in stores:
        swept += store.sweep(before)
        for names in _portions(store.walk()):
            with part(parts.purger) as connection:
                unnamed = set(names) - wanted(connection, names)
                for name in sorted(unnamed):
                    if store.modified_at(name) < before:
                        swept += store.delete(name)
    return swept


def _portions(names: Iterator[str]) -> Iterator[list[str]]:
    while portion := list(islice(names, AT_ONCE)):
        yield portion

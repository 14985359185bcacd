"""Files that no row names: left by a crash, or by a backup that was put in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from workbench.detections import expiry_deliveries
from workbench.detections.expiry_pictures import wanted_pictures
from workbench.domain.keeping import Cutoffs, Tally
from workbench.errors import PictureMissingError
from workbench.hotlists import expiry as list_expiry
from workbench.retention.doing import FILES, Doer, PurgeParts
from workbench.retention.files import AT_ONCE
from workbench.retention.locking import part
from workbench.retention.recording import record_part
from workbench.storage.pictures import PictureStore
from workbench.storage.retention_tables import purge_file

UNNAMED = "unnamed_files"

Wanted = Callable[[Connection, Sequence[str]], frozenset[str]]

_SETTLED = timedelta(days=1)
"""A file is put in place before the row that names it is committed."""


def list_unnamed(parts: PurgeParts, doer: Doer, number: int, cutoffs: Cutoffs) -> int:
    """List files of the three stores that no row names, to be deleted with the others.

    What was put there within a day stays. What is half written for longer is deleted at once.

    Returns
    -------
    int
        How many were listed.
    """
    before = cutoffs.at - _SETTLED
    stores: tuple[tuple[str, PictureStore, Wanted], ...] = (
        ("pictures", parts.stores.pictures, wanted_pictures),
        ("deliveries", parts.stores.deliveries, _of_deliveries),
        ("hot_lists", parts.stores.hot_lists, _of_lists),
    )
    found = 0
    for name, store, wanted in stores:
        store.sweep(before)
        for names in _portions(store.walk()):
            with part(parts.purger, alone=False) as connection:
                unnamed = sorted(set(names) - wanted(connection, names))
                old = [each for each in unnamed if _older(store, each, before)]
                listed = _listed(connection, number, name, old)
                told = Tally(kind=UNNAMED, cutoff=cutoffs.reads, gone=listed)
                what = f"files in {name} that nothing names"
                record_part(connection, parts, doer, [(told, FILES)], number=number, what=what)
            found += listed
    return found


def _listed(connection: Connection, number: int, store: str, names: Sequence[str]) -> int:
    if not names:
        return 0
    rows = [{"purge_id": number, "store": store, "name": each} for each in names]
    # Those that a part of this purge has listed are counted there.
    listed = insert(purge_file).on_conflict_do_nothing().returning(purge_file.c.id)
    return len(connection.execute(listed, rows).all())


def _older(store: PictureStore, name: str, before: datetime) -> bool:
    try:
        return store.modified_at(name) < before
    except PictureMissingError:
        return False


def _of_deliveries(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    return expiry_deliveries.wanted_files(connection, list(names))


def _of_lists(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    return list_expiry.wanted_files(connection, list(names))


def _portions(names: Iterator[str]) -> Iterator[list[str]]:
    while portion := list(islice(names, AT_ONCE)):
        yield portion

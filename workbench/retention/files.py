"""Files that a purge has listed: deleted after their rows are gone for good, and never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from workbench.detections import expiry_deliveries
from workbench.detections.expiry_pictures import wanted_pictures
from workbench.domain.keeping import Cutoff, Cutoffs, Tally
from workbench.errors import RetentionError
from workbench.hotlists import expiry as list_expiry
from workbench.storage.pictures import PictureStore
from workbench.storage.retention_tables import purge_file

AT_ONCE = 500
"""Files deleted while nobody stores reads."""

AGAIN = "stored again meanwhile"

DOCUMENTS, PACKAGES = "documents", "packages"
FOLDERS = {DOCUMENTS: ("exports", "reports"), PACKAGES: ("evidence",)}
"""Folders of the home whose files have a length of their own, by kind."""

_f = purge_file.c
_NO_LOADS = text("LOCK TABLE hot_list_load IN SHARE MODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where files lie.

    Attributes
    ----------
    pictures, deliveries, hot_lists
        By hash.
    home
        By path, in `FOLDERS`.
    """

    pictures: PictureStore
    deliveries: PictureStore
    hot_lists: PictureStore
    home: Path

    def delete(self, store: str, name: str) -> bool:
        """Delete a file and return whether it was there.

        Raises
        ------
        RetentionError
            If it is a path that leads out of the folders of the home.
        """
        by_hash: Mapping[str, PictureStore] = {
            "pictures": self.pictures,
            "deliveries": self.deliveries,
            "hot_lists": self.hot_lists,
        }
        if store in by_hash:
            return by_hash[store].delete(name)
        file = (self.home / name).resolve()
        folders = [(self.home / each).resolve() for kind in FOLDERS.values() for each in kind]
        within = next((folder for folder in folders if file.is_relative_to(folder)), None)
        if within is None:
            raise RetentionError("Not a file that a purge may delete", given=name)
        try:
            file.unlink()
        except FileNotFoundError:
            return False
        _remove_empty(file.parent, within)
        return True

    def written_until(self, kind: str, until: datetime) -> tuple[str, ...]:
        """Return the files of a kind that were last written until an instant, sorted."""
        return tuple(sorted(self._written(kind, until)))

    def _written(self, kind: str, until: datetime) -> Iterator[str]:
        for folder in FOLDERS[kind]:
            for file in (self.home / folder).rglob("*"):
                if not file.is_file() or file.is_symlink():
                    continue
                written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                if written <= until:
                    yield file.relative_to(self.home).as_posix()


def home_tallies(stores: Stores, cutoffs: Cutoffs) -> list[Tally]:
    """Return how many files of reports, exports and evidence packages are over."""
    return [
        Tally(kind=kind, cutoff=cutoff, gone=len(stores.written_until(kind, cutoff.until)))
        for kind, cutoff in _of_home(cutoffs)
    ]


def list_home(
    connection: Connection, stores: Stores, cutoffs: Cutoffs, *, purge_id: int
) -> list[Tally]:
    """List what `home_tallies` counts, to be deleted after the commit."""
    told = []
    for kind, cutoff in _of_home(cutoffs):
        names = stores.written_until(kind, cutoff.until)
        if names:
            rows = [{"purge_id": purge_id, "store": "home", "name": name} for name in names]
            listed = insert(purge_file).on_conflict_do_nothing()
            connection.execute(listed, rows)
        told.append(Tally(kind=kind, cutoff=cutoff, gone=len(names)))
    return told


def _of_home(cutoffs: Cutoffs) -> tuple[tuple[str, Cutoff], ...]:
    return (DOCUMENTS, cutoffs.reports), (PACKAGES, cutoffs.packages)


def files_due(connection: Connection, purge_id: int) -> int:
    """Return how many files of a purge are still to be deleted."""
    due = select(func.count()).where(_f.purge_id == purge_id, _f.done_at.is_(None))
    return int(connection.execute(due).scalar_one())


def delete_some(connection: Connection, stores: Stores, purge_id: int, at: datetime) -> int:
    """Delete up to `AT_ONCE` of the files that a purge has listed; return how many it handled.

    What somebody has stored again meanwhile stays.

    Parameters
    ----------
    connection
        Of the purger, in a transaction in which nobody stores reads.
    """
    due = select(_f.id, _f.store, _f.name).where(_f.purge_id == purge_id, _f.done_at.is_(None))
    rows = connection.execute(due.order_by(_f.id).limit(AT_ONCE)).all()
    by_store: dict[str, list[str]] = {}
    for row in rows:
        by_store.setdefault(row.store, []).append(row.name)
    wanted = {store: _wanted(connection, store, names) for store, names in by_store.items()}
    again = [row.id for row in rows if row.name in wanted[row.store]]
    for row in rows:
        if row.id not in again:
            stores.delete(row.store, row.name)
    kept = case((_f.id.in_(again), AGAIN), else_=None)
    handled = update(purge_file).where(_f.id.in_([row.id for row in rows]))
    connection.execute(handled.values(done_at=at, kept=kept))
    return len(rows)


def digests(connection: Connection, purge_id: int) -> list[dict[str, str | int]]:
    """Return, for each store, how many files a purge deleted and the hash over their names."""
    rows = connection.execute(
        select(_f.store, _f.name)
        .where(_f.purge_id == purge_id, _f.done_at.is_not(None), _f.kept.is_(None))
        .order_by(_f.store, _f.name)
    ).all()
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row.store, []).append(row.name)
    return [
        {
            "store": store,
            "files": len(each),
            "sha256": hashlib.sha256("\n".join(sorted(each)).encode()).hexdigest(),
        }
        for store, each in sorted(names.items())
    ]


def _wanted(connection: Connection, store: str, names: Sequence[str]) -> frozenset[str]:
    if store == "pictures":
        return wanted_pictures(connection, names)
    if store == "deliveries":
        return expiry_deliveries.wanted_files(connection, list(names))
    if store == "hot_lists":
        # A load that is under way has put its file in place before anybody sees its row.
        connection.execute(_NO_LOADS)
        return list_expiry.wanted_files(connection, list(names))
    return frozenset()


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders that a deletion left empty: their names can hold a case."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent

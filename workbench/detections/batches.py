"""Items of a delivery in portions: each is prepared while the one before it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from workbench.detections.columns import PictureNames, columns_of
from workbench.detections.formats.base import Item, Rejected, Taken
from workbench.detections.rows_in import Batch, RowMaker

T = TypeVar("T")

_PICTURE_BYTES = 1 << 26
"""Pictures held in memory for one portion."""


@dataclass(slots=True)
class Portion:
    """Some whole records of a delivery.

    Attributes
    ----------
    records
        How many of the delivery's records are handled with it.
    progress
        What else the next try has to know, JSON-ready.
    """

    taken: list[Taken] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    records: int = 0
    picture_bytes: int = 0
    progress: Mapping[str, Any] | None = None

    def add(self, item: Item) -> None:
        """Take one more item of the same delivery."""
        self.records = item.record + 1
        if isinstance(item, Rejected):
            self.rejected.append(item)
            self.picture_bytes += len(item.raw)
            return
        self.taken.append(item)
        for picture in (item.read.plate_picture, item.read.vehicle_picture):
            self.picture_bytes += len(picture or b"")

    def is_full(self, rows: int) -> bool:
        """Return whether it should be stored before another record is taken."""
        many = len(self.taken) + len(self.rejected) >= rows
        return many or self.picture_bytes >= _PICTURE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A portion that is ready to be stored; `pictures` are the bytes by their hash."""

    rows: Batch
    records: int
    rejected: tuple[Rejected, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)
    progress: Mapping[str, Any] | None = None


def portions(items: Iterable[Item], *, rows: int, after: int) -> Iterator[Portion]:
    """Give items in portions that end where a record ends.

    Parameters
    ----------
    rows
        About how many items a portion has.
    after
        How many records to pass over, because they were handled before.
    """
    portion = Portion()
    for item in items:
        if item.record < after:
            continue
        if item.record >= portion.records and portion.is_full(rows):
            yield portion
            portion = Portion()
        portion.add(item)
    if portion.records:
        yield portion


def prepared(
    portion: Portion, maker: RowMaker, *, delivery_id: int, received_at: datetime
) -> Prepared:
    """Return a portion as rows and pictures."""
    pictures: dict[str, bytes] = {}
    names = [_names(item, pictures) for item in portion.taken]
    columns = columns_of(portion.taken, names, received_at)
    rows = maker.batch(columns, delivery_id)
    return Prepared(
        rows=rows,
        records=portion.records,
        rejected=tuple(portion.rejected),
        pictures=pictures,
        progress=portion.progress,
    )


def ahead(source: Iterator[T]) -> Iterator[T]:
    """Give what a source gives, working on the next while the caller works on this.

    Examples
    --------
    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare") as worker:
        upcoming = worker.submit(_next, source)
        while found := upcoming.result():
            upcoming = worker.submit(_next, source)
            yield found[0]


def _next(source: Iterator[T]) -> tuple[T] | None:
    for item in source:
        return (item,)
    return None


def _names(item: Taken, pictures: dict[str, bytes]) -> PictureNames:
    return (
        _name(item.read.plate_picture, pictures),
        _name(item.read.vehicle_picture, pictures),
    )


def _name(content: bytes | None, pictures: dict[str, bytes]) -> str | None:
    if not content:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    pictures[sha256] = content
    return sha256

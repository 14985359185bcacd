"""Pictures for the purge that is measured: small ones, named by reads of its month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from workbench.bench.store import roles_of
from workbench.domain.clock import system_clock
from workbench.runtime import Runtime
from workbench.storage.detection_tables import detection
from workbench.storage.picture_rows import UNKNOWN_MEDIA_TYPE
from workbench.storage.picture_tables import picture
from workbench.storage.pictures import PictureStore

_AT_ONCE = 1_000
_CONTENT_BYTES = 4_096
_NAMED = text(
    "UPDATE detection SET plate_picture = decode(:sha256, 'hex') WHERE id = :id AND seen_at = :at"
)


def put_pictures(
    runtime: Runtime, within: dict[str, Any], count: int, *, report: Callable[[str], None]
) -> int:
    """Give a picture of its own to the first reads of a month; return how many got one.

    Parameters
    ----------
    within
        ``first`` and ``next`` of the month.
    count
        How many pictures; fewer where the month has fewer reads.
    report
        Gets a line on how far it is.
    """
    d = detection.c
    of_month = select(d.id, d.seen_at).where(
        d.seen_at >= within["first"], d.seen_at < within["next"]
    )
    with roles_of(runtime).owner.connect() as connection:
        reads = connection.execute(of_month.order_by(d.id.desc()).limit(count)).all()
    for done in range(0, len(reads), _AT_ONCE):
        with roles_of(runtime).owner.begin() as connection:
            _put(connection, runtime.pictures, reads[done : done + _AT_ONCE])
        if done % (10 * _AT_ONCE) == 0:
            report(f"{done:,} of {len(reads):,} pictures are put beside the reads")
    return len(reads)


def _put(connection: Connection, store: PictureStore, reads: Sequence[Row[Any, Any]]) -> None:
    names = [store.put(f"{read.id}".encode().ljust(_CONTENT_BYTES, b".")) for read in reads]
    stored = {
        "media_type": UNKNOWN_MEDIA_TYPE,
        "size_bytes": _CONTENT_BYTES,
        "stored_at": system_clock(),
    }
    connection.execute(insert(picture), [{"sha256": name, **stored} for name in names])
    named = zip(names, reads, strict=True)
    connection.execute(
        _NAMED, [{"sha256": name, "id": read.id, "at": read.seen_at} for name, read in named]
    )

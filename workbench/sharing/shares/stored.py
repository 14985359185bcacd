"""Standing shares as they stand in their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from workbench.errors import SharingError
from workbench.sharing.agencies.stored import agencies_numbered
from workbench.sharing.shares.share import Review, Share
from workbench.storage.sharing_tables import share_review, standing_share

_OWN = tuple(name for name in Share.__dataclass_fields__ if name not in {"agency", "reviews"})


def read_shares(connection: Connection, *conditions: Any) -> tuple[Share, ...]:
    """Return shares with their agencies and reviews, in the order of their numbers."""
    found = select(standing_share).where(*conditions).order_by(standing_share.c.id)
    rows = connection.execute(found).all()
    agencies = agencies_numbered(connection, {row.agency_id for row in rows})
    reviews = _reviews(connection, [row.id for row in rows])
    return tuple(
        Share(
            **{name: getattr(row, name) for name in _OWN},
            agency=agencies[row.agency_id],
            reviews=tuple(reviews[row.id]),
        )
        for row in rows
    )


def read_share(connection: Connection, number: int, *, lock: bool = False) -> Share:
    """Return a share.

    Parameters
    ----------
    lock
        Whether nobody else ends it until the transaction ends.

    Raises
    ------
    SharingError
        If there is none of that number.
    """
    if lock:
        statement = select(standing_share.c.id).where(standing_share.c.id == number)
        connection.execute(statement.with_for_update())
    found = read_shares(connection, standing_share.c.id == number)
    if not found:
        raise SharingError(
            "There is no such share", given=number, next_step="see `workbench shares list`"
        )
    return found[0]


@contextmanager
def share_refusals() -> Iterator[None]:
    """Turn what the database refuses into an error of ours."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig).partition("\n")[0]
        if "ix_standing_share_once" in said:
            raise SharingError(
                "The agency has that already",
                next_step="review the share that stands, or end it first",
            ) from error
        raise SharingError("The database refuses it", given=said) from error


def _reviews(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Review]]:
    of = share_review.c
    found: dict[int, list[Review]] = defaultdict(list)
    statement = select(share_review).where(of.share_id.in_(numbers)).order_by(of.id)
    for row in connection.execute(statement):
        values = {name: getattr(row, name) for name in Review.__dataclass_fields__}
        found[row.share_id].append(Review(**values))
    return found

"""Makes notices of what is found about lists and hot plates, and tells what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine

from workbench.domain.alert import Notice, NoticeKind
from workbench.hotlists.alerts.queueing import TellsNotices

FindsNotices = Callable[[Connection], Iterable[Notice]]
"""Returns what is out of order now; what was told before may be among it."""


class ListFinding(Protocol):
    """Something that is wrong with a list, as whoever watches over lists finds it."""

    @property
    def list_code(self) -> str:
        """Of the list."""

    @property
    def what(self) -> str:
        """Such as ``failed`` or ``waiting``; everything else is about being late."""

    @property
    def why(self) -> str:
        """In words, without anything that stands in the list."""

    @property
    def since(self) -> datetime:
        """From when on it is so."""


def notice_of_list(finding: ListFinding) -> Notice:
    """Return the notice of a finding; the same finding of the same hour is the same notice.

    Examples
    --------
    >>> from datetime import UTC
    >>> from types import SimpleNamespace
    >>> since = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    >>> late = SimpleNamespace(list_code="SVS", what="stale", why="It is old", since=since)
    >>> notice_of_list(late).key
    'stale:SVS:2026-11-02T06'
    """
    kinds = {"failed": NoticeKind.LOAD_FAILED, "waiting": NoticeKind.LOAD_WAITING}
    return Notice(
        key=f"{finding.what}:{finding.list_code}:{finding.since:%Y-%m-%dT%H}",
        kind=kinds.get(finding.what, NoticeKind.LIST_LATE),
        subject=finding.list_code,
        text=finding.why,
        found_at=finding.since,
    )


def notice_of_cut(
    hot_plate_id: int, *, owner: str, because: str, ends_at: datetime, at: datetime
) -> Notice:
    """Return the notice of a hot plate whose time was cut (Policy 426.6.5).

    Parameters
    ----------
    owner
        User name of who entered it; only their own targets, and those for all notices, hear it.
    because
        In words, without the plate.
    ends_at
        The end that it was cut to; the same cut is the same notice.
    at
        When it was found.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 2, tzinfo=UTC)
    >>> notice_of_cut(7, owner="o.x", because="stands on SVS", ends_at=at, at=at).subject
    '7'
    """
    return Notice(
        key=f"cut:{hot_plate_id}:{ends_at:%Y-%m-%dT%H:%M:%S}",
        kind=NoticeKind.HOT_PLATE_CUT,
        subject=str(hot_plate_id),
        text=because,
        found_at=at,
        concerns=owner,
    )


class NoticeRound:
    """Looks for what is out of order and tells what was not told before.

    Parameters
    ----------
    engine
        Connects as the service role.
    queue
        Where notices are put.
    find
        Looks, in the transaction in which they are put.
    """

    def __init__(self, engine: Engine, *, queue: TellsNotices, find: FindsNotices) -> None:
        self._engine = engine
        self._queue = queue
        self._find = find

    def tell(self) -> int:
        """Return how many notices were new."""
        with self._engine.begin() as connection:
            return sum(self._queue.tell(connection, one) for one in self._find(connection))

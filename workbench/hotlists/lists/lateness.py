"""How late a list is, for everything that shows or sends what came of it (Policy 426.6.4 (a))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from workbench.domain.hot_entry import ListKind
from workbench.hotlists.lists.standing import (
    Standing,
    loaded_between,
    loads_needed,
    local_day,
    stale_after,
    standing,
)
from workbench.policy import Policy
from workbench.storage.hot_list_tables import hot_list_load


class Lateness(StrEnum):
    """In which way a list is late; sorted.

    ``short``: the day before had fewer loads than asked. ``stale``: older than the policy lets it
    be, or nobody can tell.
    """

    SHORT = "short"
    STALE = "stale"


Late = Mapping[str, tuple[Lateness, ...]]
"""Lists that are late, by code; one that is not is not in it."""


def late_lists(
    connection: Connection, codes: Iterable[str], *, at: datetime, policy: Policy
) -> Late:
    """Return which of some lists are late at the present instant.

    Hot plates are no list, and one that is switched off is not late.

    Parameters
    ----------
    connection
        Of the service or reader role.
    codes
        Of the lists; each is looked up once.
    at
        The present instant.
    policy
        How often lists come, and when they are stale.
    """
    stand = (standing(connection, code, at=at, policy=policy) for code in sorted(set(codes)))
    late = {one.code: lateness(one) for one in stand if one is not None}
    return {code: ways for code, ways in late.items() if ways}


def lateness(one: Standing) -> tuple[Lateness, ...]:
    """Return in which ways a list is late as it stands."""
    if not one.enabled:
        return ()
    return _ways(short=one.short, stale=one.stale)


def lateness_then(
    connection: Connection,
    code: str,
    kind: ListKind,
    *,
    loaded_at: datetime | None,
    at: datetime,
    policy: Policy,
) -> tuple[Lateness, ...]:
    """Return in which ways a list was late at a past instant.

    It follows from what never changes: when the load of that time came, and the loads of the day
    before. So whoever asks twice is told the same.

    Parameters
    ----------
    loaded_at
        When the load came that was in force then; ``None`` for hot plates, which are never late.
    at
        The instant.
    """
    if loaded_at is None or kind is ListKind.HOT_PLATE:
        return ()
    zone = ZoneInfo(policy.department.time_zone.value)
    today = local_day(at, zone)[0]
    yesterday = local_day(today - timedelta(hours=1), zone)[0]
    c = hot_list_load.c
    first = select(func.min(c.began_at)).where(c.list_code == code)
    began = connection.execute(first).scalar()
    owed = began is not None and began < yesterday
    came = len(loaded_between(connection, code, yesterday, today))
    return _ways(
        short=owed and came < loads_needed(kind, policy).value,
        stale=at - loaded_at > stale_after(kind, policy),
    )


def _ways(*, short: bool, stale: bool) -> tuple[Lateness, ...]:
    said = ((Lateness.SHORT, short), (Lateness.STALE, stale))
    return tuple(way for way, holds in said if holds)

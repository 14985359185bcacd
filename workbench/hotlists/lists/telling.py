"""What people have to be told about lists, and by when; alerts send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from workbench.hotlists.lists.standing import Standing, local_day, standings
from workbench.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a list that people have to know.

    Attributes
    ----------
    list_code, list_name
        Of the list.
    what
        A short name of what it is: ``failed``, ``waiting``, ``stale``, ``never``, ``short``;
        for lists that the policy asks for, ``off`` and ``missing``.
        The same list, name and `since` is the same notice.
    why
        In words; nothing of what stands in a list.
    since
        From when on it is so.
    tell_by
        By when people have to hear of it.
    """

    list_code: str
    list_name: str
    what: str
    why: str
    since: datetime
    tell_by: datetime


def notices(connection: Connection, *, at: datetime, policy: Policy) -> list[Notice]:
    """Return what people have to be told now, the oldest first.

    Parameters
    ----------
    connection
        Of the service or reader role.
    at
        The present instant.
    policy
        Within how many minutes people are told (``hot_lists.told_within_minutes``).
    """
    within = timedelta(minutes=policy.hot_lists.told_within_minutes.value)
    zone = ZoneInfo(policy.department.time_zone.value)
    stand = {one.code: one for one in standings(connection, at=at, policy=policy)}
    wrong = [(one, _wrong(one, at, zone)) for one in stand.values() if one.enabled]
    found = [
        Notice(
            list_code=one.code,
            list_name=one.name,
            what=what,
            why=why,
            since=since,
            tell_by=since + within,
        )
        for one, all_of_it in wrong
        for what, why, since in all_of_it
    ]
    found += _not_used(stand, at, policy, zone)
    return sorted(found, key=lambda notice: (notice.since, notice.list_code, notice.what))


def _not_used(
    stand: Mapping[str, Standing], at: datetime, policy: Policy, zone: ZoneInfo
) -> list[Notice]:
    """Return the lists that the policy asks for and that are switched off, or not set up."""
    within = timedelta(minutes=policy.hot_lists.told_within_minutes.value)
    asked = policy.hot_lists.lists
    found = []
    for code in asked.value:
        one = stand.get(code)
        if one is not None and one.enabled:
            continue
        # A list that is not set up has no time of its own: it is told once a day.
        since = one.switched_at if one else local_day(at, zone)[0]
        how = "is switched off" if one else "is not set up"
        found.append(
            Notice(
                list_code=code,
                list_name=one.name if one else code,
                what="off" if one else "missing",
                why=f"The policy asks for it, and it {how} ({asked.section})",
                since=since,
                tell_by=since + within,
            )
        )
    return found


def _wrong(one: Standing, at: datetime, zone: ZoneInfo) -> list[tuple[str, str, datetime]]:
    found: list[tuple[str, str, datetime]] = []
    if one.problem is not None and one.problem_since is not None:
        what = "failed" if one.waiting is None else "waiting"
        found.append((what, one.problem, one.problem_since))
    loaded_at = one.load.in_force_at if one.load else None
    if loaded_at is None:
        if one.problem is None:
            found.append(("never", "It was never loaded", one.switched_at))
    elif one.stale:
        hours = one.stale_after / timedelta(hours=1)
        if one.age is None:
            found.append(("stale", "The clock stands before its last load", at))
        else:
            why = f"It is older than {hours:g} hours ({one.section})"
            found.append(("stale", why, loaded_at + one.stale_after))
    if one.short:
        today = local_day(at, zone)[0]
        day = (today - timedelta(hours=1)).astimezone(zone)
        why = f"{one.loads_yesterday} of {one.loads_needed} loads on {day:%Y-%m-%d} ({one.section})"
        found.append(("short", why, today))
    return found

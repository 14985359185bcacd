"""How a list stands: its age, the loads of the day, what is wrong and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from workbench.domain.hot_entry import ListKind
from workbench.hotlists.lists.hot_list import Switched, switched
from workbench.hotlists.lists.load import Load, LoadState, load_of
from workbench.policy import Policy
from workbench.policy.rule import Rule
from workbench.storage.hot_list_tables import hot_list, hot_list_load

_c = hot_list_load.c
_LOADED = (LoadState.IN_FORCE.value, LoadState.SUPERSEDED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a list stands at an instant (Policy 426.6.4).

    Attributes
    ----------
    load
        What is in force.
    age
        Of it; ``None`` where there is none, or where the clock stands before it came.
    stale
        Whether it is older than the policy lets it be, or nobody can tell.
    stale_after
        Age beyond which it is stale.
    loads_today, loads_yesterday
        That came in force on the department's calendar day, and on the day before.
    loads_needed
        A day.
    short
        Whether yesterday, all of which it was switched on, had fewer: a violation.
    waiting
        The load about which somebody has to decide.
    problem
        Why the newest try is not in force; ``None`` where it is.
    problem_since
        When the first try failed after the last that came in force.
    section
        Of the policy.
    """

    code: str
    name: str
    kind: ListKind
    enabled: bool
    switched_at: datetime
    load: Load | None
    age: timedelta | None
    stale: bool
    stale_after: timedelta
    loads_today: int
    loads_yesterday: int
    loads_needed: int
    short: bool
    waiting: Load | None
    problem: str | None
    problem_since: datetime | None
    section: str

    @property
    def good(self) -> bool:
        """Whether nothing is wrong; a list that is switched off cannot be."""
        return not self.enabled or not (self.stale or self.short or self.problem)


def standing(connection: Connection, code: str, *, at: datetime, policy: Policy) -> Standing | None:
    """Return how one list stands; ``None`` if there is none of that code, such as hot plates'."""
    row = connection.execute(select(hot_list).where(hot_list.c.code == code)).one_or_none()
    return None if row is None else _standing(connection, switched(row), at=at, policy=policy)


def standings(connection: Connection, *, at: datetime, policy: Policy) -> list[Standing]:
    """Return how every list stands, by code.

    Parameters
    ----------
    connection
        Of the service or reader role.
    at
        The present instant.
    policy
        How often lists come, and when they are stale.
    """
    rows = connection.execute(select(hot_list).order_by(hot_list.c.code))
    return [_standing(connection, switched(row), at=at, policy=policy) for row in rows.all()]


def loads_needed(kind: ListKind, policy: Policy) -> Rule[int]:
    """Return how many loads a day the policy asks for (426.6.4 (a), (b))."""
    rules = policy.hot_lists
    return rules.special_loads_per_day if kind is ListKind.SPECIAL else rules.loads_per_day


def stale_after(kind: ListKind, policy: Policy) -> timedelta:
    """Return the age beyond which a list is stale; of a special one a day's share.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> policy = load_policy()
    >>> stale_after(ListKind.GENERAL, policy) / timedelta(hours=1)
    12.0
    >>> stale_after(ListKind.SPECIAL, policy) / timedelta(hours=1)
    24.0
    """
    if kind is ListKind.SPECIAL:
        return timedelta(days=1) / loads_needed(kind, policy).value
    return timedelta(hours=policy.hot_lists.stale_hours.value)


def local_day(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the calendar day of an instant begins and ends, in UTC.

    Examples
    --------
    >>> noon = datetime(2026, 11, 1, 20, tzinfo=UTC)
    >>> start, end = local_day(noon, ZoneInfo("America/Los_Angeles"))
    >>> end - start  # clocks go back on that day
    datetime.timedelta(days=1, seconds=3600)
    """
    day = at.astimezone(zone).date()
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _standing(connection: Connection, found: Switched, *, at: datetime, policy: Policy) -> Standing:
    needed = loads_needed(found.list.kind, policy)
    oldest = stale_after(found.list.kind, policy)
    zone = ZoneInfo(policy.department.time_zone.value)
    today, tomorrow = local_day(at, zone)
    yesterday = local_day(today - timedelta(hours=1), zone)[0]
    newest = _newest(connection, found.list.code)
    load = next((one for one in newest if one.state is LoadState.IN_FORCE), None)
    age = None if load is None or load.in_force_at is None else at - load.in_force_at
    if age is not None and age < -timedelta(minutes=policy.ingest.future_tolerance_minutes.value):
        age = None
    since = [one for one in newest if load is None or one.id > load.id]
    loaded = loaded_between(connection, found.list.code, yesterday, tomorrow)
    loads_yesterday = sum(one < today for one in loaded)
    return Standing(
        code=found.list.code,
        name=found.list.name,
        kind=found.list.kind,
        enabled=found.enabled,
        switched_at=found.at,
        load=load,
        age=age,
        stale=age is None or age > oldest,
        stale_after=oldest,
        loads_today=len(loaded) - loads_yesterday,
        loads_yesterday=loads_yesterday,
        loads_needed=needed.value,
        short=found.enabled and found.at <= yesterday and loads_yesterday < needed.value,
        waiting=next((one for one in since if one.state is LoadState.WAITING), None),
        problem=since[0].problem if since else None,
        problem_since=since[-1].began_at if since else None,
        section=needed.section,
    )


def _newest(connection: Connection, code: str) -> list[Load]:
    """Return the load in force and every later try, newest first; by number, not by time."""
    in_force = (
        select(_c.id).where(_c.list_code == code, _c.state == LoadState.IN_FORCE).scalar_subquery()
    )
    rows = connection.execute(
        select(hot_list_load)
        .where(_c.list_code == code, (_c.id >= in_force) | in_force.is_(None))
        .order_by(_c.id.desc())
    )
    return [load_of(row) for row in rows]


def loaded_between(
    connection: Connection, code: str, start: datetime, end: datetime
) -> Sequence[datetime]:
    """Return when loads of a list came in force, from an instant on and before another."""
    rows = connection.execute(
        select(_c.in_force_at).where(
            _c.list_code == code,
            _c.state.in_(_LOADED),
            _c.in_force_at >= start,
            _c.in_force_at < end,
        )
    )
    return rows.scalars().all()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

"""A try to load a list, as it stands in the history of its loads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.storage.hot_list_tables import hot_list, hot_list_load

_c = hot_list_load.c


class LoadState(StrEnum):
    """What became of a try; sorted."""

    FAILED = "failed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One try to load a list.

    Attributes
    ----------
    id
        Its place in the order of loads, which no clock can change.
    good, duplicate, failed
        Rows of its file.
    reasons
        Why rows failed, with the numbers of the first lines; nothing of their text.
    problem
        Why it is not in force, or why it waited.
    again
        Whether the file just came a second time: then this is the load that it made before, and
        there is no other one.
    """

    id: int
    list_code: str
    state: LoadState
    began_at: datetime
    ended_at: datetime
    file_name: str | None
    file_sha256: str | None
    size_bytes: int | None
    good: int
    duplicate: int
    failed: int
    reasons: Sequence[dict[str, Any]]
    problem: str | None
    in_force_at: datetime | None
    superseded_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    again: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        values = {name: getattr(self, name) for name in Load.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }


def load_of(row: Row[Any]) -> Load:
    """Return the load of a row of its table."""
    stored = Load.__dataclass_fields__.keys() - {"again"}
    values = {name: getattr(row, name) for name in stored}
    return Load(**{**values, "state": LoadState(row.state)})


def load_in_force(connection: Connection, code: str) -> Load | None:
    """Return the load of a list that is in force, or ``None``."""
    statement = select(hot_list_load).where(_c.list_code == code, _c.state == LoadState.IN_FORCE)
    row = connection.execute(statement).one_or_none()
    return None if row is None else load_of(row)


def same_load(
    connection: Connection, newest: int, sha256: str | None, *, since: datetime, until: datetime
) -> Load | None:
    """Return a list's newest try if it just took in that very file and the list is still the same.

    A file that is unchanged at the next download is a load of its own, since the policy counts
    downloads and a list whose source has nothing new is not stale.

    Parameters
    ----------
    newest
        Its number.
    sha256
        Of the file that has come.
    since, until
        When the newest try may have begun to be the same; neither instant is part of it.
    """
    row = connection.execute(
        select(hot_list_load)
        .join(hot_list, hot_list.c.code == _c.list_code)
        .where(
            _c.id == newest,
            _c.file_sha256 == sha256,
            _c.began_at > since,
            _c.began_at < until,
            _c.state.in_((LoadState.IN_FORCE, LoadState.WAITING)),
            hot_list.c.changed_at.is_(None) | (hot_list.c.changed_at < _c.began_at),
        )
    ).one_or_none()
    return None if row is None else replace(load_of(row), again=True)


def newest_load_id(connection: Connection, code: str) -> int:
    """Return the number of a list's newest try, 0 where there is none."""
    statement = select(_c.id).where(_c.list_code == code).order_by(_c.id.desc()).limit(1)
    return int(connection.execute(statement).scalar() or 0)


def loads_of(connection: Connection, code: str, *, limit: int = 50) -> list[Load]:
    """Return the tries of a list, newest first."""
    statement = select(hot_list_load).where(_c.list_code == code)
    rows = connection.execute(statement.order_by(_c.id.desc()).limit(limit))
    return [load_of(row) for row in rows]

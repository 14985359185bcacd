"""Putting a load in force: the one before is history, hot plates that it lists are cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, update

from workbench.hotlists.lists.load import Load, LoadState, load_of
from workbench.hotlists.plates.cutting import Cut, cut_listed
from workbench.policy import Policy
from workbench.storage.hot_list_tables import hot_list_load

_c = hot_list_load.c


def put_in_force(
    connection: Connection, load: Load, values: dict[str, Any], *, at: datetime, policy: Policy
) -> tuple[Load, Sequence[Cut]]:
    """Return the load as it now is in force, and the hot plates that it cut.

    Parameters
    ----------
    connection
        In the transaction that stored or decided it, with the list's row locked.
    load
        As it was.
    values
        What else changes in its row.
    at
        From when.
    policy
        Which lists cut hot plates.
    """
    connection.execute(
        update(hot_list_load)
        .where(_c.list_code == load.list_code, _c.state == LoadState.IN_FORCE)
        .values(state=LoadState.SUPERSEDED.value, superseded_at=at)
    )
    forced = changed_load(
        connection, load.id, {**values, "state": LoadState.IN_FORCE.value, "in_force_at": at}
    )
    drop_waiting(connection, forced)
    cuts = cut_listed(connection, forced.id, forced.list_code, at=at, policy=policy)
    return forced, cuts


def drop_waiting(connection: Connection, newer: Load) -> None:
    """Let nobody decide any more about older loads: the newer one took their place."""
    connection.execute(
        update(hot_list_load)
        .where(
            _c.list_code == newer.list_code,
            _c.state == LoadState.WAITING,
            _c.id < newer.id,
        )
        .values(
            state=LoadState.REFUSED.value,
            problem=func.concat(_c.problem, "; a later load took its place"),
        )
    )


def changed_load(connection: Connection, load_id: int, values: dict[str, Any]) -> Load:
    """Return a load after other values were put into its row."""
    row = connection.execute(
        update(hot_list_load).where(_c.id == load_id).values(values).returning(hot_list_load)
    ).one()
    return load_of(row)

"""A person decides about a load that changes too much to go in by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.hot_entry import ListKind
from workbench.domain.person import Actor
from workbench.errors import HotListError
from workbench.hotlists.lists.approvals import approval_of
from workbench.hotlists.lists.force import changed_load, put_in_force
from workbench.hotlists.lists.hot_list import list_of
from workbench.hotlists.lists.load import Load, LoadState, load_of
from workbench.hotlists.plates.cutting import cut_entry
from workbench.storage.hot_list_tables import hot_list_load


class Deciding:
    """Accepts and refuses loads that wait.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def decide(self, by: Actor, load_id: int, *, accept: bool, reason: str) -> Load:
        """Put a waiting load in force, or refuse it; then what was in force stays so.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If no load of that number waits, its list is switched off or no longer approved,
            or the reason is empty.
        """
        at = self._office.require(by, Action.HOT_LISTS_DECIDE)
        words = reason.strip()
        if not words:
            raise HotListError("A decision needs its reason in words")
        values: dict[str, Any] = {
            "decided_by": by.person.username,
            "decided_at": at,
            "decision_reason": words,
        }
        with self._office.engine.begin() as connection:
            load = self._waiting(connection, load_id, accept=accept)
            if accept:
                ended, cuts = put_in_force(
                    connection, load, values, at=at, policy=self._office.policy
                )
                for cut in cuts:
                    self._office.audit.append_in(connection, cut_entry(cut, ended.id))
            else:
                values["state"] = LoadState.REFUSED.value
                ended = changed_load(connection, load.id, values)
            self._office.audit.append_in(connection, _entry(by, ended, words))
        return ended

    def _waiting(self, connection: Connection, load_id: int, *, accept: bool) -> Load:
        c = hot_list_load.c
        code = connection.execute(select(c.list_code).where(c.id == load_id)).scalar()
        # The list's row is locked first, as loading does, so that the two wait for one another.
        found = list_of(connection, code, lock=True) if code is not None else None
        row = connection.execute(
            select(hot_list_load).where(c.id == load_id, c.state == LoadState.WAITING)
        ).one_or_none()
        if row is None or found is None:
            raise HotListError(
                "No load of that number waits for a decision",
                given=load_id,
                next_step="`workbench hotlists standing` names those that wait",
            )
        if accept and not found.enabled:
            raise HotListError("The list is switched off", given=code)
        if accept and found.list.kind is ListKind.SPECIAL:
            approval_of(connection, found.list.code)
        return load_of(row)


def _entry(by: Actor, load: Load, reason: str) -> Entry:
    return Entry(
        EventKind.HOT_LIST_DECIDE,
        by,
        reason=reason,
        outcome=Outcome.ALLOWED if load.state is LoadState.IN_FORCE else Outcome.REFUSED,
        details={
            "list": load.list_code,
            "load": load.id,
            "state": load.state.value,
            "problem": load.problem,
        },
    )

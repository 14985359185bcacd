"""The lists of this department: set up, changed and switched by people, each act logged."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from workbench.access.decide import decide
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import HotListError
from workbench.hotlists.lists.fetching import shown_address
from workbench.hotlists.lists.hot_list import HotList, Switched, list_of, switched
from workbench.hotlists.lists.sources import ListSources
from workbench.storage.hot_list_tables import hot_list


class HotLists:
    """Keeps which lists there are, and which of them are switched on.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    sources
        Where lists may come from.
    """

    def __init__(self, office: Office, *, sources: ListSources) -> None:
        self._office = office
        self._sources = sources

    def add(self, by: Actor, new: HotList, *, reason: str) -> Switched:
        """Set a list up. It is on at once, unless the policy keeps it off without the captain.

        Parameters
        ----------
        reason
            Why the department has it, in words.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If there is one of that code, or the policy has no place for it.
        """
        at = self._office.require(by, Action.HOT_LISTS_MANAGE)
        new.check(self._office.policy, self._sources)
        values = {
            **_values(new),
            "enabled": not self._guarded(new),
            "switched_by": by.person.username,
            "switched_at": at,
            "switch_reason": _reason(reason),
        }
        with self._office.engine.begin() as connection:
            known = select(hot_list.c.code).where(hot_list.c.code == new.code)
            if connection.execute(known).one_or_none() is not None:
                raise HotListError("There is a list of that code", given=new.code)
            row = connection.execute(insert(hot_list).values(values).returning(hot_list)).one()
            details = {"change": "add", **_told(new), "enabled": values["enabled"]}
            self._office.audit.append_in(connection, _entry(by, new.code, reason, details))
        return switched(row)

    def change(self, by: Actor, new: HotList, *, reason: str) -> Switched:
        """Put other values in the place of a list's; its switch stays as it is.

        Unless the new values make it a list that the captain alone switches on: then it is off.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If there is none of that code, it would become another kind of list, or the policy
            has no place for it.
        """
        at = self._office.require(by, Action.HOT_LISTS_MANAGE)
        new.check(self._office.policy, self._sources)
        words = _reason(reason)
        with self._office.engine.begin() as connection:
            old = list_of(connection, new.code, lock=True)
            if old.list.kind is not new.kind:
                raise HotListError(
                    "A list does not become one of another kind",
                    given=new.kind.value,
                    allowed=old.list.kind.value,
                    next_step="add it under another code",
                )
            # What becomes a list that the captain alone switches on is off until then.
            enabled = old.enabled and (self._guarded(old.list) or not self._guarded(new))
            row = connection.execute(
                update(hot_list)
                .where(hot_list.c.code == new.code)
                .values(**_values(new), enabled=enabled, changed_at=at)
                .returning(hot_list)
            ).one()
            details = {"change": "set", **_told(new), "enabled": enabled}
            self._office.audit.append_in(connection, _entry(by, new.code, words, details))
        return switched(row)

    def switch(self, by: Actor, code: str, *, on: bool, reason: str) -> Switched:
        """Switch a list on or off; its loads stay.

        What the policy keeps off without the captain is switched on by nobody else.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If there is no such list, it is so already, or the reason is empty.
        """
        guarded = self._guarded(self.of(code).list)
        at = self._office.require(by, self._action(by, guarded=guarded, on=on))
        words = _reason(reason)
        with self._office.engine.begin() as connection:
            if list_of(connection, code, lock=True).enabled is on:
                state = "on" if on else "off"
                raise HotListError(f"The list is {state} already", given=code)
            row = connection.execute(
                update(hot_list)
                .where(hot_list.c.code == code)
                .values(
                    enabled=on,
                    switched_by=by.person.username,
                    switched_at=at,
                    switch_reason=words,
                )
                .returning(hot_list)
            ).one()
            details = {"change": "on" if on else "off"}
            self._office.audit.append_in(connection, _entry(by, code, words, details))
        return switched(row)

    def of(self, code: str) -> Switched:
        """Return a list.

        Raises
        ------
        HotListError
            If there is none of that code.
        """
        with self._office.engine.connect() as connection:
            return list_of(connection, code)

    def all(self) -> tuple[Switched, ...]:
        """Return every list, by code."""
        with self._office.engine.connect() as connection:
            rows = connection.execute(select(hot_list).order_by(hot_list.c.code))
            return tuple(switched(row) for row in rows)

    def _guarded(self, one: HotList) -> bool:
        """Say whether the captain alone may switch a list on: by its code, or by what it is."""
        rules = self._office.policy.hot_lists
        said = f"{one.code} {one.name} {one.address}".casefold()
        words = rules.off_unless_captain_words.value
        return one.code in rules.off_unless_captain.value or any(
            word.casefold() in said for word in words
        )

    def _action(self, by: Actor, *, guarded: bool, on: bool) -> Action:
        if guarded and on:
            return Action.HOT_LISTS_APPROVE
        # The captain may switch off what nobody else may switch on.
        office = self._office
        captain = decide(
            by.person, Action.HOT_LISTS_APPROVE, policy=office.policy, at=office.clock()
        )
        return Action.HOT_LISTS_APPROVE if captain.allowed else Action.HOT_LISTS_MANAGE


def _reason(given: str) -> str:
    words = given.strip()
    if not words:
        raise HotListError("A reason is needed, in words")
    return words


def _values(new: HotList) -> dict[str, object]:
    return {
        "code": new.code,
        "name": new.name.strip(),
        "kind": new.kind.value,
        "source": new.source,
        "category": new.category.value,
        "region": new.region,
        "address": new.address,
        "template": new.template.model_dump(mode="json"),
    }


def _told(new: HotList) -> dict[str, object]:
    return {**_values(new), "address": shown_address(new.address)}


def _entry(by: Actor, code: str, reason: str, details: Mapping[str, object]) -> Entry:
    return Entry(
        EventKind.HOT_LIST_CHANGE,
        by,
        reason=reason,
        outcome=Outcome.DONE,
        details={"list": code, **details},
    )

"""The register of agencies: entered, changed, verified by somebody else, switched; all logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from workbench.access.decide import decide
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import SharingError
from workbench.sharing.agencies.agency import Agency, AgencyProfile
from workbench.sharing.agencies.stored import (
    agency_named,
    agency_of,
    agency_refusals,
    all_agencies,
    find_agency,
    profile_values,
)
from workbench.storage.sharing_tables import agency as table

_UNVERIFIED = {"verified_at": None, "verified_how": None, "verified_by": None}


class Agencies:
    """Keeps the register; each change is one transaction with its audit record.

    Whoever enters or changes an agency does not verify it: so one person alone cannot make a
    recipient of somebody who may not be one.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def add(self, by: Actor, profile: AgencyProfile) -> Agency:
        """Enter an agency; it is unverified.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If another has one of its names.
        """
        return self._entered(by, (profile,))[0]

    def import_all(self, by: Actor, profiles: Iterable[AgencyProfile]) -> tuple[Agency, ...]:
        """Enter agencies, all of them or none; the same ones again are no second import.

        Returns
        -------
        tuple of Agency
            As they stand in the register; those of an import that came before stay as they are.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If one of the names is there already, or twice among them.
        """
        self._office.require(by, Action.AGENCIES_MANAGE)
        given = tuple(profiles)
        return self._known(given) or self._entered(by, given)

    def _entered(self, by: Actor, profiles: tuple[AgencyProfile, ...]) -> tuple[Agency, ...]:
        at = self._office.require(by, Action.AGENCIES_MANAGE)
        with self._office.engine.begin() as connection:
            added = tuple(self._add(connection, by, profile, at) for profile in profiles)
            for one in added:
                self._log(connection, by, EventKind.AGENCY_ADD, one, {"change": "add"})
        return added

    def _known(self, profiles: tuple[AgencyProfile, ...]) -> tuple[Agency, ...] | None:
        """Return the agencies if each is there just as it is given."""
        with self._office.engine.connect() as connection:
            there = {one.name: one for one in all_agencies(connection)}
        found = tuple(there.get(profile.name) for profile in profiles)
        same = (
            one is not None and one.profile == profile
            for one, profile in zip(found, profiles, strict=True)
        )
        return tuple(one for one in found if one is not None) if all(same) else None

    def change(self, by: Actor, name: str, *, reason: str, **said: Any) -> Agency:
        """Say anew what an agency is; it is unverified then.

        Parameters
        ----------
        said
            Any of `AgencyProfile`'s but the name.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If there is none of that name, nothing changes, or the reason is empty.
        """
        at = self._office.require(by, Action.AGENCIES_MANAGE)
        words = _words(reason, "A change of an agency needs its reason")
        with agency_refusals(name), self._office.engine.begin() as connection:
            old = agency_named(connection, name, lock=True)
            profile = replace(old.profile, **said)
            if profile == old.profile or profile.name != old.name:
                raise SharingError(
                    "Nothing of the agency would change", given=name, allowed="all but its name"
                )
            self._refuse_known(connection, profile, but=old.id)
            values = profile_values(profile) | _UNVERIFIED
            values |= {"changed_at": at, "changed_by": by.person.username}
            return self._update(connection, by, old, values, {"change": "set", "reason": words})

    def switch(self, by: Actor, name: str, *, on: bool, reason: str) -> Agency:
        """Switch an agency on or off; nothing goes to one that is off.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If there is none of that name, it is so already, or the reason is empty.
        """
        self._office.require(by, Action.AGENCIES_MANAGE)
        words = _words(reason, "A change of an agency needs its reason")
        with self._office.engine.begin() as connection:
            old = agency_named(connection, name, lock=True)
            if old.enabled is on:
                raise SharingError(f"The agency is {'on' if on else 'off'} already", given=name)
            details = {"change": "on" if on else "off", "reason": words}
            return self._update(connection, by, old, {"enabled": on}, details)

    def verify(self, by: Actor, name: str, *, how: str) -> Agency:
        """Record that an agency is what the register says; never by who entered or changed it.

        Parameters
        ----------
        how
            Such as ``called back by its public number``.

        Raises
        ------
        DeniedError
            If the person is no administrator, captain or designee.
        SharingError
            If there is none of that name, it was verified, or the person entered it.
        """
        at = self._office.require(by, self._verifying(by))
        words = _words(how, "A verification says how it was done")
        with agency_refusals(name), self._office.engine.begin() as connection:
            old = agency_named(connection, name, lock=True)
            if old.verified_at is not None:
                raise SharingError("The agency is verified already", given=name)
            if old.changed_by == by.person.username:
                raise SharingError(
                    "Who entered an agency does not verify it",
                    given=by.person.username,
                    allowed="another administrator, the captain or a designee",
                )
            values = {"verified_at": at, "verified_how": words}
            values |= {"verified_by": by.person.username}
            return self._update(connection, by, old, values, {"change": "verify", "how": words})

    def all(self, by: Actor) -> tuple[Agency, ...]:
        """Return every agency, by name.

        Raises
        ------
        DeniedError
            If the person may not see the register.
        """
        self._office.require(by, Action.AGENCIES_VIEW)
        with self._office.engine.connect() as connection:
            return all_agencies(connection)

    def _verifying(self, by: Actor) -> Action:
        # The captain may too, so that a department with one administrator is not stuck.
        policy, at = self._office.policy, self._office.clock()
        captain = decide(by.person, Action.RELEASES_APPROVE, policy=policy, at=at)
        return Action.RELEASES_APPROVE if captain.allowed else Action.AGENCIES_MANAGE

    def _add(
        self, connection: Connection, by: Actor, profile: AgencyProfile, at: datetime
    ) -> Agency:
        self._refuse_known(connection, profile)
        who = by.person.username
        values = profile_values(profile) | {"enabled": True}
        values |= {"added_at": at, "added_by": who, "changed_at": at, "changed_by": who}
        with agency_refusals(profile.name):
            row = connection.execute(insert(table).values(values).returning(table)).one()
        return agency_of(row)

    def _refuse_known(
        self, connection: Connection, profile: AgencyProfile, but: int | None = None
    ) -> None:
        for name in (profile.name, *profile.aliases):
            known = find_agency(connection, name)
            if known is not None and known.id != but:
                raise SharingError(
                    "The register has that name already",
                    given=name,
                    next_step=f"see {known.name}; a name of two agencies gets its state or county",
                )

    def _update(
        self,
        connection: Connection,
        by: Actor,
        old: Agency,
        values: dict[str, Any],
        details: dict[str, Any],
    ) -> Agency:
        statement = update(table).where(table.c.id == old.id).values(values).returning(table)
        new = agency_of(connection.execute(statement).one())
        self._log(connection, by, EventKind.AGENCY_CHANGE, new, details)
        return new

    def _log(
        self,
        connection: Connection,
        by: Actor,
        kind: EventKind,
        one: Agency,
        details: dict[str, Any],
    ) -> None:
        told = {"agency": one.id, "is": one.as_json(), **details}
        entry = Entry(kind, by, outcome=Outcome.DONE, details=told)
        self._office.audit.append_in(connection, entry)


def _words(text: str, problem: str) -> str:
    if not text.strip():
        raise SharingError(problem, allowed="in words")
    return text.strip()

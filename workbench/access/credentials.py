"""Changing one's own password and second factor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from workbench.access.invitations import factor_values, password_values
from workbench.access.lockout import Lockout
from workbench.access.office import Change, Office, account_for_change
from workbench.access.passwords import Passwords
from workbench.access.second_factor import SecondFactor
from workbench.access.sessions import Sessions
from workbench.access.vault import Vault
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Actor
from workbench.errors import AccountError, AccountLockedError, SignInError
from workbench.storage.people_tables import account as account_table

_c = account_table.c


class Credentials:
    """What a signed-in person does to the own account; everything asks for the password again.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    passwords, second_factor, vault, sessions
        The parts that it puts together.
    """

    def __init__(
        self,
        office: Office,
        *,
        passwords: Passwords,
        second_factor: SecondFactor,
        vault: Vault,
        sessions: Sessions,
    ) -> None:
        self._office = office
        self._passwords = passwords
        self._second_factor = second_factor
        self._vault = vault
        self._sessions = sessions
        self._lockout = Lockout(office.policy.sign_in)

    def change_password(self, by: Actor, current: str, new: str) -> None:
        """Change one's own password; every session of the account ends.

        Raises
        ------
        SignInError
            If the current password is wrong; it counts towards the lockout.
        AccountError
            If the new one may not be chosen or is the current one.
        """
        self._passwords.check_new(new, username=by.person.username)
        self._confirm(by, current)
        if new == current:
            raise AccountError("The new password is the current one", allowed="another one")
        values = password_values(self._passwords.hashed(new), self._office.clock())
        self._store(by, EventKind.PASSWORD_CHANGE, values)

    def change_second_factor(self, by: Actor, current: str) -> str:
        """Enrol another authenticator for oneself; every session of the account ends.

        Parameters
        ----------
        by
            Whose account it is.
        current
            The password.

        Returns
        -------
        str
            The ``otpauth`` address for the app; shown here only.

        Raises
        ------
        SignInError
            If the password is wrong; it counts towards the lockout.
        """
        self._confirm(by, current)
        sealed, address = self._second_factor.enrol(by.person.username)
        values = factor_values(sealed, self._office.clock())
        self._store(by, EventKind.SECOND_FACTOR_RESET, values)
        return address

    def _confirm(self, by: Actor, password: str) -> None:
        username = by.person.username
        with self._office.engine.connect() as connection:
            stored = connection.scalar(select(_c.password_hash).where(_c.username == username))
        right = self._passwords.matches(password, stored)
        digest = self._vault.name_digest(username)
        with self._office.engine.begin() as connection:
            self._lockout.take_turn(connection, digest)
            locked = self._lockout.locked(connection, digest)
            if right and not locked:
                return
            if not locked:
                at = self._office.clock()
                locked = self._lockout.fail(connection, digest, origin=by.origin, at=at)
            details = {"account": username, "wrong": "password"}
            self._office.audit.append_in(
                connection,
                Entry(EventKind.SESSION_REFUSE, by, outcome=Outcome.REFUSED, details=details),
            )
        error = AccountLockedError if locked else SignInError
        raise error("The current password is wrong or the account is locked")

    def _store(self, by: Actor, kind: EventKind, values: dict[str, Any]) -> None:
        username = by.person.username
        with self._office.engine.begin() as connection:
            account_for_change(connection, username)
            connection.execute(
                update(account_table).where(_c.username == username).values(**values)
            )
            ended = self._sessions.end_all_in(connection, username, "credentials")
            change = Change(kind, username, by, {"sessions_ended": ended})
            self._office.audit.append_in(connection, change.entry())

"""How people come by their password and second factor, which nobody else ever knows.

An administrator invites; the person takes the invitation up and chooses. So what is done under
an account was done by its owner, or by somebody to whom the owner gave all of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from workbench.access.office import Change, Office, account_for_change
from workbench.access.passwords import Passwords
from workbench.access.people import person_at
from workbench.access.second_factor import SecondFactor
from workbench.access.sessions import Sessions
from workbench.access.vault import token_hash
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.person import Actor, Origin
from workbench.errors import AccountError, SignInError
from workbench.storage.people_tables import account as account_table

_c = account_table.c
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an administrator hands to a person, once and in private.

    Attributes
    ----------
    token
        Shown here only; the database knows its SHA-256.
    ends_at
        From then on it can no longer be taken up.
    """

    username: str
    token: str = field(repr=False)
    ends_at: datetime


class Invitations:
    """Invites the owners of new and of reset accounts.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    passwords, second_factor, sessions
        The parts that it puts together.
    """

    def __init__(
        self,
        office: Office,
        *,
        passwords: Passwords,
        second_factor: SecondFactor,
        sessions: Sessions,
    ) -> None:
        self._office = office
        self._passwords = passwords
        self._second_factor = second_factor
        self._sessions = sessions
        self._lasts = timedelta(hours=office.policy.sign_in.invitation_hours.value)

    def invite(self, by: Actor, username: str) -> Invitation:
        """Invite the owner of an account to choose a password and second factor.

        What the account had is taken away and its sessions end, so this is also the reset.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If there is no such account or it is disabled.
        """
        self._office.require(by, Action.ACCOUNTS_RESET, on=username)
        with self._office.engine.begin() as connection:
            row = account_for_change(connection, username)
            if row.disabled_at is not None:
                raise AccountError("The account is disabled", given=username)
            invitation = self.invite_in(connection, username)
            ended = self._sessions.end_all_in(connection, username, "credentials")
            details = {"invited_until": invitation.ends_at.isoformat(), "sessions_ended": ended}
            change = Change(EventKind.PASSWORD_RESET, username, by, details)
            self._office.audit.append_in(connection, change.entry())
        return invitation

    def invite_in(self, connection: Connection, username: str) -> Invitation:
        """Make an invitation in the caller's transaction, which logs it."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        ends_at = self._office.clock() + self._lasts
        connection.execute(
            update(account_table)
            .where(_c.username == username)
            .values(
                invitation_hash=token_hash(token),
                invitation_ends_at=ends_at,
                password_hash=None,
                password_changed_at=None,
                totp_secret=None,
                totp_enrolled_at=None,
            )
        )
        return Invitation(username, token, ends_at)

    def accept(self, token: str, password: str, *, origin: Origin) -> str:
        """Take an invitation up: set the password and enrol the second factor.

        Parameters
        ----------
        token
            Of the invitation.
        password
            Chosen by the person.
        origin
            Where the person sits.

        Returns
        -------
        str
            The ``otpauth`` address for the authenticator app; shown here only.

        Raises
        ------
        SignInError
            If the invitation is unknown, used or too old.
        AccountError
            If the password may not be chosen.
        """
        with self._office.engine.connect() as connection:
            username = self._open(connection, token).username
        self._passwords.check_new(password, username=username)
        hashed = self._passwords.hashed(password)
        with self._office.engine.begin() as connection:
            row = self._open(connection, token)
            at = self._office.clock()
            sealed, address = self._second_factor.enrol(row.username)
            connection.execute(
                update(account_table)
                .where(_c.username == row.username)
                .values(invitation_hash=None, invitation_ends_at=None)
                .values(password_values(hashed, at) | factor_values(sealed, at))
            )
            actor = Actor(person_at(connection, row.username, at), origin)
            change = Change(EventKind.SECOND_FACTOR_ENROL, row.username, actor, {"invited": True})
            self._office.audit.append_in(connection, change.entry())
        return address

    def _open(self, connection: Connection, token: str) -> Row[Any]:
        row = connection.execute(
            select(account_table)
            .where(_c.invitation_hash == token_hash(token), _c.disabled_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if row is None or self._office.clock() >= row.invitation_ends_at:
            raise SignInError(
                "There is no such invitation, or it was used or is too old",
                next_step="ask an ALPR administrator for a new one",
            )
        return row


def password_values(hashed: str, at: datetime) -> dict[str, Any]:
    """Return the columns of a new password."""
    return {"password_hash": hashed, "password_changed_at": at}


def factor_values(sealed: bytes, at: datetime) -> dict[str, Any]:
    """Return the columns of a new second factor; none of its codes has been used."""
    return {"totp_secret": sealed, "totp_enrolled_at": at, "totp_last_step": None}

"""Accounts: made, disabled, released and listed; every act is one transaction with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from workbench.access.idle_accounts import IdleAccounts
from workbench.access.invitations import Invitation, Invitations
from workbench.access.lockout import Lockout
from workbench.access.office import Change, Office, account_for_change
from workbench.access.people import given_columns, person_from
from workbench.access.sessions import Sessions
from workbench.access.usernames import checked_username
from workbench.access.vault import Vault
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.person import Actor, Origin, Person, Role
from workbench.errors import AccountError
from workbench.storage.people_tables import account as account_table
from workbench.storage.people_tables import account_role

_c = account_table.c
FIRST_GRANTER = "system:init"
"""Who grants the first administrator's role; no person can have this name."""

_FIRST_LOCK = (426, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it.

    Attributes
    ----------
    locked
        Whether it has to be released.
    suspended
        Whether it is disabled because nobody used it.
    enabled_at
        When it was last enabled again.
    invited_until
        Set while its owner has not chosen password and second factor.
    """

    person: Person
    created_at: datetime
    last_sign_in_at: datetime | None
    locked: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    suspended: bool
    enabled_at: datetime | None
    invited_until: datetime | None


class Accounts:
    """Makes and keeps accounts.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    vault, invitations, sessions
        The parts that it puts together.
    """

    def __init__(
        self, office: Office, *, vault: Vault, invitations: Invitations, sessions: Sessions
    ) -> None:
        self._office = office
        self._vault = vault
        self._invitations = invitations
        self._sessions = sessions
        self._lockout = Lockout(office.policy.sign_in)
        self._idle = IdleAccounts(office, sessions=sessions)

    def create(self, by: Actor, username: str, *, display_name: str, title: str) -> Invitation:
        """Make an account and invite its owner; it has no role yet.

        Parameters
        ----------
        username
            Never used before by anybody.
        title
            One of the policy's authorised titles.

        Raises
        ------
        DeniedError
            If the actor may not.
        AccountError
            If name or title cannot be taken.
        """
        self._office.require(by, Action.ACCOUNTS_CREATE)
        with self._office.engine.begin() as connection:
            return self._create_in(connection, username, display_name, title, by=by)

    def create_first(
        self, username: str, *, display_name: str, title: str, origin: Origin
    ) -> Invitation:
        """Make the very first account and give it the role of ALPR administrator.

        Raises
        ------
        AccountError
            If there is an account already.
        """
        with self._office.engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(*_FIRST_LOCK)))
            if connection.scalar(select(func.count()).select_from(account_table)):
                raise AccountError(
                    "There are accounts already",
                    next_step="sign in as an ALPR administrator to make another",
                )
            invitation = self._create_in(connection, username, display_name, title, origin=origin)
            self._grant_first(connection, invitation.username, origin)
        return invitation

    def disable(self, by: Actor, username: str, *, reason: str) -> None:
        """Disable an account and end its sessions; it is never deleted.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If there is no such account, it is disabled already, or no reason is given.
        """
        at = self._office.require(by, Action.ACCOUNTS_DISABLE, on=username)
        if not reason.strip():
            raise AccountError("Disabling an account needs its reason in words")
        values = {"disabled_at": at, "disabled_reason": reason.strip()}
        values |= {"invitation_hash": None, "invitation_ends_at": None}
        with self._office.engine.begin() as connection:
            if account_for_change(connection, username).disabled_at is not None:
                raise AccountError("The account is disabled already", given=username)
            connection.execute(update(account_table).where(_c.username == username).values(values))
            ended = self._sessions.end_all_in(connection, username, "account")
            details = {"reason": reason.strip(), "sessions_ended": ended}
            change = Change(EventKind.ACCOUNT_DISABLE, username, by, details)
            self._office.audit.append_in(connection, change.entry())

    def enable(self, by: Actor, username: str) -> Invitation:
        """Enable a disabled account and invite its owner anew.

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If there is no such account or it is not disabled.
        """
        at = self._office.require(by, Action.ACCOUNTS_DISABLE, on=username)
        with self._office.engine.begin() as connection:
            if account_for_change(connection, username).disabled_at is None:
                raise AccountError("The account is not disabled", given=username)
            values: dict[str, Any] = {
                "disabled_at": None,
                "disabled_reason": None,
                "suspended_at": None,
            }
            values |= {"enabled_at": at}
            connection.execute(update(account_table).where(_c.username == username).values(values))
            invitation = self._invitations.invite_in(connection, username)
            change = Change(EventKind.ACCOUNT_ENABLE, username, by)
            self._office.audit.append_in(connection, change.entry())
        return invitation

    def release(self, by: Actor, username: str) -> None:
        """Release an account that failures have locked (CJIS AC-7).

        Raises
        ------
        DeniedError
            If the actor may not, or it is the actor's own account.
        AccountError
            If there is no such account or it is not locked.
        """
        at = self._office.require(by, Action.ACCOUNTS_RELEASE, on=username)
        digest = self._vault.name_digest(username)
        with self._office.engine.begin() as connection:
            self._lockout.take_turn(connection, digest)
            account_for_change(connection, username)
            if not self._lockout.locked(connection, digest):
                raise AccountError("The account is not locked", given=username)
            self._lockout.record(connection, digest, "released", origin=by.origin, at=at)
            change = Change(EventKind.ACCOUNT_RELEASE, username, by)
            self._office.audit.append_in(connection, change.entry())

    def list(self, by: Actor) -> tuple[Account, ...]:
        """Return every account, by name.

        Raises
        ------
        DeniedError
            If the actor may not.
        """
        at = self._office.require(by, Action.ACCOUNTS_LIST)
        with self._office.engine.connect() as connection:
            statement = select(account_table, *given_columns(at)).order_by(_c.username)
            rows = connection.execute(statement).all()
            return tuple(self._account(connection, row) for row in rows)

    def inactive(self, by: Actor) -> tuple[Account, ...]:
        """Return the enabled accounts that nobody has used for as long as the policy lets them.

        Raises
        ------
        DeniedError
            If the actor may not.
        """
        accounts = self.list(by)
        idle = {one.username for one in self._idle.found()}
        return tuple(account for account in accounts if account.person.username in idle)

    def exist(self) -> bool:
        """Return whether there is any account at all."""
        with self._office.engine.connect() as connection:
            return connection.scalar(select(_c.username).limit(1)) is not None

    def _create_in(
        self,
        connection: Connection,
        username: str,
        display_name: str,
        title: str,
        *,
        by: Actor | None = None,
        origin: Origin | None = None,
    ) -> Invitation:
        name = checked_username(username)
        self._check_names(display_name, title)
        values = {
            "username": name,
            "display_name": display_name.strip(),
            "title": title,
            "organisation": self._office.policy.department.name.value,
            "created_at": self._office.clock(),
            "created_by": by.person.username if by else FIRST_GRANTER,
        }
        statement = insert(account_table).values(values).on_conflict_do_nothing()
        if connection.scalar(statement.returning(_c.username)) is None:
            raise AccountError(
                "The user name is taken",
                given=name,
                allowed="a name that nobody has or had; names are never given again",
            )
        invitation = self._invitations.invite_in(connection, name)
        details = {"display_name": display_name.strip(), "title": title}
        change = Change(EventKind.ACCOUNT_CREATE, name, by, details, origin)
        self._office.audit.append_in(connection, change.entry())
        return invitation

    def _check_names(self, display_name: str, title: str) -> None:
        if not display_name.strip():
            raise AccountError("An account needs its owner's name", given=display_name)
        titles = self._office.policy.program.authorised_titles
        if title not in titles.value:
            raise AccountError(
                "The policy authorises no such title",
                given=title,
                allowed=f"{', '.join(titles.value)} ({titles.section})",
            )

    def _grant_first(self, connection: Connection, username: str, origin: Origin) -> None:
        at = self._office.clock()
        role = Role.ALPR_ADMINISTRATOR
        values = {"username": username, "role": role, "starts_at": at}
        values |= {"granted_at": at, "granted_by": FIRST_GRANTER}
        connection.execute(insert(account_role).values(values))
        details = {"role": role.value, "granted_by": FIRST_GRANTER}
        change = Change(EventKind.ROLE_GRANT, username, None, details, origin)
        self._office.audit.append_in(connection, change.entry())

    def _account(self, connection: Connection, row: Row[Any]) -> Account:
        return Account(
            person=person_from(row),
            created_at=row.created_at,
            last_sign_in_at=row.last_sign_in_at,
            locked=self._lockout.locked(connection, self._vault.name_digest(row.username)),
            disabled_at=row.disabled_at,
            disabled_reason=row.disabled_reason,
            suspended=row.suspended_at is not None,
            enabled_at=row.enabled_at,
            invited_until=row.invitation_ends_at,
        )

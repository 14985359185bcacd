"""The way back in when no administrator can sign in any more.

Anybody who knows the administrators' names can lock all of them, and a lone administrator can
lose a telephone. Whoever runs the machine may then let one of them in again; the log shows it.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from workbench.access.invitations import Invitation, Invitations
from workbench.access.lockout import Lockout
from workbench.access.office import Change, Office, account_for_change
from workbench.access.people import standing_roles
from workbench.access.sessions import Sessions
from workbench.access.vault import Vault
from workbench.audit import EventKind
from workbench.domain.person import Origin, Role
from workbench.errors import AccountError
from workbench.storage.people_tables import account as account_table
from workbench.storage.people_tables import account_role

_c = account_table.c


class Rescue:
    """Lets one ALPR administrator in again, while no other could do it.

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

    def rescue(self, username: str, *, origin: Origin) -> Invitation:
        """Release an administrator's account and invite its owner anew.

        Parameters
        ----------
        username
            An administrator.
        origin
            The machine and its account; nobody is signed in.

        Returns
        -------
        Invitation
            To choose a new password and second factor with.

        Raises
        ------
        AccountError
            If it is no administrator's account, or another administrator can sign in.
        """
        with self._office.engine.begin() as connection:
            if account_for_change(connection, username).disabled_at is not None:
                raise AccountError("The account is disabled", given=username)
            administrators = self._administrators(connection)
            self._check(connection, username, administrators)
            digest = self._vault.name_digest(username)
            at = self._office.clock()
            self._lockout.take_turn(connection, digest)
            self._lockout.record(connection, digest, "released", origin=origin, at=at)
            invitation = self._invitations.invite_in(connection, username)
            ended = self._sessions.end_all_in(connection, username, "credentials")
            details = {"rescue": True, "sessions_ended": ended}
            change = Change(EventKind.ACCOUNT_RELEASE, username, None, details, origin)
            self._office.audit.append_in(connection, change.entry())
        return invitation

    def _check(
        self, connection: Connection, username: str, administrators: dict[str, bool]
    ) -> None:
        if username not in administrators:
            raise AccountError(
                "Only an ALPR administrator is rescued",
                given=username,
                allowed=", ".join(sorted(administrators)) or None,
                next_step="an administrator releases or invites everybody else",
            )
        able = sorted(
            name
            for name, chosen in administrators.items()
            if name != username
            and chosen
            and not self._lockout.locked(connection, self._vault.name_digest(name))
        )
        if able:
            raise AccountError(
                "Another administrator can sign in",
                given=username,
                next_step=f"ask {', '.join(able)}",
            )

    def _administrators(self, connection: Connection) -> dict[str, bool]:
        """Return who holds the role now, and whether they have chosen a password."""
        rows = connection.execute(
            select(_c.username, _c.password_hash.is_not(None).label("chosen"))
            .join(account_role, account_role.c.username == _c.username)
            .where(
                account_role.c.role == Role.ALPR_ADMINISTRATOR,
                standing_roles(self._office.clock()),
                _c.disabled_at.is_(None),
            )
        )
        return {row.username: row.chosen for row in rows}

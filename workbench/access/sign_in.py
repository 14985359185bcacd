"""Signing in: banner, name, password and code together, one answer for whatever was wrong.

What happens to a known account is recorded at once. What happens to nobody (no banner, a name
that is no account's) and at a name that is locked already is counted, one record a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, update

from workbench.access.lockout import Lockout
from workbench.access.office import Office
from workbench.access.passwords import Passwords
from workbench.access.people import person_at
from workbench.access.second_factor import SecondFactor
from workbench.access.sessions import Sessions, SignedIn
from workbench.access.turned_away import TurnedAway
from workbench.access.usernames import as_username
from workbench.access.vault import Vault
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor, Origin, Role
from workbench.errors import (
    AccountLockedError,
    AccountSuspendedError,
    ConfigurationError,
    SignInError,
)
from workbench.storage.people_tables import account as account_table

_c = account_table.c


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What was typed, and what came of checking the password outside the transaction."""

    username: str | None
    digest: str
    code: str
    password_right: bool
    checked_hash: str | None
    new_hash: str | None
    origin: Origin


class SignIn:
    """Lets people in, or not; every attempt stands in the audit log, or in a count there.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    passwords, second_factor, vault, sessions
        The parts that it puts together.
    turned_away
        Counts the refusals of nobody.
    """

    def __init__(
        self,
        office: Office,
        *,
        turned_away: TurnedAway,
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
        self._turned_away = turned_away
        self._lockout = Lockout(office.policy.sign_in)

    @property
    def banner(self) -> tuple[str, ...]:
        """The statements to show and have acknowledged before anything is asked (CJIS AC-8)."""
        return self._office.policy.sign_in.banner.value

    def sign_in(
        self, username: str, password: str, code: str, *, origin: Origin, acknowledged: bool
    ) -> SignedIn:
        """Begin a session.

        Parameters
        ----------
        username, password, code
            As typed; all three are checked together.
        origin
            Where the request comes from.
        acknowledged
            Whether the person has acknowledged the banner.

        Returns
        -------
        SignedIn
            With the token; it is shown here only.

        Raises
        ------
        SignInError
            If something of it is wrong; never says what.
        AccountLockedError
            If the name has failed too often; until an administrator releases it.
        AccountSuspendedError
            If all of it is right and nobody used the account for too long.
        AuditWriteError
            If the attempt cannot be logged; nobody is let in.
        """
        if not acknowledged:
            self._turned_away.count("banner", origin)
            raise SignInError(
                "The banner has not been acknowledged", next_step="read and acknowledge it"
            )
        name = as_username(username)
        digest = self._vault.name_digest(name or username)
        self._refuse_locked(name, digest, origin)
        attempt = self._attempt(name, digest, password, code, origin)
        with self._office.engine.begin() as connection:
            self._lockout.take_turn(connection, attempt.digest)
            came = self._settled(connection, attempt, self._office.clock())
        if isinstance(came, SignedIn):
            return came
        raise came

    def _refuse_locked(self, name: str | None, digest: str, origin: Origin) -> None:
        """Refuse a locked name before its password costs anything; unknown ones lock alike."""
        with self._office.engine.connect() as connection:
            if not self._lockout.locked(connection, digest):
                return
            known = connection.scalar(select(_c.username).where(_c.username == (name or "")))
        raise self._refused(known, origin)

    def _attempt(
        self, name: str | None, digest: str, password: str, code: str, origin: Origin
    ) -> _Attempt:
        with self._office.engine.connect() as connection:
            stored = connection.scalar(select(_c.password_hash).where(_c.username == (name or "")))
        # The slow part, outside any transaction and the same whether or not there is an account.
        right = self._passwords.matches(password, stored)
        renew = right and stored is not None and self._passwords.outdated(stored)
        return _Attempt(
            username=name,
            digest=digest,
            code=code,
            password_right=right,
            checked_hash=stored,
            new_hash=self._passwords.hashed(password) if renew else None,
            origin=origin,
        )

    def _settled(
        self, connection: Connection, attempt: _Attempt, at: datetime
    ) -> SignedIn | SignInError:
        row = connection.execute(
            select(account_table).where(_c.username == (attempt.username or "")).with_for_update()
        ).one_or_none()
        if self._lockout.locked(connection, attempt.digest):
            return self._refused(row.username if row else None, attempt.origin)
        step, unreadable = self._accepted_step(row, attempt.code, at)
        wrong = "unreadable" if unreadable else _wrong(attempt, row, step)
        if wrong == "disabled" and row is not None and row.suspended_at is not None:
            return self._suspended(connection, row, attempt.origin)
        if wrong is None and row is not None:
            return self._accepted(connection, attempt, row, step, at)
        return self._failed(connection, attempt, row, wrong or "unknown", at)

    def _accepted_step(
        self, row: Row[Any] | None, code: str, at: datetime
    ) -> tuple[int | None, bool]:
        """Return the code's step, and whether the stored secret cannot be opened at all."""
        try:
            step = self._second_factor.accepted_step(
                row.username if row else "",
                row.totp_secret if row else None,
                code,
                last_step=row.totp_last_step if row else None,
                at=at,
            )
        except ConfigurationError:
            # Another key, or a row that was tampered with: the log says so, the door stays shut.
            return None, True
        return step, False

    def _accepted(
        self,
        connection: Connection,
        attempt: _Attempt,
        row: Row[Any],
        step: int | None,
        at: datetime,
    ) -> SignedIn:
        values: dict[str, Any] = {"totp_last_step": step, "last_sign_in_at": at}
        if attempt.new_hash is not None:
            values["password_hash"] = attempt.new_hash
        connection.execute(
            update(account_table).where(_c.username == row.username).values(**values)
        )
        origin = attempt.origin
        self._lockout.record(connection, attempt.digest, "succeeded", origin=origin, at=at)
        begun = self._sessions.begin_in(connection, row.username, origin=origin, at=at)
        person = person_at(connection, row.username, at)
        actor = Actor(person, replace(origin, session=str(begun.session)))
        details = {"account": row.username, "banner_acknowledged": True}
        self._office.audit.append_in(
            connection,
            Entry(EventKind.SESSION_SIGN_IN, actor, outcome=Outcome.ALLOWED, details=details),
        )
        return begun

    def _failed(
        self,
        connection: Connection,
        attempt: _Attempt,
        row: Row[Any] | None,
        wrong: str,
        at: datetime,
    ) -> SignInError:
        locks = self._lockout.fail(connection, attempt.digest, origin=attempt.origin, at=at)
        if row is None:
            self._turned_away.count("unknown", attempt.origin)
            return self._locked_error() if locks else _sign_in_error()
        self._office.audit.append_in(connection, _refusal(row.username, wrong, attempt.origin))
        if locks:
            self._office.audit.append_in(
                connection,
                Entry(
                    EventKind.ACCOUNT_LOCK,
                    None,
                    outcome=Outcome.DONE,
                    details={"account": row.username},
                    origin=attempt.origin,
                ),
            )
        return self._locked_error() if locks else _sign_in_error()

    def _refused(self, account: str | None, origin: Origin) -> SignInError:
        self._turned_away.count("locked", origin, account=account)
        return self._locked_error()

    def _suspended(
        self, connection: Connection, row: Row[Any], origin: Origin
    ) -> AccountSuspendedError:
        """Tell who knows password and code why the account cannot be used, and who releases it."""
        refusal = _refusal(row.username, "suspended", origin)
        self._office.audit.append_in(connection, refusal)
        policy = self._office.policy
        may = [role for role in Role if Action.ACCOUNTS_DISABLE in policy.roles[role].value]
        able = " or ".join(role.value.replace("_", " ") for role in may)
        zone = ZoneInfo(policy.department.time_zone.value)
        return AccountSuspendedError(
            f"The account was suspended on {row.suspended_at.astimezone(zone):%Y-%m-%d}:"
            f" {row.disabled_reason}",
            next_step=f"ask an {able}: `workbench users enable {row.username}`",
        )

    def _locked_error(self) -> AccountLockedError:
        rules = self._office.policy.sign_in
        return AccountLockedError(
            f"{rules.failures.value} attempts in {rules.window_minutes.value} minutes have failed"
            f" for this name ({rules.failures.section})",
            next_step="ask an ALPR administrator to release it",
        )


def _wrong(attempt: _Attempt, row: Row[Any] | None, step: int | None) -> str | None:
    """Return what the log says was wrong; the person is never told."""
    if row is None:
        return "unknown"
    if not attempt.password_right or row.password_hash != attempt.checked_hash:
        return "password"
    if step is None:
        return "code"
    return "disabled" if row.disabled_at is not None else None


def _refusal(account: str, wrong: str, origin: Origin) -> Entry:
    return Entry(
        EventKind.SESSION_REFUSE,
        None,
        outcome=Outcome.REFUSED,
        details={"account": account, "wrong": wrong},
        origin=origin,
    )


def _sign_in_error() -> SignInError:
    return SignInError(
        "User name, password or code is wrong",
        next_step="try again with the next code; after some failures the name is locked",
    )

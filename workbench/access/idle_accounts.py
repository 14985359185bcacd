"""Suspending accounts that nobody has used for as long as the policy lets them (CJIS AC-2 (3)).

A timer does it, without anybody who is signed in; each account is one transaction with its record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from workbench.access.decide import decide
from workbench.access.office import Change, Office
from workbench.access.people import given_columns, person_from
from workbench.access.sessions import Sessions
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Origin
from workbench.storage.people_tables import account as account_table

_c = account_table.c
_LOCK = (426, 2)
_USED_AT = func.greatest(_c.created_at, _c.last_sign_in_at, _c.enabled_at)


@dataclass(frozen=True, slots=True)
class IdleAccount:
    """An account that nobody has used for too long.

    Attributes
    ----------
    since
        When it was last signed in with, enabled or made.
    needed
        Whether nobody else could enable an account: then it stays, and somebody has to see to it.
    """

    username: str
    since: datetime
    needed: bool


class IdleAccounts:
    """Finds and suspends idle accounts.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    sessions
        Ends those of a suspended account.
    """

    def __init__(self, office: Office, *, sessions: Sessions) -> None:
        self._office = office
        self._sessions = sessions

    def found(self) -> tuple[IdleAccount, ...]:
        """Return the idle accounts, the longest unused first; nothing is changed."""
        with self._office.engine.connect() as connection:
            return self._found(connection)

    def suspend(self, *, origin: Origin) -> tuple[IdleAccount, ...]:
        """Suspend every idle account but one without which nobody could enable another.

        Parameters
        ----------
        origin
            Of the job; nobody is signed in.

        Returns
        -------
        tuple of IdleAccount
            All that were found; those that are needed are logged as left.
        """
        found = self.found()
        for one in found:
            with self._office.engine.begin() as connection:
                connection.execute(select(func.pg_advisory_xact_lock(*_LOCK)))
                # Looked at anew: somebody may have signed in, or been suspended, meanwhile.
                still = {each.username: each for each in self._found(connection)}
                if one.username in still:
                    self._suspend_in(connection, still[one.username], origin)
        return found

    def _found(self, connection: Connection) -> tuple[IdleAccount, ...]:
        at = self._office.clock()
        enabled = connection.execute(
            select(account_table, _USED_AT.label("used_at"), *given_columns(at))
            .where(_c.disabled_at.is_(None))
            .order_by(_USED_AT, _c.username)
        ).all()
        days = self._office.policy.sign_in.inactive_days.value
        idle = [row for row in enabled if row.used_at <= at - timedelta(days=days)]
        kept = self._kept(enabled, idle, at)
        return tuple(
            IdleAccount(row.username, row.used_at, needed=row.username == kept) for row in idle
        )

    def _kept(
        self, enabled: list[Row[Any]] | Any, idle: list[Row[Any]], at: datetime
    ) -> str | None:
        """Return who stays because nobody else could enable an account; the last one used."""
        able = [row for row in enabled if row.password_hash and self._enables(row, at)]
        gone = {row.username for row in idle}
        if not able or any(row.username not in gone for row in able):
            return None
        return str(able[-1].username)

    def _enables(self, row: Row[Any], at: datetime) -> bool:
        policy = self._office.policy
        return decide(person_from(row), Action.ACCOUNTS_DISABLE, policy=policy, at=at).allowed

    def _suspend_in(self, connection: Connection, one: IdleAccount, origin: Origin) -> None:
        at, rule = self._office.clock(), self._office.policy.sign_in.inactive_days
        why = f"not used for {rule.value} days"
        about = {"unused_since": one.since.isoformat(), "reason": f"{why} ({rule.section})"}
        if one.needed:
            left = {"account": one.username, **about, "left": "nobody else enables accounts"}
            self._office.audit.append_in(
                connection,
                Entry(
                    EventKind.ACCOUNT_SUSPEND,
                    None,
                    outcome=Outcome.REFUSED,
                    details=left,
                    origin=origin,
                ),
            )
            return
        values = {"disabled_at": at, "suspended_at": at, "disabled_reason": about["reason"]}
        values |= {"invitation_hash": None, "invitation_ends_at": None}
        connection.execute(update(account_table).where(_c.username == one.username).values(values))
        ended = self._sessions.end_all_in(connection, one.username, "account")
        details: dict[str, object] = {**about, "sessions_ended": ended}
        change = Change(EventKind.ACCOUNT_SUSPEND, one.username, None, details, origin)
        self._office.audit.append_in(connection, change.entry())

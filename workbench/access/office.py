"""What every service of this package is given, and the questions that all of them ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from workbench.access.require import require, require_another
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.clock import Clock
from workbench.domain.person import Actor, Origin
from workbench.errors import AccountError
from workbench.policy import Policy
from workbench.storage.people_tables import account as account_table


@dataclass(frozen=True, slots=True)
class Office:
    """The database as the service role, the rules, the log and the clock."""

    engine: Engine
    policy: Policy
    audit: AuditLog
    clock: Clock

    def require(self, by: Actor, action: Action, *, on: str | None = None) -> datetime:
        """Return the present instant if the actor may act, on somebody else where one is named.

        Raises
        ------
        DeniedError
            If not; logged.
        """
        at = self.clock()
        decision = require(by, action, policy=self.policy, audit=self.audit, at=at)
        if on is not None:
            require_another(by, on, action, audit=self.audit, section=decision.section)
        return at


@dataclass(frozen=True, slots=True)
class Change:
    """A change to an account, as it is logged.

    Attributes
    ----------
    by
        Who changed it; ``None`` only for the first account and a rescue.
    details
        What an auditor needs beside the account's name.
    """

    kind: EventKind
    account: str
    by: Actor | None
    details: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin | None = None

    def entry(self) -> Entry:
        """Return it as an entry of the log."""
        return Entry(
            self.kind,
            self.by,
            outcome=Outcome.DONE,
            details={"account": self.account, **self.details},
            origin=self.origin,
        )


def account_for_change(connection: Connection, username: str) -> Row[Any]:
    """Return an account's row, locked until the transaction ends.

    Raises
    ------
    AccountError
        If there is no such account.
    """
    statement = select(account_table).where(account_table.c.username == username).with_for_update()
    row = connection.execute(statement).one_or_none() if "\x00" not in username else None
    if row is None:
        raise AccountError(
            "There is no such account",
            given=username,
            next_step="`workbench users list` names them all",
        )
    return row

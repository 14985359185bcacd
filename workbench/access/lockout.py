"""Lockout after too many failures, the same for names that exist and names that do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from workbench.domain.person import Origin
from workbench.policy.people_rules import SignInRules
from workbench.storage.people_tables import sign_in_attempt

_c = sign_in_attempt.c
_TURNS = ("succeeded", "released", "locked")
"""Attempts that start the count anew or end it."""

_LOCK_NUMBER = 426
"""First key of our advisory locks; the second is taken from the name."""


class Lockout:
    """Counts failures per typed name (CJIS AC-7).

    The state is read from the attempts alone, so nothing has to be reset, and an attacker who
    tries names sees the same whether or not there is such an account.

    Parameters
    ----------
    rules
        How many failures in how many minutes.
    """

    def __init__(self, rules: SignInRules) -> None:
        self._failures = rules.failures.value
        self._window = timedelta(minutes=rules.window_minutes.value)

    def take_turn(self, connection: Connection, name_digest: str) -> None:
        """Make attempts on one name wait for each other until the transaction ends."""
        second = int(name_digest[:8], 16) - 2**31
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK_NUMBER, second)))

    def locked(self, connection: Connection, name_digest: str) -> bool:
        """Return whether an administrator has to release the name."""
        turn = self._last_turn(connection, name_digest)
        return turn is not None and turn[1] == "locked"

    def fail(
        self, connection: Connection, name_digest: str, *, origin: Origin, at: datetime
    ) -> bool:
        """Record a failure and return whether it was the one that locks."""
        turn = self._last_turn(connection, name_digest)
        counted = connection.scalar(
            select(func.count()).where(
                _c.name_digest == name_digest,
                _c.outcome == "failed",
                _c.id > (turn[0] if turn else 0),
                _c.attempted_at >= at - self._window,
            )
        )
        locks = (counted or 0) + 1 >= self._failures
        outcome = "locked" if locks else "failed"
        self.record(connection, name_digest, outcome, origin=origin, at=at)
        return locks

    def record(
        self,
        connection: Connection,
        name_digest: str,
        outcome: str,
        *,
        origin: Origin,
        at: datetime,
    ) -> None:
        """Record an attempt, or an administrator's release."""
        connection.execute(
            insert(sign_in_attempt).values(
                attempted_at=at,
                name_digest=name_digest,
                outcome=outcome,
                channel=origin.channel,
                address=origin.address,
            )
        )

    def _last_turn(self, connection: Connection, name_digest: str) -> tuple[int, str] | None:
        row = connection.execute(
            select(_c.id, _c.outcome)
            .where(_c.name_digest == name_digest, _c.outcome.in_(_TURNS))
            .order_by(_c.id.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else (row.id, row.outcome)

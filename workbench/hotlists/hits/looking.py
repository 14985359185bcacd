"""Looks at hits: in the log before anything is read, and how they ended behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome, Record
from workbench.domain.clock import Clock
from workbench.domain.person import Actor
from workbench.errors import HitError, WorkbenchError
from workbench.policy import Policy

T = TypeVar("T")


class HitLooks:
    """Writes the record of a look, reads by it, writes the outcome.

    Parameters
    ----------
    reader
        Engine whose transactions are read-only and limited in time.
    policy, audit, clock
        Who may, where it is logged, and when.
    check
        Raises when nobody may see what the database holds.
    """

    def __init__(
        self,
        reader: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._reader = reader
        self._check = check
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def run(
        self,
        actor: Actor,
        purpose: str,
        criteria: Mapping[str, Any],
        read: Callable[[Connection, Mapping[str, Any], int], tuple[T, int]],
    ) -> T:
        """Log a look, do it, log how it ended.

        Parameters
        ----------
        purpose
            Of the hits that are asked for.
        criteria
            What is asked, JSON-ready.
        read
            Gets a connection, the criteria as they were committed and the number of the record;
            returns the value and how many hits it holds.

        Returns
        -------
        T
            What `read` returned, only after its outcome is logged too.

        Raises
        ------
        DeniedError
            If the person may not look at hits.
        AuditWriteError
            If the log cannot be written; then nothing was read, or nothing is handed out.
        HitError
            If the hits cannot be read.
        """
        at = self._clock()
        require(actor, Action.HITS_VIEW, policy=self._policy, audit=self._audit, at=at)
        self._check()
        entry = Entry(
            EventKind.HIT_VIEW,
            actor,
            purpose=purpose,
            criteria=criteria,
            outcome=Outcome.STARTED,
        )
        record = self._audit.read(self._audit.append(entry).seq)
        try:
            with self._reader.connect() as connection:
                value, hits = read(connection, dict(record.criteria or {}), record.seq)
        except Exception as error:
            self._end(actor, record, Outcome.FAILED, {"error": type(error).__name__})
            raise _as_ours(error) from error
        self._end(actor, record, Outcome.RETURNED, {"rows": hits})
        return value

    def _end(
        self, actor: Actor, record: Record, outcome: Outcome, details: Mapping[str, Any]
    ) -> None:
        entry = Entry(
            EventKind.LOOK_OUTCOME,
            actor,
            purpose=record.purpose,
            access_id=record.seq,
            outcome=outcome,
            details=details,
        )
        self._audit.append(entry, durable=False)


def _as_ours(error: Exception) -> Exception:
    if isinstance(error, WorkbenchError) or not isinstance(error, SQLAlchemyError):
        return error
    return HitError(
        "The hits could not be read",
        given=type(error).__name__,
        next_step="see `workbench doctor`; the look is logged as failed",
    )

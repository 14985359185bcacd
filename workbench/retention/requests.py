"""Purges that people ask for: what is asked is recorded, and the process that purges takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import PurgeBusyError
from workbench.retention.authority import authority_for
from workbench.retention.holds.in_the_way import refuse_while_holds_wait
from workbench.retention.locking import purge_runs, worker_there
from workbench.storage.retention_tables import purge_request

_r = purge_request.c


class RequestState(StrEnum):
    """How a purge that was asked for stands; sorted."""

    DONE = "done"
    FAILED = "failed"
    RUNNING = "running"
    UNATTENDED = "unattended"
    WAITING = "waiting"


NOBODY = "No process that purges is there: `workbench retention work`, which `workbench up` starts"
"""What is said of a request that nobody would take."""


@dataclass(frozen=True, slots=True)
class AskedPurge:
    """A purge that was asked for.

    Attributes
    ----------
    state
        ``unattended`` where no process that purges is there to take it.
    purge
        The purge that was done.
    problem
        Why it failed, or that nobody is there.
    """

    id: int
    asked_at: datetime
    asked_by: str
    state: RequestState
    purge: int | None
    problem: str | None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "request": self.id,
            "asked_at": self.asked_at.isoformat(),
            "asked_by": self.asked_by,
            "state": self.state.value,
            "purge": self.purge,
            "problem": self.problem,
        }


class PurgeRequests:
    """Takes what people ask for.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def ask(self, actor: Actor) -> AskedPurge:
        """Record that a purge is asked for; who may, and what it rests on, are settled here.

        Raises
        ------
        DeniedError
            If the person may not.
        RetentionError
            If there is no authority on record where the policy asks for one.
        HoldWaitsError
            If a hold needs a second person.
        PurgeBusyError
            If one runs or is asked for already.
        """
        office = self._office
        at = office.require(actor, Action.RETENTION_PURGE)
        try:
            with office.engine.begin() as connection:
                refuse_while_holds_wait(connection, office.policy.holds, at)
                authority = authority_for(connection, office.policy)
                if purge_runs(connection) or open_request(connection) is not None:
                    raise _busy()
                entry = Entry(
                    EventKind.RETENTION_ASK,
                    actor,
                    outcome=Outcome.DONE,
                    details={"authority": authority.as_json() if authority else None},
                )
                values = {
                    "asked_at": at,
                    "asked_by": actor.person.username,
                    "authority_id": authority.id if authority else None,
                    "access_id": office.audit.append_in(connection, entry).seq,
                }
                row = connection.execute(
                    insert(purge_request).values(values).returning(purge_request)
                ).one()
                return asked_purge(connection, row)
        except IntegrityError as error:  # somebody else asked at the same instant
            raise _busy() from error


def newest_request(connection: Connection) -> AskedPurge | None:
    """Return the purge that was asked for last."""
    row = connection.execute(select(purge_request).order_by(_r.id.desc()).limit(1)).one_or_none()
    return None if row is None else asked_purge(connection, row)


def open_request(connection: Connection) -> Row[Any] | None:
    """Return the request that waits or runs."""
    return connection.execute(select(purge_request).where(_r.ended_at.is_(None))).one_or_none()


def asked_purge(connection: Connection, row: Row[Any]) -> AskedPurge:
    """Return how a request stands."""
    state, problem = _state(row, attended=worker_there(connection)), row.problem
    if state is RequestState.UNATTENDED:
        problem = NOBODY
    return AskedPurge(row.id, row.asked_at, row.asked_by, state, row.purge_id, problem)


def _state(row: Row[Any], *, attended: bool) -> RequestState:
    if row.ended_at is not None:
        return RequestState.FAILED if row.problem else RequestState.DONE
    if not attended:
        return RequestState.UNATTENDED
    return RequestState.WAITING if row.taken_at is None else RequestState.RUNNING


def _busy() -> PurgeBusyError:
    return PurgeBusyError(
        "A purge runs or is asked for at this moment",
        next_step="the list of purges shows when it has ended",
    )

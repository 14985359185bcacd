"""The purges that there were and the one that runs, with what each deleted; no plates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from workbench.access.office import Office
from workbench.audit import EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import PurgeMissingError
from workbench.retention.locking import purge_runs
from workbench.retention.requests import AskedPurge, RequestState, newest_request
from workbench.storage.audit_tables import audit_record
from workbench.storage.retention_tables import purge, purge_count

_p, _c, _a = purge.c, purge_count.c, audit_record.c


class PurgeState(StrEnum):
    """How a purge stands; sorted."""

    CUT_OFF = "cut_off"
    DONE = "done"
    FAILED = "failed"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class PastPurge:
    """A purge.

    Attributes
    ----------
    ended_at
        Empty for one that runs, failed or was killed; the next purge finishes it.
    gone
        How many went, by kind.
    certificate
        As it was signed; empty where nothing went.
    state
        Whether it is done, runs, failed, or was killed.
    problem
        Why it failed; stays after the next purge has finished it.
    """

    id: int
    counted_from: datetime
    begun_by: str | None
    ended_at: datetime | None
    gone: dict[str, int]
    certificate: str | None
    state: PurgeState
    problem: str | None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "purge": self.id,
            "counted_from": self.counted_from.isoformat(),
            "begun_by": self.begun_by,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "gone": self.gone,
            "certificate": json.loads(self.certificate) if self.certificate else None,
            "state": self.state.value,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class FailedStart:
    """A purge that failed before it had a number, such as while it finished an earlier one."""

    at: datetime
    by: str | None
    problem: str

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {"at": self.at.isoformat(), "by": self.by, "problem": self.problem}


@dataclass(frozen=True, slots=True)
class Purges:
    """The latest purges, newest first.

    Attributes
    ----------
    running
        Whether one runs now, be it before it has a number.
    failed_start
        The last one that failed before it had a number, unless one has begun since.
    asked
        The one that was asked for last over HTTP, unless it is done.
    """

    listed: tuple[PastPurge, ...]
    running: bool
    failed_start: FailedStart | None
    asked: AskedPurge | None

    def as_json(self) -> dict[str, Any]:
        """Return them JSON-ready."""
        return {
            "running": self.running,
            "asked": self.asked.as_json() if self.asked else None,
            "failed_start": self.failed_start.as_json() if self.failed_start else None,
            "purges": [each.as_json() for each in self.listed],
        }


class PurgeHistory:
    """Tells of earlier purges.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, actor: Actor | None, *, limit: int = 100) -> Purges:
        """Return the latest purges, and whether one runs.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        if actor is not None:
            self._office.require(actor, Action.RETENTION_PREVIEW)
        with self._office.engine.connect() as connection:
            # Asked twice: one that begins or ends between the looks must not look cut off.
            running = purge_runs(connection)
            rows = connection.execute(select(purge).order_by(_p.id.desc()).limit(limit)).all()
            running = running or purge_runs(connection)
            first = min((row.access_id or 0 for row in rows), default=0)
            problems, failed_start = _failures(connection, first)
            gone = _gone(connection, [row.id for row in rows])
            asked = newest_request(connection)
        if rows and failed_start and failed_start.at < rows[0].counted_from:
            failed_start = None
        listed = tuple(
            PastPurge(
                id=row.id,
                counted_from=row.counted_from,
                begun_by=row.begun_by,
                ended_at=row.ended_at,
                gone=gone.get(row.id, {}),
                certificate=row.certificate,
                state=_state(row.ended_at, running=running, problem=problems.get(row.id)),
                problem=problems.get(row.id),
            )
            for row in rows
        )
        if asked and asked.state is RequestState.DONE:
            asked = None
        return Purges(listed, running, failed_start, asked)

    def certificate(self, actor: Actor, number: int) -> str:
        """Return the certificate of a purge, as it was signed.

        Raises
        ------
        DeniedError
            If the person may not.
        PurgeMissingError
            If there is no such purge, or it has no certificate.
        """
        self._office.require(actor, Action.RETENTION_PREVIEW)
        with self._office.engine.connect() as connection:
            found = connection.execute(select(_p.certificate).where(_p.id == number)).scalar()
        if found is None:
            raise PurgeMissingError(
                "There is no certificate of that purge",
                given=number,
                allowed="a purge that has ended and destroyed something",
            )
        return str(found)


def _state(ended_at: datetime | None, *, running: bool, problem: str | None) -> PurgeState:
    if ended_at is not None:
        return PurgeState.DONE
    if running:  # whichever runs finishes this one first
        return PurgeState.RUNNING
    return PurgeState.CUT_OFF if problem is None else PurgeState.FAILED


def _failures(connection: Connection, first: int) -> tuple[dict[int, str], FailedStart | None]:
    """Return why purges failed, by number, and the last failure of one without a number."""
    wanted = (
        select(_a.recorded_at, _a.username, _a.details)
        .where(_a.kind == EventKind.RETENTION_PURGE, _a.outcome == Outcome.FAILED, _a.seq >= first)
        .order_by(_a.seq)
    )
    problems, failed_start = dict[int, str](), None
    for row in connection.execute(wanted):
        number, problem = row.details["purge"], row.details["problem"]
        if number is None:
            failed_start = FailedStart(row.recorded_at, row.username, problem)
        else:
            problems[number] = problem
    return problems, failed_start


def _gone(connection: Connection, numbers: list[int]) -> dict[int, dict[str, int]]:
    counts = connection.execute(
        select(_c.purge_id, _c.kind, func.sum(_c.gone).label("gone"))
        .where(_c.purge_id.in_(numbers))
        .group_by(_c.purge_id, _c.kind)
        .order_by(_c.kind)
    )
    gone: dict[int, dict[str, int]] = {}
    for count in counts:
        gone.setdefault(count.purge_id, {})[count.kind] = int(count.gone)
    return gone

"""The record is the query: nothing is read before the look stands in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome, Record
from workbench.detections.inquiries import Inquiries
from workbench.detections.read_limits import ReadLimits
from workbench.domain.clock import Clock
from workbench.domain.inquiry import Inquiry
from workbench.domain.person import Actor
from workbench.errors import (
    AccessError,
    ApprovalNeededError,
    SearchError,
    SearchTimeoutError,
    WorkbenchError,
)
from workbench.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wants to see.

    Attributes
    ----------
    action
        What it needs to be allowed.
    kind
        What it is in the log.
    criteria
        What is asked for, JSON-ready.
    plate
        The plate or pattern asked for, if one was.
    rows
        The most rows that it asks for, where it asks for rows.
    """

    action: Action
    kind: EventKind
    criteria: Mapping[str, Any]
    plate: str | None = None
    rows: int = 0


class Looks:
    """Writes the record, lets the look read what the record says, writes the outcome.

    Parameters
    ----------
    policy, audit, inquiries, clock
        Who decides, where it is logged, under which purpose, and when.
    limits
        How many reads looks may let out; writes their outcomes.
    check
        Raises when nobody may see what the database holds, such as a restored one that holds
        again what was purged.
    """

    def __init__(
        self,
        *,
        policy: Policy,
        audit: AuditLog,
        inquiries: Inquiries,
        clock: Clock,
        limits: ReadLimits,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._policy = policy
        self._audit = audit
        self._inquiries = inquiries
        self._clock = clock
        self._limits = limits
        self._check = check

    def run(
        self,
        actor: Actor,
        inquiry_id: UUID,
        look: Look,
        read: Callable[[Record], tuple[T, Outcome, Mapping[str, Any]]],
    ) -> T:
        """Log a look, do it, log how it ended.

        Parameters
        ----------
        actor, inquiry_id
            Who looks, under which purpose.
        look
            What is asked for.
        read
            Gets the record as it was committed, reads by its criteria, and returns the value,
            the outcome and its details; ``rows`` of these is how many reads it lets out.

        Returns
        -------
        T
            What `read` returned, only after its outcome is logged too.

        Raises
        ------
        DeniedError, ApprovalNeededError
            Logged as refused, be it for the person, the inquiry or the number of reads.
        AuditWriteError
            If the log cannot be written; then nothing was read, or nothing is handed out.
        SearchTimeoutError, SearchError
            Logged as failed.
        RestoredError
            If the database is an older one that has not been purged again; nothing is read.
        """
        at = self._clock()
        require(actor, look.action, policy=self._policy, audit=self._audit, at=at)
        inquiry = self._usable(actor, inquiry_id, look)
        return self._do(actor, _started(actor, inquiry, look), read)

    def run_for_hit(
        self,
        actor: Actor,
        purpose: str,
        look: Look,
        read: Callable[[Record], tuple[T, Outcome, Mapping[str, Any]]],
    ) -> T:
        """Log a look at the read of a hit, do it, log how it ended.

        Parameters
        ----------
        purpose
            The hit's own; it stands in place of an inquiry.

        Raises
        ------
        DeniedError
            Logged as refused.
        AuditWriteError
            If the log cannot be written; then nothing was read, or nothing is handed out.
        SearchTimeoutError, SearchError
            Logged as failed.
        """
        at = self._clock()
        require(actor, look.action, policy=self._policy, audit=self._audit, at=at)
        started = Entry(
            look.kind,
            actor,
            purpose=purpose,
            plate=look.plate,
            criteria=look.criteria,
            outcome=Outcome.STARTED,
        )
        return self._do(actor, started, read)

    def _do(
        self,
        actor: Actor,
        started: Entry,
        read: Callable[[Record], tuple[T, Outcome, Mapping[str, Any]]],
    ) -> T:
        self._check()
        record = self._audit.append(started)
        try:
            value, outcome, details = read(self._audit.read(record.seq))
            # A picture is a read that somebody sees; the reads of counts are not let out.
            reads = 1 if record.kind is EventKind.PICTURE_VIEW else details.get("rows", 0)
            self._limits.let_out(_ended(actor, record, outcome, details), reads)
        except Exception as error:
            self._audit.append(_undone(actor, record, error), durable=False)
            raise _as_search_error(error, record) from error
        return value

    def check_found(self, record: Record, reads: int) -> None:
        """Refuse reads that are too many before anything is made of them, inside a look.

        Raises
        ------
        ApprovalNeededError
            If they are more than the person may be given under this inquiry now.
        """
        if record.username is not None and record.inquiry_id is not None:
            self._limits.check_found(record.username, record.inquiry_id, reads)

    def _usable(self, actor: Actor, inquiry_id: UUID, look: Look) -> Inquiry:
        try:
            found = self._inquiries.usable(actor, inquiry_id)
            self._limits.check_asked(found.id, look.rows)
        except AccessError as error:
            self._audit.append(
                Entry(
                    EventKind.ACCESS_DENY,
                    actor,
                    plate=look.plate,
                    criteria=look.criteria,
                    inquiry_id=inquiry_id,
                    outcome=Outcome.REFUSED,
                    details={"wanted": look.kind.value, "why": error.what},
                )
            )
            raise
        return found


def _ended(actor: Actor, record: Record, outcome: Outcome, details: Mapping[str, Any]) -> Entry:
    return Entry(
        EventKind.LOOK_OUTCOME,
        actor,
        purpose=record.purpose,
        case_number=record.case_number,
        inquiry_id=record.inquiry_id,
        access_id=record.seq,
        outcome=outcome,
        details=details,
    )


def _undone(actor: Actor, record: Record, error: Exception) -> Entry:
    told: dict[str, Any] = {"error": type(error).__name__}
    if not isinstance(error, ApprovalNeededError):
        return _ended(actor, record, Outcome.FAILED, told)
    told |= {"why": error.what, "wanted": str(error.given), "allowed": error.allowed}
    return _ended(actor, record, Outcome.REFUSED, told)


def _started(actor: Actor, inquiry: Inquiry, look: Look) -> Entry:
    return Entry(
        look.kind,
        actor,
        purpose=inquiry.purpose,
        case_number=inquiry.case_number,
        reason=inquiry.reason,
        plate=look.plate,
        criteria=look.criteria,
        inquiry_id=inquiry.id,
        outcome=Outcome.STARTED,
    )


def _as_search_error(error: Exception, record: Record) -> Exception:
    if isinstance(error, WorkbenchError):
        return error
    if isinstance(error, OperationalError) and isinstance(error.orig, QueryCanceled):
        return SearchTimeoutError(
            "The search ran longer than the policy lets it",
            given=dict(record.criteria or {}),
            next_step="narrow it: a shorter period, a smaller area, more of the plate",
        )
    if isinstance(error, SQLAlchemyError):
        return SearchError(
            "The detections could not be read",
            given=f"{type(error).__name__}",
            next_step="see `workbench doctor`; the look is logged as failed",
            where={"access": record.seq},
        )
    return error

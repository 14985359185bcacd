"""A delivery's two records in the audit log: that it is taken in, and how that ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.detections.receipt import Receipt
from workbench.domain.person import Actor, Channel, Origin
from workbench.errors import AuditWriteError


@dataclass(frozen=True, slots=True)
class Caller:
    """Who brings reads: a person, or a command or job that is only known by where it runs.

    Attributes
    ----------
    actor
        ``None`` for a command on the installation itself, or a job.
    origin
        Where it comes from when there is no actor.
    """

    actor: Actor | None = None
    origin: Origin | None = None

    @property
    def username(self) -> str | None:
        """The person's name, if one acts."""
        return self.actor.person.username if self.actor else None

    @property
    def channel(self) -> Channel:
        """The way by which it came."""
        origin = self.actor.origin if self.actor else self.origin
        return origin.channel if origin else Channel.JOB


class IngestLog:
    """Writes the record before anything is taken in, and the outcome after."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def around(
        self,
        caller: Caller,
        details: Mapping[str, Any],
        work: Callable[[], Receipt],
        kind: EventKind = EventKind.READS_INGEST,
    ) -> Receipt:
        """Log, do the work, log how it ended; return the receipt with its record's number.

        Raises
        ------
        AuditWriteError
            If it cannot be logged; before the work, nothing was done.
        """
        started = Entry(
            kind,
            caller.actor,
            outcome=Outcome.STARTED,
            details=details,
            origin=None if caller.actor else caller.origin,
        )
        access_id = self._audit.append(started).seq
        try:
            receipt = work()
        except Exception as error:
            # What went wrong with the work says more than a log that fails for the same reason.
            with suppress(AuditWriteError):
                told = {"error": type(error).__name__, "why": str(error)[:500]}
                self._end(caller, access_id, Outcome.FAILED, told)
            raise
        outcome = Outcome.REFUSED if receipt.refused else Outcome.DONE
        self._end(caller, access_id, outcome, receipt.as_dict())
        return replace(receipt, access_id=access_id)

    def view(self, caller: Caller, details: Mapping[str, Any]) -> None:
        """Log that somebody looks at what is quarantined, before they do.

        Raises
        ------
        AuditWriteError
            If it cannot be logged; then nothing may be shown.
        """
        origin = None if caller.actor else caller.origin
        entry = Entry(
            EventKind.QUARANTINE_VIEW,
            caller.actor,
            outcome=Outcome.ALLOWED,
            details=details,
            origin=origin,
        )
        self._audit.append(entry)

    def _end(
        self, caller: Caller, access_id: int, outcome: Outcome, details: Mapping[str, Any]
    ) -> None:
        entry = Entry(
            EventKind.READS_OUTCOME,
            caller.actor,
            access_id=access_id,
            outcome=outcome,
            details=details,
            origin=None if caller.actor else caller.origin,
        )
        self._audit.append(entry, durable=False)

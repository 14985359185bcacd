"""Reading what others' reasons, plates and cases stand in: recorded before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Actor

T = TypeVar("T")


def recorded_view(
    office: Office,
    by: Actor,
    kind: EventKind,
    asked: Mapping[str, Any],
    read: Callable[[Connection], tuple[T, Mapping[str, Any]]],
) -> T:
    """Log that somebody reads, let it be read, log what came of it.

    Parameters
    ----------
    office
        The database as the service role and the log.
    by
        Who reads; whether they may is decided before.
    kind
        Such as ``evidence:view``.
    asked
        What was asked for, JSON-ready.
    read
        Returns what was read, and how the outcome tells it.

    Returns
    -------
    T
        What `read` returned, only after its outcome is logged too.

    Raises
    ------
    AuditWriteError
        If it cannot be logged; then nothing is shown.
    """
    audit = office.audit
    begun = audit.append(Entry(kind, by, criteria=asked, outcome=Outcome.STARTED))

    def end(outcome: Outcome, details: Mapping[str, Any]) -> None:
        entry = Entry(
            EventKind.LOOK_OUTCOME, by, access_id=begun.seq, outcome=outcome, details=details
        )
        audit.append(entry, durable=False)

    try:
        with office.engine.connect() as connection:
            found, told = read(connection)
    except Exception as error:
        end(Outcome.FAILED, {"error": type(error).__name__})
        raise
    end(Outcome.RETURNED, told)
    return found

"""A step and its record in the log, written together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.person import Actor
from workbench.domain.release import BY_GUARD
from workbench.errors import SharingError
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.steps import Step
from workbench.sharing.releases.stored import add_event, read_release


def add_step(
    audit: AuditLog,
    connection: Connection,
    by: Actor,
    release: Release,
    step: Step,
    *,
    at: datetime,
    by_guard: int | None = None,
) -> Release:
    """Take a step and log it in the caller's transaction; return where the request stands then.

    Parameters
    ----------
    by_guard
        The record of the request, where the guard answers it and no person.
    """
    said = step.details() | ({} if by_guard is None else {"by": BY_GUARD})
    add_event(
        connection,
        {
            "request_id": release.id,
            "step": step.step,
            "done_at": at,
            "done_by": by.person.username,
            "done_by_name": by.person.display_name,
            "details": said,
        },
    )
    moved = read_release(connection, release.id)
    audit.append_in(connection, release_entry(by, step.kind, moved, said, access_id=by_guard))
    return moved


def release_entry(
    by: Actor,
    kind: EventKind,
    release: Release,
    said: Mapping[str, Any],
    access_id: int | None = None,
) -> Entry:
    """Return what is logged about a request."""
    return Entry(
        kind,
        by,
        case_number=release.asked.case_number,
        reason=release.asked.purpose,
        access_id=access_id,
        outcome=Outcome.DONE,
        details={
            "request": release.id,
            "agency": release.agency.id,
            "agency_name": release.agency.name,
            "requester": release.asked.requester_name,
            "state": release.state.value,
            **said,
        },
    )


@contextmanager
def refusals_logged(
    audit: AuditLog, by: Actor, kind: EventKind, details: Mapping[str, Any]
) -> Iterator[None]:
    """Log what is refused, in a record of its own, and let the refusal pass."""
    try:
        yield
    except SharingError as error:
        why = {**details, "why": error.what}
        audit.append(Entry(kind, by, outcome=Outcome.REFUSED, details=why))
        raise

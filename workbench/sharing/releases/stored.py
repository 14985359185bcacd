"""Requests and their steps as they stand in their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text
from sqlalchemy.exc import IntegrityError

from workbench.domain.release import ReleaseState, ReleaseStep, RequestForm
from workbench.errors import ReleaseError
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.agencies.stored import agencies_numbered
from workbench.sharing.releases.request import Release, ReleaseEvent, WrittenRequest
from workbench.storage.sharing_tables import release_event, release_request

MOST_LISTED = 1_000


def add_request(
    connection: Connection, receiver: Agency, asked: WrittenRequest, values: dict[str, Any]
) -> Release:
    """Put a request into its table and return it."""
    said = asdict(asked)
    del said["agency"]
    said |= values | {"agency_id": receiver.id, "state": ReleaseState.REQUESTED}
    number = connection.execute(
        insert(release_request).values(said).returning(release_request.c.id)
    ).scalar_one()
    return read_release(connection, number)


def add_event(connection: Connection, values: dict[str, Any]) -> ReleaseEvent:
    """Put a step into its table and return it; the database moves the request."""
    statement = insert(release_event).values(values).returning(release_event)
    return _event(connection.execute(statement).one())


def read_release(connection: Connection, number: int) -> Release:
    """Return a request with its steps.

    Raises
    ------
    ReleaseError
        If there is none of that number.
    """
    found = read_releases(connection, release_request.c.id == number)
    if not found:
        raise ReleaseError(
            "There is no such request", given=number, next_step="see `workbench releases list`"
        )
    return found[0]


def read_releases(connection: Connection, *conditions: Any) -> list[Release]:
    """Return requests with their steps, the newest first."""
    newest = select(release_request).where(*conditions)
    newest = newest.order_by(release_request.c.id.desc()).limit(MOST_LISTED)
    rows = connection.execute(newest).all()
    agencies = agencies_numbered(connection, {row.agency_id for row in rows})
    events = _events(connection, [row.id for row in rows])
    return [_release(row, agencies[row.agency_id], tuple(events[row.id])) for row in rows]


def lock_release(connection: Connection, number: int) -> None:
    """Wait until nobody else takes a step with a request, until the transaction ends."""
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended('release', :number))")
    connection.execute(statement, {"number": number})


@contextmanager
def release_refusals() -> Iterator[None]:
    """Turn what the database refuses into an error of ours."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig).partition("\n")[0]
        raise ReleaseError("The database refuses it", given=said) from error


def _release(row: Row[Any], receiver: Agency, events: tuple[ReleaseEvent, ...]) -> Release:
    said: dict[str, Any] = {
        name: getattr(row, name) for name in WrittenRequest.__dataclass_fields__ if name != "agency"
    }
    return Release(
        id=row.id,
        agency=receiver,
        asked=WrittenRequest(agency=receiver.name, **said),
        state=ReleaseState(row.state),
        form=RequestForm(row.form),
        original_sha256=row.original_sha256,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        events=events,
    )


def _events(connection: Connection, numbers: Sequence[int]) -> dict[int, list[ReleaseEvent]]:
    of = release_event.c
    statement = select(release_event).where(of.request_id.in_(numbers)).order_by(of.id)
    found: dict[int, list[ReleaseEvent]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.request_id].append(_event(row))
    return found


def _event(row: Row[Any]) -> ReleaseEvent:
    values = {name: getattr(row, name) for name in ReleaseEvent.__dataclass_fields__}
    return ReleaseEvent(**values | {"step": ReleaseStep(row.step)})

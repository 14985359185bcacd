"""The transactions of a purge: who waits for whom, for how long, and what is said when it is long.

Locks are taken in one order, so that nobody waits in a circle: against holds being placed, against
reads being stored, against months being made, the detection table, and the audit log last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from workbench.detections.storing import wait_for_storing
from workbench.errors import AuditWriteError, PurgeBusyError

WAIT_S = 5
"""How long a purge makes others wait behind it."""

_SHORT = text(f"SET LOCAL lock_timeout = '{WAIT_S}s'")
_NO_HOLDS = text("SELECT pg_advisory_xact_lock(426, 7)")
_ONE = text("SELECT pg_advisory_lock(426, 9)")
_TRY_ONE = text("SELECT pg_try_advisory_lock(426, 9)")
_FREE = text("SELECT pg_advisory_unlock(426, 9)")
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (classid, objid, objsubid) = (426, CAST(:lock AS oid), 2))"
)
_TRY_WORKER = text("SELECT pg_try_advisory_lock(426, 11)")
_FREE_WORKER = text("SELECT pg_advisory_unlock(426, 11)")
_BUSY = (LockNotAvailable, DeadlockDetected)


@contextmanager
def part(purger: Engine, *, alone: bool = True) -> Iterator[Connection]:
    """Begin a transaction in which nobody places holds and, if `alone`, nobody stores reads.

    Yields
    ------
    sqlalchemy.Connection
        Committed at the end.

    Raises
    ------
    PurgeBusyError
        If somebody is in the way for too long; then nothing of it is done.
    """
    with _told(), purger.begin() as connection:
        connection.execute(_SHORT)
        connection.execute(_NO_HOLDS)
        if alone:
            wait_for_storing(connection)
        yield connection


@contextmanager
def one_purge(purger: Engine, *, wait: bool = True) -> Iterator[None]:
    """Let no other purge begin meanwhile.

    Parameters
    ----------
    wait
        Whether to wait a while for one that runs.

    Raises
    ------
    PurgeBusyError
        If another one runs.
    """
    with purger.connect() as connection:
        with _told(), connection.begin():
            connection.execute(_SHORT)
            if wait:
                connection.execute(_ONE)
            elif not connection.execute(_TRY_ONE).scalar_one():
                raise PurgeBusyError(
                    "A purge runs at this moment",
                    next_step="the list of purges shows when it has ended",
                )
        try:
            yield
        finally:
            with connection.begin():
                connection.execute(_FREE)


def purge_runs(connection: Connection) -> bool:
    """Return whether a purge runs now, in whatever process; of any role."""
    return bool(connection.execute(_HELD, {"lock": 9}).scalar_one())


@contextmanager
def one_worker(purger: Engine) -> Iterator[None]:
    """Show that a process that purges is there, and let there be no second one.

    Raises
    ------
    PurgeBusyError
        If there is one.
    """
    with purger.connect() as connection:
        with connection.begin():
            there = not connection.execute(_TRY_WORKER).scalar_one()
        if there:
            raise PurgeBusyError(
                "Another process does the purges that are asked for",
                next_step="leave it to that one; `workbench up` starts one",
            )
        try:
            yield
        finally:
            with connection.begin():
                connection.execute(_FREE_WORKER)


def worker_there(connection: Connection) -> bool:
    """Return whether a process that purges is there; of any role."""
    return bool(connection.execute(_HELD, {"lock": 11}).scalar_one())


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, _BUSY):
            raise _busy() from error
        raise
    except AuditWriteError as error:
        if isinstance(error.__cause__, _BUSY):
            raise _busy() from error
        raise


def _busy() -> PurgeBusyError:
    return PurgeBusyError(
        "Somebody searches, stores, places a hold or purges at this moment",
        given=f"waited {WAIT_S} s",
        next_step="try again; what was done before is done, and this part is as it was",
    )

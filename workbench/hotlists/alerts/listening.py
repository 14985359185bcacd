"""Hears from PostgreSQL that something was queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine

from workbench.errors import DatabaseError
from workbench.hotlists.alerts.queueing import CHANNEL


@contextmanager
def listening(engine: Engine) -> Iterator[Callable[[float], None]]:
    """Yield what waits so many seconds at most, and less when something was queued.

    Where a pooler in between swallows the word, each wait takes its full time and nothing else
    is lost.

    Raises
    ------
    DatabaseError
        From a wait, when the database went away.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        if not isinstance(raw, psycopg.Connection):
            raise DatabaseError("Listening needs psycopg", given=type(raw).__name__)
        raw.execute(f"LISTEN {CHANNEL}")

        def listen(timeout_s: float) -> None:
            try:
                for _ in raw.notifies(timeout=timeout_s, stop_after=1):
                    pass
            except psycopg.OperationalError as error:
                raise DatabaseError(
                    "The database went away", next_step="start the worker again"
                ) from error

        try:
            yield listen
        finally:
            if not raw.closed:
                raw.execute(f"UNLISTEN {CHANNEL}")

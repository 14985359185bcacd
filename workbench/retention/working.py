"""Does the purges that were asked for, in a process of its own: it alone knows the purger's role.

It takes one after the other. One that was killed is taken again by the next process, whose purge
finishes what the killed one had begun.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from workbench.audit import EventKind
from workbench.domain.clock import Clock
from workbench.domain.person import Origin
from workbench.errors import RetentionError, WorkbenchError
from workbench.retention.doing import Doer
from workbench.retention.locking import one_worker
from workbench.retention.purging import Purging
from workbench.retention.requests import open_request
from workbench.storage.audit_tables import audit_record
from workbench.storage.retention_tables import purge_request

POLL_S = 1.0
"""How often it is looked whether a purge is asked for."""

_ENDED = frozenset({"certified", "written"})
"""Steps after which there is nothing left to stop."""

_a, _r = audit_record.c, purge_request.c
_log = logging.getLogger(__name__)


class PurgeWorker:
    """Takes what is asked for and purges.

    Parameters
    ----------
    purging
        Does it.
    purger
        The engine of the role that deletes.
    clock
        The present instant.
    origin
        Where this process runs, for the log.
    """

    def __init__(self, purging: Purging, purger: Engine, *, clock: Clock, origin: Origin) -> None:
        self._purging = purging
        self._purger = purger
        self._clock = clock
        self._origin = origin

    def work(self, stopping: Event, *, poll_s: float = POLL_S) -> None:
        """Take one request after the other until told to stop.

        A purge that runs then ends after the part that it is at; the next one finishes it.

        Raises
        ------
        PurgeBusyError
            If another process does this already.
        """
        with self.attending():
            while not stopping.is_set():
                if not self.work_once(stopping):
                    stopping.wait(poll_s)

    @contextmanager
    def attending(self) -> Iterator[None]:
        """Let everybody see that a process that purges is there, for the length of a block.

        Raises
        ------
        PurgeBusyError
            If another process does this already.
        """
        with one_worker(self._purger):
            yield

    def work_once(self, stopping: Event) -> bool:
        """Purge if it is asked for; return whether it was."""
        with self._purger.begin() as connection:
            asked = open_request(connection)
            if asked is None:
                return False
            self._write(connection, asked, taken_at=self._clock())
        doer = Doer(origin=self._origin, asked_by=asked.asked_by, request=asked.id)
        try:
            self._require_record(asked)
            done = self._purging.run(doer, report=_until(stopping), wait=False)
        except WorkbenchError as error:
            _log.error("The purge that was asked for failed: %s", error)
            self._end(asked, problem=str(error))
        except Exception as error:  # noqa: BLE001 - the next request must be taken all the same
            _log.exception("The purge that was asked for failed")
            self._end(asked, problem=type(error).__name__)  # its text may repeat values of rows
        else:
            self._end(asked, purge_id=done.id)
        return True

    def _require_record(self, asked: Row[Any]) -> None:
        wanted = select(_a.seq).where(
            _a.seq == asked.access_id,
            _a.kind == EventKind.RETENTION_ASK,
            _a.username == asked.asked_by,
        )
        with self._purger.connect() as connection:
            found = connection.execute(wanted).first()
        if found is None:
            raise RetentionError("The audit log has no record of who asked for this purge")

    def _end(self, asked: Row[Any], **said: Any) -> None:
        with self._purger.begin() as connection:
            self._write(connection, asked, ended_at=self._clock(), **said)

    def _write(self, connection: Connection, asked: Row[Any], **said: Any) -> None:
        connection.execute(update(purge_request).where(_r.id == asked.id).values(**said))


def _until(stopping: Event) -> Any:
    def report(step: str) -> None:
        if stopping.is_set() and step not in _ENDED:
            raise RetentionError(
                "The process that purges was stopped meanwhile",
                next_step="ask for another purge, which finishes this one",
            )

    return report

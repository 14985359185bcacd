"""Purges that were begun over HTTP: each goes on in a thread of its own after the answer."""

from __future__ import annotations

import logging
import threading

from workbench.errors import RetentionError, WorkbenchError
from workbench.retention.doing import BegunPurge, Doer
from workbench.retention.purging import Purging

STOP_S = 15.0
"""How long a service that is stopped waits for the part of a purge that is being done."""

_ENDED = frozenset({"certified", "written"})
"""Steps after which there is nothing left to stop."""

_log = logging.getLogger(__name__)


class PurgeRunner:
    """Begins purges, one at a time, and stops the one that runs when the service stops.

    How a purge stands is told by the database (`PurgeHistory`), which outlives the service.

    Parameters
    ----------
    purging
        Does them.
    """

    def __init__(self, purging: Purging) -> None:
        self._purging = purging
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, doer: Doer) -> None:
        """Begin a purge and return at once.

        Raises
        ------
        DeniedError
            If the person may not.
        RetentionError
            If there is no authority on record where the policy asks for one.
        PurgeBusyError
            If another purge runs, here or anywhere.
        """
        begun = self._purging.begin(doer)
        # A daemon: a statement that hangs must not keep the process; its transaction is undone.
        thread = threading.Thread(
            target=self._run, args=(begun,), name="workbench-purge", daemon=True
        )
        try:
            thread.start()
        except BaseException:
            begun.give_up()
            raise
        self._thread = thread

    def stop(self, wait_s: float = STOP_S) -> None:
        """Stop the purge that runs after the part that it is at; the next purge finishes it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(wait_s)

    def _run(self, begun: BegunPurge) -> None:
        try:
            begun.run(self._report)
        except WorkbenchError as error:
            _log.error("The purge that was begun over HTTP failed: %s", error)
        except Exception:  # noqa: BLE001 - nobody waits for this thread; the log has it whole
            _log.exception("The purge that was begun over HTTP failed")

    def _report(self, step: str) -> None:
        if self._stopping.is_set() and step not in _ENDED:
            raise RetentionError(
                "The service was stopped while it purged",
                next_step="begin another purge, which finishes this one",
            )

"""Signs the log's head into the ledger by the policy's measure while a process runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from workbench.audit import AuditLog
from workbench.domain.clock import Clock
from workbench.errors import WorkbenchError
from workbench.policy import Policy
from workbench.retention.log_heads import LogHeads

LOOK_S = 30.0
"""How often it is looked whether a head is due."""

_log = logging.getLogger(__name__)


class HeadKeeper:
    """Keeps heads; what goes wrong is told and never stops the process.

    Parameters
    ----------
    heads
        Signs them.
    """

    def __init__(self, heads: LogHeads, *, audit: AuditLog, policy: Policy, clock: Clock) -> None:
        self._heads = heads
        self._audit = audit
        self._policy = policy
        self._clock = clock

    def keep(self, why: str) -> None:
        """Sign the present head; a log that contradicts the last one is told and not signed."""
        try:
            self._heads.keep(why)
        except WorkbenchError as error:
            _log.error("The head of the audit log was not signed: %s", error)

    def keep_due(self) -> bool:
        """Sign the present head if records or minutes since the last ask for it."""
        last, head = self._heads.newest(), self._audit.head()
        if head is None:
            return False
        rules = self._policy.audits
        seq, at = last or (0, None)
        records = head.seq - seq
        if records == 0:
            return False
        due = records >= rules.head_every_records.value or (
            at is None or self._clock() - at >= timedelta(minutes=rules.head_every_minutes.value)
        )
        if due:
            self.keep("interval")
        return due

    @contextmanager
    def while_open(self) -> Iterator[None]:
        """Keep a head at the beginning and the end of a block, and in between when one is due."""
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(LOOK_S):
                try:
                    self.keep_due()
                except Exception:  # noqa: BLE001 - such as a database that is away for a moment
                    _log.exception("It could not be seen whether a head of the log is due")

        self.keep("start")
        thread = threading.Thread(target=look, name="workbench-heads", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self.keep("stop")

"""Refusals of nobody: counted, and one record of them a minute, so that no stranger fills the log.

What becomes of a known account (a wrong password, a lock) is not counted here but recorded at
once, and the lockout bounds how often. A process that is killed loses the count of its last
minute at most; one that is stopped writes it.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.forwarded import address_group
from workbench.domain.person import Origin
from workbench.errors import AuditWriteError

_MOST_NAMED = 20
_MOST_COUNTED = 1_000
_OTHERS = "others"


@dataclass(slots=True)
class _Count:
    """What has been refused since the last record."""

    since: datetime
    until: datetime
    why: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)


class TurnedAway:
    """Counts whom nobody knows and what locked names try; safe to share between threads.

    Parameters
    ----------
    audit
        Where one record at a time is written.
    clock
        The present instant.
    every_s
        How long refusals are counted before they become a record.
    """

    def __init__(self, audit: AuditLog, clock: Clock, *, every_s: float) -> None:
        self._audit = audit
        self._clock = clock
        self._every_s = every_s
        self._lock = threading.Lock()
        self._count: _Count | None = None
        self._timer: threading.Timer | None = None

    def count(self, why: str, origin: Origin, *, account: str | None = None) -> None:
        """Count one refusal; its record is written within the time set, by itself.

        Parameters
        ----------
        why
            Such as ``banner``, ``unknown``, ``token`` or ``malformed``.
        account
            A known account whose locked name was tried.
        """
        at = self._clock()
        with self._lock:
            count = self._count = self._count or _Count(at, at)
            count.until = at
            count.why[why] += 1
            _bounded_add(count.addresses, address_group(origin.address))
            if account is not None:
                _bounded_add(count.accounts, account)
            if self._timer is None:
                self._timer = threading.Timer(self._every_s, self._on_time)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was counted; called when the process stops.

        Raises
        ------
        AuditWriteError
            If it cannot be written; it is kept for the next time.
        """
        with self._lock:
            count, self._count = self._count, None
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if count is None:
            return
        try:
            self._audit.append(_entry(count))
        except AuditWriteError:
            self._keep(count)
            raise

    def _on_time(self) -> None:
        try:
            self.flush()
        except AuditWriteError:
            return  # kept; the next refusal sets the time anew

    def _keep(self, count: _Count) -> None:
        with self._lock:
            later = self._count
            if later is not None:
                count.until = later.until
                count.why += later.why
                count.addresses += later.addresses
                count.accounts += later.accounts
            self._count = count


def _bounded_add(counter: Counter[str], name: str) -> None:
    counter[name if name in counter or len(counter) < _MOST_COUNTED else _OTHERS] += 1


def _entry(count: _Count) -> Entry:
    return Entry(
        EventKind.SESSION_TURN_AWAY,
        None,
        outcome=Outcome.REFUSED,
        details={
            "refused": count.why.total(),
            "since": count.since.isoformat(),
            "until": count.until.isoformat(),
            "why": dict(sorted(count.why.items())),
            "addresses": _most(count.addresses),
            "accounts": _most(count.accounts),
        },
    )


def _most(counter: Counter[str]) -> dict[str, Any]:
    most = dict(counter.most_common(_MOST_NAMED))
    rest = counter.total() - sum(most.values())
    return most | ({_OTHERS: most.get(_OTHERS, 0) + rest} if rest else {})

"""Connections whose request has not come whole: bounded by address, the oldest closed first."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Hashable

_IN_EARNEST_S = 1.0
"""A request that is sent at all has come by then; many of one address may begin at once."""


class HalfOpen:
    """Keeps which connections are waited for, and closes the oldest when there are too many.

    Closing the oldest lets newcomers in: somebody in earnest sends a request at once, somebody
    who hangs is the oldest before long.

    Parameters
    ----------
    by_address
        How many one address may have.
    most
        How many there may be together.
    elapsed
        Seconds that only ever go forward.
    """

    def __init__(
        self, *, by_address: int, most: int, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._by_address = by_address
        self._most = most
        self._elapsed = elapsed
        self._open: dict[Hashable, tuple[str | None, float, Callable[[], None]]] = {}
        self._of: defaultdict[str, dict[Hashable, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Hashable, address: str | None, close: Callable[[], None]) -> None:
        """Wait for a connection's request; one that is waited for already changes nothing.

        Parameters
        ----------
        address
            As `workbench.domain.forwarded.address_group` has it; ``None`` for a proxy of the
            department, which speaks for many.
        close
            Ends the connection at once.
        """
        if connection in self._open:
            return
        now = self._elapsed()
        if address is not None and len(self._of[address]) >= self._by_address:
            oldest = next(iter(self._of[address]))
            if now - self._open[oldest][1] >= _IN_EARNEST_S:
                self._close(oldest)
        if len(self._open) >= self._most:
            self._close(next(iter(self._open)))
        self._open[connection] = (address, now, close)
        if address is not None:
            self._of[address][connection] = None

    def discard(self, connection: Hashable) -> None:
        """Wait no more: the request is there, or the connection is gone."""
        address = self._open.pop(connection, (None,))[0]
        if address is not None:
            of_address = self._of[address]
            of_address.pop(connection, None)
            if not of_address:
                del self._of[address]

    def _close(self, connection: Hashable) -> None:
        close = self._open[connection][2]
        self.discard(connection)
        close()

"""Asks the database whether there is something new, once for all pages of the server."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from workbench.domain.clock import Clock
from workbench.hotlists.hits.board import Stamp

_log = logging.getLogger(__name__)

EVERY_S = 0.3
PATIENCE_S = 3.0
"""A database that does not answer in this time counts as away."""
UNWATCHED_S = 5.0
"""Nobody asks any more: then the database is left in peace too."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known now.

    Attributes
    ----------
    stamp
        Changes when there is something new; ``None`` before the first answer.
    since
        When the database answered last; ``None`` if it never did.
    live
        Whether it answered just now.
    waiting
        Whether the first answer is still awaited.
    """

    stamp: Stamp | None = None
    since: datetime | None = None
    live: bool = False
    waiting: bool = True


class HitWatch:
    """Keeps the newest stamp for as long as some page asks for it.

    Parameters
    ----------
    look
        Fetches the stamp; may take its time.
    clock
        The present instant.
    """

    def __init__(self, look: Callable[[], Stamp], *, clock: Clock) -> None:
        self._look = look
        self._clock = clock
        self._pulse = Pulse()
        self._asked_s = 0.0
        self._task: asyncio.Task[None] | None = None
        # One thread of its own: when the database hangs, it hangs here and holds up no page.
        self._thread = ThreadPoolExecutor(1, "hit-watch")

    def pulse(self) -> Pulse:
        """Return what is known, and go on asking; to be called in the server's event loop."""
        self._asked_s = time.monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._ask_while_asked())
        return self._pulse

    def close(self) -> None:
        """Ask no more."""
        self._asked_s = 0.0
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _ask_while_asked(self) -> None:
        while time.monotonic() - self._asked_s < UNWATCHED_S:
            await self._ask()
            await asyncio.sleep(EVERY_S)
        # Whoever comes next waits for an answer of then.
        self._pulse = Pulse()

    async def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            answer = loop.run_in_executor(self._thread, self._look)
            stamp = await asyncio.wait_for(answer, PATIENCE_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages say they are not live
            if self._pulse.live:
                _log.warning("The hits are not live: %s", type(error).__name__)
            self._pulse = replace(self._pulse, live=False, waiting=False)
            return
        self._pulse = Pulse(stamp, self._clock(), live=True, waiting=False)

"""Turns and tries: what keeps one person or one address from taking up what is for all."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from workbench.errors import TooOftenError

_MINUTE_S = 60.0
_MOST_KEYS = 10_000


@dataclass(slots=True)
class _Lane:
    """The turns of one person: how many go on or wait, and who is next."""

    free: asyncio.Semaphore
    taken: int = field(default=0)


class Turns:
    """Lets some work of each person go on at one time; more of it waits for its own.

    Used by one event loop.

    Parameters
    ----------
    at_once
        How much of one person is worked on.
    waiting
        How much more may wait, in the order it came.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, person: str) -> AsyncIterator[None]:
        """Wait for the person's turn and keep it for the length of the block.

        Raises
        ------
        TooOftenError
            If more of this person waits already than may.
        """
        lane = self._lanes.setdefault(person, _Lane(asyncio.Semaphore(self._at_once)))
        if lane.taken >= self._most:
            raise TooOftenError(
                "You have more under way than is taken at one time",
                allowed=f"{self._at_once} at once, {self._most - self._at_once} waiting",
                next_step="wait until some of it is answered",
            )
        lane.taken += 1
        try:
            async with lane.free:
                yield
        finally:
            lane.taken -= 1
            if not lane.taken:
                self._lanes.pop(person, None)


class Tries:
    """Counts what each of many may try within a minute.

    Parameters
    ----------
    per_minute
        How often one may.
    elapsed
        Seconds that only ever go forward.
    """

    def __init__(self, per_minute: int, *, elapsed: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._elapsed = elapsed
        self._tries: dict[str, deque[float]] = {}

    def take(self, key: str) -> None:
        """Count a try.

        Raises
        ------
        TooOftenError
            If there were as many within the last minute as may be; this one is not counted.
        """
        now = self._elapsed()
        if len(self._tries) >= _MOST_KEYS:
            self._forget(now)
        tries = self._tries.setdefault(key, deque())
        while tries and tries[0] <= now - _MINUTE_S:
            tries.popleft()
        if len(tries) >= self._per_minute:
            refused = TooOftenError(
                "There were too many tries from here or for this name",
                allowed=f"{self._per_minute} a minute",
                next_step="wait a little",
            )
            refused.retry_after_s = math.ceil(tries[0] + _MINUTE_S - now)
            raise refused
        tries.append(now)

    def give_back(self, key: str) -> None:
        """Forget the last try, because it was a good one."""
        tries = self._tries.get(key)
        if tries:
            tries.pop()

    def _forget(self, now: float) -> None:
        over = now - _MINUTE_S
        old = [key for key, tries in self._tries.items() if not tries or tries[-1] <= over]
        for key in old or list(self._tries)[: _MOST_KEYS // 2]:
            del self._tries[key]

"""What happens when: one thing after the other, with a clock that is moved to each."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from workbench.demo.stage import MovingClock


class Agenda:
    """Does what is planned in order of time; of two at one instant, what was planned first.

    Parameters
    ----------
    clock
        Moved to the time of each thing before it is done.
    """

    def __init__(self, clock: MovingClock) -> None:
        self._clock = clock
        self._planned: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()

    def plan(self, at: datetime, do: Callable[[], object]) -> None:
        """Plan something; it may plan more when it is done."""
        heapq.heappush(self._planned, (at, next(self._numbers), do))

    def pass_until(self, end: datetime) -> None:
        """Do everything that is planned before an instant, and move the clock there."""
        while self._planned and self._planned[0][0] < end:
            at, _, do = heapq.heappop(self._planned)
            self._clock.move_to(at)
            do()
        self._clock.move_to(end)

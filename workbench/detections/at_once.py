"""A few pieces of work at once, for what waits for the disk more than it computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Outcome = TypeVar("Outcome")


class AtOnce(Generic[Outcome]):
    """Does work in a few threads; what came of it is taken in the order in which it was given.

    Leaving it waits for what is begun and drops what is not.

    Parameters
    ----------
    threads
        How many; twice as many pieces are held at most.

    Examples
    --------
    >>> with AtOnce(2) as threads:
    ...     early = [*threads.give("a", lambda: 1), *threads.give("b", lambda: 2)]
    ...     [*early, *threads.rest()]
    [1, 2]
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "at-once")
        self._most = 2 * threads
        self._held: deque[tuple[str, Future[Outcome]]] = deque()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what is begun, drop what is not."""
        self._threads.shutdown(cancel_futures=True)

    def give(self, key: str, work: Callable[[], Outcome]) -> Iterator[Outcome]:
        """Have work done and yield what came of earlier work, as far as it is known or in the way.

        Parameters
        ----------
        key
            Two pieces of the same key are never done at once.

        Yields
        ------
        Outcome

        Raises
        ------
        Exception
            Whatever earlier work raised, in its turn.
        """
        while len(self._held) >= self._most or any(key == each for each, _ in self._held):
            yield self._first()
        self._held.append((key, self._threads.submit(work)))
        while self._held and self._held[0][1].done():
            yield self._first()

    def rest(self) -> Iterator[Outcome]:
        """Wait for everything and yield what came of it."""
        while self._held:
            yield self._first()

    def _first(self) -> Outcome:
        return self._held.popleft()[1].result()

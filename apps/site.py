"""What all pages share: the open workbench, the ground of the maps, and workers. No person's data.

Every look runs in a worker thread, so that one slow search leaves the other people's pages alive;
drawing stays in the server's own thread, because HoloViews is not safe in several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from apps.ground import Ground
from apps.hits.watching import HitWatch
from workbench.runtime import Runtime

P = ParamSpec("P")
T = TypeVar("T")

_WORKERS = 8
_SIGN_IN_WORKERS = 2
"""Checking a password is slow on purpose; a flood of attempts keeps two workers busy, no more."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that every page is given.

    Attributes
    ----------
    runtime
        The open workbench.
    ground
        Streets for the maps.
    hit_watch
        Knows when there is something new about hits.
    """

    runtime: Runtime
    ground: Ground
    hit_watch: HitWatch
    _workers: ThreadPoolExecutor
    _sign_in_workers: ThreadPoolExecutor
    _owners: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The department's zone."""
        return ZoneInfo(self.runtime.policy.department.time_zone.value)

    @property
    def over_tls(self) -> bool:
        """Whether browsers reach the pages over TLS; the proxy in front ends it."""
        return (self.runtime.settings.pages_url or "").startswith("https:")

    async def in_background(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what some work returns, done in a worker thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, lambda: work(*args, **kwargs))

    async def in_sign_in_queue(self, work: Callable[[], T]) -> T:
        """Return what checking a sign-in returns; sign-ins only wait for each other."""
        return await asyncio.get_running_loop().run_in_executor(self._sign_in_workers, work)

    def claim(self, document: str, session: str) -> None:
        """Remember which session opened a document; nobody else's may connect to it."""
        self._owners[document] = session

    def release(self, document: str) -> None:
        """Forget a document that is closed."""
        self._owners.pop(document, None)

    def owner_of(self, document: str) -> str | None:
        """Return the session that opened a document, or ``None`` if it is not open."""
        return self._owners.get(document)


@contextmanager
def open_site(runtime: Runtime, ground: Ground) -> Iterator[Site]:
    """Keep the workers of the pages for as long as they are served."""
    with (
        ThreadPoolExecutor(_WORKERS, "look") as workers,
        ThreadPoolExecutor(_SIGN_IN_WORKERS, "sign-in") as sign_in_workers,
    ):
        hit_watch = HitWatch(runtime.board.stamp, clock=runtime.clock)
        try:
            yield Site(runtime, ground, hit_watch, workers, sign_in_workers)
        finally:
            hit_watch.close()

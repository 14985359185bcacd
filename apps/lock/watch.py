"""Asks each second whether those who have pages open may still see them; for all pages at once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from apps.auth.visitor import Visitor
from apps.page import Page
from workbench.access import decide
from workbench.domain.clock import Clock
from workbench.errors import SessionEndedError
from workbench.policy import Policy

_log = logging.getLogger(__name__)

EVERY_S = 1.0
PATIENCE_S = 2.5
"""A database that does not answer in this time counts as away."""
TRUSTED_S = 2.5
"""An answer older than this is asked for again before anything is done on a page."""
ROLE = "role"
ENDED = "ended"
"""Why a page is taken away, where the session does not say it itself."""

Told = Callable[[str], None]


@dataclass(slots=True, eq=False)
class Watched:
    """One open connection of one page.

    Attributes
    ----------
    told
        Called after each answer: with why the page is taken away, or with nothing while it lives.
    asked_s
        When it was asked last, in monotonic seconds, with the answer that it lives.
    over
        Why the page was taken away; empty while it lives.
    """

    visitor: Visitor
    page: Page
    told: Told = field(repr=False)
    asked_s: float
    over: str = ""


class SessionWatch:
    """Keeps asking for as long as some page is open.

    Parameters
    ----------
    policy, clock
        By which a person may see a page.
    """

    def __init__(self, *, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._watched: set[Watched] = set()
        self._task: asyncio.Task[None] | None = None
        # A thread of its own: when the database hangs, it hangs here and holds up no page.
        self._thread = ThreadPoolExecutor(1, "session-watch")

    def join(self, visitor: Visitor, page: Page, told: Told) -> Watched:
        """Watch a connection that the guard has just let in; in the server's event loop."""
        watched = Watched(visitor, page, told, time.monotonic())
        self._watched.add(watched)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._while_watched())
        return watched

    def leave(self, watched: Watched) -> None:
        """Watch a connection no longer."""
        self._watched.discard(watched)

    def close(self) -> None:
        """Ask no more."""
        self._watched.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def assured(self, watched: Watched) -> bool:
        """Return whether somebody may see their page now; waits while nobody can tell."""
        while not watched.over and time.monotonic() - watched.asked_s > TRUSTED_S:
            if not await self._ask([watched]):
                await asyncio.sleep(EVERY_S)
        return not watched.over

    async def _while_watched(self) -> None:
        while self._watched:
            await self._ask(list(self._watched))
            await asyncio.sleep(EVERY_S)

    async def _ask(self, watched: Sequence[Watched]) -> bool:
        began_s = time.monotonic()
        loop = asyncio.get_running_loop()
        try:
            answers = await asyncio.wait_for(
                loop.run_in_executor(self._thread, self._answers, watched), PATIENCE_S
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody is assured of anything
            _log.warning("Nobody can tell whose sessions live: %s", type(error).__name__)
            return False
        for each, why in zip(watched, answers, strict=True):
            self._take(each, why, began_s)
        return True

    def _take(self, watched: Watched, why: str, asked_s: float) -> None:
        if watched.over:
            return
        watched.over = why
        if why:
            self._watched.discard(watched)
        else:
            watched.asked_s = max(asked_s, watched.asked_s)
        watched.told(why)

    def _answers(self, watched: Sequence[Watched]) -> list[str]:
        """Ask once for each session and page, however many connections they have."""
        known: dict[tuple[str, str], str] = {}
        for each in watched:
            key = (each.visitor.token, each.page.address)
            if key not in known:
                known[key] = self._answer(each.visitor, each.page)
        return [known[each.visitor.token, each.page.address] for each in watched]

    def _answer(self, visitor: Visitor, page: Page) -> str:
        try:
            person = visitor.watcher().person
        except SessionEndedError:
            return visitor.why_ended() or ENDED
        asked = decide(person, page.action, policy=self._policy, at=self._clock())
        return "" if asked.allowed else ROLE

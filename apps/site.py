"""What all pages share: the open workbench, the ground of the maps, and workers. No person's data.

Every look runs in a worker thread, so that one slow search leaves the other people's pages alive;
drawing stays in the server's own thread, because HoloViews is not safe in several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import panel as pn

from apps.ground import Ground
from apps.hits.watching import HitWatch
from apps.lock.watch import SessionWatch
from workbench.access.sign_in_queue import SignInQueue
from workbench.access.turns import Turns
from workbench.runtime import Runtime

P = ParamSpec("P")
T = TypeVar("T")

_WORKERS = 8
_OPENERS = 4
"""Workers for what no open page asks: who comes in, tiles. Looks that last do not hold them up."""

_MOST_SESSIONS = 5_000


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
    sign_ins
        Where sign-ins wait for each other, and for nobody inside.
    session_watch
        Knows who may still see the page that they have open.
    """

    runtime: Runtime
    ground: Ground
    hit_watch: HitWatch
    sign_ins: SignInQueue
    session_watch: SessionWatch
    _workers: ThreadPoolExecutor
    _openers: ThreadPoolExecutor
    _acts: Turns
    _looks: Turns
    _owners: dict[str, str] = field(default_factory=dict)
    _persons: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The department's zone."""
        return ZoneInfo(self.runtime.policy.department.time_zone.value)

    @property
    def over_tls(self) -> bool:
        """Whether browsers reach the pages over TLS; the proxy in front ends it."""
        return (self.runtime.settings.pages_url or "").startswith("https:")

    @property
    def public_origin(self) -> str | None:
        """The origin by which browsers reach the pages, if it is set."""
        parts = urlsplit(self.runtime.settings.pages_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    def cookie_name(self, name: str) -> str:
        """Return a cookie's name; behind TLS no other host or path can set one of that name."""
        return f"__Host-{name}" if self.over_tls else name

    async def in_background(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what some work returns, done in a worker thread when it is its person's turn.

        Raises
        ------
        TooOftenError
            If more of that person waits already than may.
        """
        loop, person = asyncio.get_running_loop(), self._person()
        if person is None:
            return await loop.run_in_executor(self._openers, lambda: work(*args, **kwargs))
        async with self._acts.turn(person):
            return await loop.run_in_executor(self._workers, lambda: work(*args, **kwargs))

    def look_turn(self) -> AbstractAsyncContextManager[None]:
        """Wait until no other search of the same person goes on, and keep the turn for a block.

        Raises
        ------
        TooOftenError
            If more of that person waits already than may.
        """
        person = self._person()
        return nullcontext() if person is None else self._looks.turn(person)

    def know(self, session: str, username: str) -> None:
        """Remember whose session it is, so that one person's work waits for its own."""
        if len(self._persons) >= _MOST_SESSIONS:
            self._persons.clear()
        self._persons[session] = username

    def _person(self) -> str | None:
        context = getattr(pn.state.curdoc, "session_context", None)
        session = self._owners.get(getattr(context, "id", ""))
        return None if session is None else self._persons.get(session, session)

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
    rules = runtime.policy.availability
    waiting = rules.waiting_by_person.value
    with (
        ThreadPoolExecutor(_WORKERS, "look") as workers,
        ThreadPoolExecutor(_OPENERS, "open") as openers,
        closing(SignInQueue(rules, runtime.turned_away)) as sign_ins,
    ):
        hit_watch = HitWatch(runtime.board.stamp, clock=runtime.clock)
        session_watch = SessionWatch(policy=runtime.policy, clock=runtime.clock)
        try:
            yield Site(
                runtime,
                ground,
                hit_watch,
                sign_ins,
                session_watch,
                workers,
                openers,
                Turns(at_once=rules.requests_at_once_by_person.value, waiting=waiting),
                Turns(at_once=rules.looks_at_once_by_person.value, waiting=waiting),
            )
        finally:
            session_watch.close()
            hit_watch.close()

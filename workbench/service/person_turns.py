"""Whose request it is, before it takes a worker: nobody's takes none, a person's waits its turn."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.access.turns import Turns
from workbench.access.vault import token_hash
from workbench.domain.forwarded import address_group
from workbench.domain.person import Origin
from workbench.errors import SessionEndedError, WorkbenchError
from workbench.runtime import Runtime
from workbench.service.edge import missing_token, origin_of
from workbench.service.errors import problem_response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")
_DEAR = re.compile(r"/v1/.*(/reads|coverage|health|preview|rates|rehears)")
"""What is asked for with GET and computed from many reads; whatever is posted counts as dear."""

_KNOWN_TOKENS = 5_000
_ASKING_AT_ONCE = 2
_MOST_ASKING = 100
_BAD_REQUESTS = range(400, 500)


class PersonTurns:
    """Gives each person some requests at a time, and strangers none of the workers.

    A request without a session's token is answered here, unless its path is open to all. The
    session itself is checked where it always is; here it only tells who waits for whom.

    Parameters
    ----------
    app
        What serves the request.
    runtime
        Of the service.
    open_paths
        Paths that need no token.
    """

    def __init__(self, app: ASGIApp, runtime: Runtime, open_paths: Collection[str]) -> None:
        self._app = app
        self._runtime = runtime
        self._open_paths = open_paths
        rules = runtime.policy.availability
        waiting = rules.waiting_by_person.value
        self._all = Turns(at_once=rules.requests_at_once_by_person.value, waiting=waiting)
        self._dear = Turns(at_once=rules.looks_at_once_by_person.value, waiting=waiting)
        self._askers = ThreadPoolExecutor(_ASKING_AT_ONCE, "whose-request")
        self._asking = Turns(at_once=1, waiting=_MOST_ASKING)
        self._persons: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request when it is its person's turn."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = origin_of(Request(scope))
        if scope["path"] in self._open_paths:
            await self._app(scope, receive, self._counting(send, origin))
            return
        try:
            person = await self._person(scope, origin)
            turns = self._dear if _is_dear(scope) else self._all
            async with turns.turn(person):
                await self._app(scope, receive, send)
        except WorkbenchError as error:  # those of the app are answered inside of it
            await problem_response(error)(scope, receive, send)

    async def _person(self, scope: Scope, origin: Origin) -> str:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            self._runtime.turned_away.count("no token", origin)
            raise missing_token()
        token = token.strip()
        known = self._persons.get(token_hash(token))
        return known if known is not None else await self._asked_for(token, origin)

    async def _asked_for(self, token: str, origin: Origin) -> str:
        if not _TOKEN.fullmatch(token):
            self._runtime.turned_away.count("token", origin)
            raise SessionEndedError("There is no such session", next_step="sign in")
        loop = asyncio.get_running_loop()
        # Tokens that are none wait for others from the same address, not for anybody elsewhere.
        async with self._asking.turn(address_group(origin.address)):
            ask = self._runtime.sessions.username_of
            person = await loop.run_in_executor(self._askers, ask, token, origin)
        if len(self._persons) >= _KNOWN_TOKENS:
            self._persons.clear()
        self._persons[token_hash(token)] = person
        return person

    def _counting(self, send: Send, origin: Origin) -> Send:
        async def counted(message: Message) -> None:
            # Sign-in counts its own refusals; what could not even be read is counted here.
            status = message.get("status", 200)
            if status in _BAD_REQUESTS and status not in {401, 423, 429}:
                self._runtime.turned_away.count("malformed", origin)
            await send(message)

        return counted


def _is_dear(scope: Scope) -> bool:
    posted = scope["method"] not in {"GET", "HEAD", "DELETE"}
    return posted or _DEAR.match(scope["path"]) is not None

"""What stands around every route: bounded bodies and headers that browsers obey."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.errors import InputError
from workbench.service.errors import HEADERS, problem_response

MAX_BODY_BYTES = 262_144
"""Largest request taken; a polygon of a thousand corners has about 40,000 bytes."""


ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""Tells a browser that came over TLS never to come without; a year, as the pages say it."""


class SecurityHeaders:
    """Adds `HEADERS` to every answer: nothing is kept, framed, guessed at or run.

    Parameters
    ----------
    over_tls
        Whether people reach the service over TLS; then `ONLY_TLS` is added too.
    """

    def __init__(self, app: ASGIApp, *, over_tls: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | ONLY_TLS if over_tls else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that is too large, by what it announces and by what really comes.

    FastAPI's own limit answers an announced one with plain text, which no client of ours reads.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, then serve the request with it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except ClientDisconnect:
            return
        if body is None:
            allowed = f"up to {self._max_bytes} bytes"
            error = InputError("The request is too large", allowed=allowed)
            await problem_response(error, 413)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._max_bytes:
            return None
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect  # half a body is not worked on
            body += message.get("body", b"")
            if len(body) > self._max_bytes:
                return None
            more = message.get("more_body", False)
        return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    first = iter([body])

    async def replay() -> Message:
        for content in first:
            return {"type": "http.request", "body": content, "more_body": False}
        return await receive()

    return replay

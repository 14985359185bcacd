"""Connections of the pages with bounds: what hangs is closed, the oldest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

from workbench.domain.forwarded import address_group, is_within
from workbench.runtime import Runtime
from workbench.service.half_open import HalfOpen


class _Arriving(HTTPMessageDelegate):
    """A request that is waited for until it has come whole."""

    def __init__(self, inner: HTTPMessageDelegate, arrived: Callable[[], None]) -> None:
        self._inner = inner
        self._arrived = arrived

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Any:
        """Hand the head on."""
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Any:
        """Hand a part of the body on."""
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        """Wait no more, then hand the request on."""
        self._arrived()
        self._inner.finish()

    def on_connection_close(self) -> None:
        """Wait no more: there will be no request."""
        self._arrived()
        self._inner.on_connection_close()


def connection_deadlines(runtime: Runtime) -> dict[str, float]:
    """Return how long the pages wait for a head and a body, as options of tornado's server."""
    rules = runtime.policy.availability
    return {
        "idle_connection_timeout": rules.header_seconds.value,
        "body_timeout": rules.body_seconds.value,
    }


def bound_connections(server: HTTPServer, runtime: Runtime) -> None:
    """Make a server close the oldest connections that hang when there are too many.

    Bokeh makes its server itself and takes no other class, so its two functions are wrapped.

    Parameters
    ----------
    server
        Not yet started.
    runtime
        With the numbers, and the department's proxies; one of those speaks for many.
    """
    rules, trusted = runtime.policy.availability, runtime.settings.trusted_proxies
    half_open = HalfOpen(by_address=rules.half_open_by_address.value, most=rules.half_open.value)
    begin, end = server.start_request, server.on_close

    def start_request(server_conn: Any, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        peer = str(server_conn.context.remote_ip)
        address = None if is_within(peer, trusted) else address_group(peer)
        half_open.add(server_conn, address, server_conn.stream.close)
        delegate = begin(server_conn, request_conn)
        return _Arriving(delegate, lambda: half_open.discard(server_conn))

    def on_close(server_conn: object) -> None:
        half_open.discard(server_conn)
        end(server_conn)

    server.start_request = start_request  # type: ignore[method-assign] # see above
    server.on_close = on_close  # type: ignore[method-assign] # see above

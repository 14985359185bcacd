"""Serves the app with uvicorn: until it is told to stop, or for the length of a block."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn

from workbench.errors import ServiceError
from workbench.runtime import Runtime
from workbench.service.app import create_app
from workbench.service.connections import BoundedConnection, Deadlines
from workbench.service.half_open import HalfOpen

_START_S = 30.0
_STOP_S = 30.0
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """A server after which the program goes on, to close what it opened."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; uvicorn's own would then die of the signal."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sign: signal.signal(sign, self.handle_exit) for sign in _STOPPING}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)


def make_server(runtime: Runtime, *, host: str, port: int) -> Server:
    """Return a server that has not started; its `run` ends on SIGINT or SIGTERM.

    Requests that are being answered are finished first.

    Parameters
    ----------
    runtime
        Stays open as long as it runs.
    host, port
        Where it listens; port 0 is any free one.
    """
    rules = runtime.policy.availability
    half_open = HalfOpen(by_address=rules.half_open_by_address.value, most=rules.half_open.value)
    deadlines = Deadlines(rules, half_open, runtime.settings.trusted_proxies)
    config = uvicorn.Config(
        create_app(runtime),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # the audit log says who asked for what
        server_header=False,
        proxy_headers=False,  # `edge.origin_of` believes the department's proxies alone
        timeout_graceful_shutdown=int(_STOP_S),
        http=partial(BoundedConnection, deadlines=deadlines),  # type: ignore[arg-type] # it is called
        ws="none",
    )
    return Server(config)


@contextmanager
def serving(runtime: Runtime, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread for the length of a block.

    Yields
    ------
    str
        The address of the service.

    Raises
    ------
    ServiceError
        If it does not start, such as when something else listens there.
    """
    server = make_server(runtime, host=host, port=port)
    thread = threading.Thread(target=_run, args=(server,), name="workbench-service", daemon=True)
    thread.start()
    try:
        yield _address(server, thread, host, port)
    finally:
        server.should_exit = True
        thread.join(_STOP_S)


def _run(server: Server) -> None:
    try:
        server.run()
    except SystemExit:  # uvicorn's way to say that it cannot listen there
        return


def _address(server: Server, thread: threading.Thread, host: str, port: int) -> str:
    deadline = time.monotonic() + _START_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ServiceError(
                "The service does not start",
                given=f"{host}:{port}",
                next_step="see whether something else listens there, or set another port",
            )
        time.sleep(0.01)
    listening = server.servers[0].sockets[0].getsockname()[1]
    return f"http://[{host}]:{listening}" if ":" in host else f"http://{host}:{listening}"

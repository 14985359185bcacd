"""A wire between a client and a server that breaks in the middle of an answer, for tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def broken_wire(port: int, *, after: int, silent: bool = False) -> Iterator[int]:
    """Pass bytes on to a server of this machine until so many have come back on a connection.

    Parameters
    ----------
    port
        Of the server.
    after
        Bytes of the server.
    silent
        Whether the wire then stays open and passes nothing on; otherwise both ends hang up.

    Yields
    ------
    int
        The port that the client connects to.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    open_ends: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                open_ends.extend((client, server))
                for ends in ((client, server, None), (server, client, after)):
                    threading.Thread(target=_pass, args=(*ends, silent), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        for end in (listener, *open_ends):
            end.close()


def _pass(source: socket.socket, target: socket.socket, most: int | None, silent: bool) -> None:
    passed = 0
    with suppress(OSError):
        while content := source.recv(4096):
            passed += len(content)
            if most is not None and passed > most and silent:
                return
            target.sendall(content)
            if most is not None and passed > most:
                break
        for end in (source, target):
            end.shutdown(socket.SHUT_RDWR)

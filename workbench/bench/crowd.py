"""`python -m workbench.bench.crowd`: strangers, hanging connections and one busy analyst.

A process of its own, which gives way to the service: who besieges it sits at other machines and
takes none of its processors. The address and a token come as JSON on standard input; its end
ends the crowd, which then prints what it did.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from uuid import uuid4

import httpx

STRANGERS = 40
HANGING = 200
SEARCHES = 40

_HALF_A_REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b"
_WAIT_S = 60.0
_LEAST_PRIORITY = 19


def main() -> None:
    """Sign in, hang and search until standard input ends."""
    os.nice(_LEAST_PRIORITY)
    given = json.loads(sys.stdin.readline())
    url, done = given["url"], {"tries": 0, "searches": 0}
    headers = {"Authorization": f"Bearer {given['token']}"}

    def sign_in(client: httpx.Client) -> None:
        typed = {"username": f"u{uuid4().hex[:8]}", "password": "wrong", "code": "000000"}
        client.post("/v1/sign-in", json=typed | {"banner_acknowledged": True})
        done["tries"] += 1

    def search(client: httpx.Client) -> None:
        client.post(given["look"], headers=headers, json={"plate": "*1*9*", "limit": 100})
        done["searches"] += 1

    where = httpx.URL(url)
    with ExitStack() as opened:
        for _ in range(HANGING):
            one = opened.enter_context(socket.create_connection((where.host, where.port), _WAIT_S))
            one.sendall(_HALF_A_REQUEST)
        for act, count in ((sign_in, STRANGERS), (search, SEARCHES)):
            for _ in range(count):
                threading.Thread(target=_again, args=(url, act), daemon=True).start()
        print("here", flush=True)  # noqa: T201 - to whoever started it
        sys.stdin.read()
        print(json.dumps(done), flush=True)  # noqa: T201 - to whoever started it


def _again(url: str, act: Callable[[httpx.Client], None]) -> None:
    while True:
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=_WAIT_S) as client:
                while True:
                    act(client)
        except httpx.TransportError:  # closed on it; a crowd comes again
            continue


if __name__ == "__main__":
    main()

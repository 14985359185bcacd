"""The ways into the pages without a browser: plain requests, and the websocket of a page."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from apps.auth.visitor import COOKIE


def client(pages, token: str | None) -> httpx.Client:
    cookies = {pages.site.cookie_name(COOKIE): token} if token else {}
    return httpx.Client(base_url=pages.url, cookies=cookies, trust_env=False, timeout=60)


def page_token(pages, token: str, page: str = "/search") -> str:
    """Return the token that Bokeh writes into the page of a signed-in person."""
    with client(pages, token) as http:
        answer = http.get(page)
    assert answer.status_code == 200
    return re.search(r'"token":"([^"]+)"', answer.text)[1]


def connect(pages, bokeh_token: str, *, cookie: str | None, origin: str | None = None) -> str:
    """Return what the websocket's first message says, or the status that refused it."""
    headers = {"Origin": origin or pages.url}
    if cookie:
        headers["Cookie"] = f"{pages.site.cookie_name(COOKIE)}={cookie}"
    url = f"ws://{urlsplit(pages.url).netloc}/search/ws"

    async def attempt() -> str:
        request = HTTPRequest(url, headers=headers)
        try:
            socket = await websocket_connect(request, subprotocols=["bokeh", bokeh_token])
        except HTTPClientError as error:
            return str(error.code)
        first = await socket.read_message()
        socket.close()
        return "closed" if first is None else str(first)

    loop = IOLoop(make_current=False)
    try:
        return loop.run_sync(attempt, timeout=30)
    finally:
        loop.close()


@dataclass
class Talk:
    """What a websocket said after something happened, and when it was closed."""

    closed_s: float = 0.0
    code: int | None = None
    after: list[str] = field(default_factory=list)


def talk(pages, bokeh_token: str, *, cookie: str, before: Callable[[], None]) -> Talk:
    """Open a page's websocket, let something happen, and then ask for the whole document."""
    headers = {"Origin": pages.url, "Cookie": f"{pages.site.cookie_name(COOKIE)}={cookie}"}
    url = f"ws://{urlsplit(pages.url).netloc}/search/ws"
    asked = [json.dumps({"msgtype": "PULL-DOC-REQ", "msgid": "1"}), "{}", "{}"]

    async def attempt() -> Talk:
        socket = await websocket_connect(
            HTTPRequest(url, headers=headers), subprotocols=["bokeh", bokeh_token]
        )
        while "ACK" not in str(await socket.read_message()):
            pass
        for _ in range(2):  # the ACK's own metadata and content
            await socket.read_message()
        for part in asked:
            await socket.write_message(part)
        assert "PULL-DOC-REPLY" in str(await socket.read_message())
        before()
        told, began_s = Talk(), time.monotonic()
        await asyncio.sleep(1.2)  # the server has asked meanwhile
        for part in asked:
            await socket.write_message(part)
        while (said := await socket.read_message()) is not None:
            if told.closed_s == 0.0 and "PULL-DOC-REPLY" in str(said):
                told.after.append(str(said)[:200])
        told.closed_s, told.code = time.monotonic() - began_s, socket.close_code
        socket.close()
        return told

    loop = IOLoop(make_current=False)
    try:
        return loop.run_sync(attempt, timeout=30)
    finally:
        loop.close()

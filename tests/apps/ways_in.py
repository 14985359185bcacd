"""The ways into the pages without a browser: plain requests, and the websocket of a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from apps.auth.visitor import COOKIE


def client(pages, token: str | None) -> httpx.Client:
    cookies = {COOKIE: token} if token else {}
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
        headers["Cookie"] = f"{COOKIE}={cookie}"
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

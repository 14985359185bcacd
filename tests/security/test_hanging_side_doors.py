"""Connections that hang are closed, and those in earnest are served meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from apps.ground import load_roads
from tests.conftest import FixedClock
from tests.pages import open_pages
from tests.service import Clockwork, Service, open_service, with_rules
from workbench.service.half_open import HalfOpen


@pytest.fixture(scope="module")
def service(settings, policy, database) -> Iterator[Service]:
    short = with_rules(policy, header_seconds=0.5, body_seconds=0.5, half_open_by_address=20)
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_service(settings, short, database, clock) as opened:
        yield opened


@contextmanager
def hanging(url: str, sent: bytes, count: int) -> Iterator[list[socket.socket]]:
    """Keep connections that have sent something and send no more."""
    where = httpx.URL(url)
    opened = [socket.create_connection((where.host, where.port), 5) for _ in range(count)]
    try:
        for one in opened:
            one.sendall(sent)
        yield opened
    finally:
        for one in opened:
            one.close()


def closed_within(one: socket.socket, seconds: float) -> bool:
    one.settimeout(seconds)
    try:
        while one.recv(4_096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b",
        b"POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{",
        b"POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
        b"GET /v1/sign-in HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX-A: b",
    ],
)
def test_a_request_that_does_not_come_whole_is_closed(service, sent):
    with hanging(service.url, sent, 1) as (one,):
        assert closed_within(one, 10)


def test_a_head_that_drips_is_closed_all_the_same(service):
    with hanging(service.url, b"GET / HTTP/1.1\r\n", 1) as (one,):
        deadline = time.monotonic() + 10
        with pytest.raises(OSError, match=r"."):  # noqa: PT012 - the peer closes in between
            while time.monotonic() < deadline:
                one.sendall(b"X-A: b\r\n")
                time.sleep(0.05)
            pytest.fail("it was let go on")


def test_two_hundred_that_hang_turn_nobody_away(service):
    half = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b"
    token = service.token()
    with hanging(service.url, half, 210), service.http(token) as client:
        for _ in range(5):
            assert client.get("/v1/session", headers={"Connection": "close"}).status_code == 200


def test_the_oldest_that_hang_are_closed_first_and_proxies_speak_for_many():
    closed: list[str] = []
    elapsed = Clockwork()
    waiting = HalfOpen(by_address=2, most=4, elapsed=elapsed)
    for name in ("a1", "a2", "a3"):
        waiting.add(name, name[0], lambda name=name: closed.append(name))
    assert closed == [], "all three began together, as in earnest"
    elapsed.now = 1.0
    for name in ("a4", "b1", "b2"):
        waiting.add(name, name[0], lambda name=name: closed.append(name))
    assert closed == ["a1", "a2"], "one of too many of its address, one of too many of all"
    assert len(waiting) == 4
    behind_proxy = HalfOpen(by_address=1, most=3)
    for name in ("p1", "p2", "p3", "p4"):
        behind_proxy.add(name, None, lambda name=name: closed.append(name))
    assert closed == ["a1", "a2", "p1"]
    for name in ("p2", "p3", "p4"):
        behind_proxy.discard(name)
    assert len(behind_proxy) == 0


def test_hanging_connections_are_closed_by_the_pages_too(settings, policy, database):
    short = with_rules(policy, header_seconds=0.5, body_seconds=0.5, half_open_by_address=20)
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    no_roads = load_roads(settings.home)
    sent = (
        b"GET /sign-in HTTP/1.1\r\nX-A: b",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nu",
    )
    with open_pages(settings, short, database, clock, no_roads) as pages:
        for one_sent in sent:
            with hanging(pages.url, one_sent, 1) as (one,):
                assert closed_within(one, 10)
        with hanging(pages.url, sent[0], 210):
            for _ in range(5):
                assert httpx.get(f"{pages.url}/sign-in", trust_env=False).status_code == 200

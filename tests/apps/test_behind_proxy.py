"""Pages behind a department's proxy: its host name gets in, its word on addresses counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_network

import httpx
import pytest

from tests.access import PASSWORD
from tests.apps.conftest import made_roads, records
from tests.apps.ways_in import connect, page_token
from tests.conftest import FixedClock
from tests.pages import open_pages
from workbench.domain.person import Role

PUBLIC = "https://alpr.example.gov"


@pytest.fixture(scope="module")
def behind(settings, policy, database):
    proxy = {"pages_url": PUBLIC, "trusted_proxies": (ip_network("127.0.0.1/32"),)}
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_pages(
        settings.model_copy(update=proxy), policy, database, clock, made_roads()
    ) as opened:
        yield opened


def test_the_websocket_opens_for_the_public_name_and_for_no_other(behind):
    token = behind.token(Role.ANALYST)
    ticket = page_token(behind, token)
    assert "ACK" in connect(behind, ticket, cookie=token, origin=PUBLIC)
    ticket = page_token(behind, token)
    other = "https://alpr.example.org"
    assert connect(behind, ticket, cookie=token, origin=other) == "403"


def test_cookies_are_secure_and_the_address_is_the_one_that_the_proxy_saw(behind):
    name, totp = behind.person(Role.ANALYST)
    with httpx.Client(base_url=behind.url, trust_env=False) as http:
        form = http.get("/sign-in")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
        answer = http.post(
            "/sign-in",
            data={
                "_xsrf": xsrf,
                "username": name,
                "password": PASSWORD,
                "code": behind.staff.code(totp),
                "acknowledged": "yes",
            },
            headers={
                "Cookie": form.headers["set-cookie"].split(";")[0],
                "X-Forwarded-For": "203.0.113.5, 192.0.2.7",
            },
        )
    assert answer.status_code == 302
    written = answer.headers.get_list("set-cookie") + form.headers.get_list("set-cookie")
    assert len(written) >= 2
    assert all("Secure" in cookie for cookie in written)
    (entered,) = records(behind, "session:sign_in", name)
    assert entered["origin"]["address"] == "192.0.2.7"


def test_behind_tls_cookies_belong_to_the_host_and_browsers_come_back_by_tls(behind):
    token = behind.token(Role.ANALYST)
    with httpx.Client(base_url=behind.url, trust_env=False) as http:
        form = http.get("/sign-in")
        plain = http.get("/search", headers={"Cookie": f"workbench_session={token}"})
        whole = http.get(
            "/search",
            headers={
                "Cookie": f"__Host-workbench_session={token}",
                "Host": "alpr.example.gov",
            },
        )
    (xsrf,) = form.headers.get_list("set-cookie")
    assert xsrf.startswith("__Host-_xsrf=")
    assert "Path=/" in xsrf
    assert "Domain" not in xsrf
    assert (plain.status_code, whole.status_code) == (302, 200)
    for answer in (form, plain, whole):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert (
        "connect-src 'self' wss://alpr.example.gov blob:"
        in whole.headers["Content-Security-Policy"]
    )

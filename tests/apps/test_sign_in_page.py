"""Signing in and out at the pages: the form, the cookie, and what a wrong attempt learns."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from apps.auth.visitor import COOKIE
from tests.access import PASSWORD
from tests.apps.conftest import WAIT_MS
from workbench.domain.person import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def http(pages):
    with httpx.Client(base_url=pages.url, trust_env=False) as client:
        yield client


def attempt(http: httpx.Client, pages, username: str, code: str, **other: str) -> httpx.Response:
    form = http.get("/sign-in").text
    token = re.search(r'name="_xsrf" value="([^"]+)"', form)[1]
    fields = {"username": username, "password": PASSWORD, "code": code, "acknowledged": "yes"}
    return http.post("/sign-in", data={"_xsrf": token, **fields, **other})


def test_banner_name_password_and_code_lead_to_the_page_that_was_asked_for(visit, pages):
    name, totp = pages.person(Role.ANALYST)
    page = visit("/canvass", signed_in=False)
    for statement in pages.runtime.sign_in.banner:
        expect(page.get_by_text(statement)).to_be_visible()
    page.get_by_label("I have read this and agree").check()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code from your authenticator app").fill(pages.staff.code(totp))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("State a purpose first")).to_be_visible(timeout=WAIT_MS)
    assert urlsplit(page.url).path == "/canvass"
    (cookie,) = [c for c in page.context.cookies() if c["name"] == COOKIE]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""


def test_the_banner_has_to_be_acknowledged_before_the_form_is_sent(visit):
    page = visit("/sign-in", signed_in=False)
    page.get_by_label("User name").fill("somebody")
    page.get_by_label("Password").fill("something")
    page.get_by_label("Code from your authenticator app").fill("123456")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("checkbox").evaluate("box => box.validity.valueMissing")
    assert not page.url.endswith("/search")


def test_a_wrong_code_is_refused_without_saying_what_was_wrong(visit, pages):
    name, _totp = pages.person(Role.ANALYST)
    page = visit("/sign-in", signed_in=False, ends=True)
    page.get_by_label("I have read this and agree").check()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code from your authenticator app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("User name, password or code is wrong")
    assert COOKIE not in {cookie["name"] for cookie in page.context.cookies()}
    expect(page.get_by_label("User name")).to_have_value(name)
    expect(page.get_by_label("Password")).to_have_value("")


def test_without_the_acknowledgement_the_server_refuses_too(http, pages):
    name, totp = pages.person(Role.ANALYST)
    answer = attempt(http, pages, name, pages.staff.code(totp), acknowledged="no")
    assert answer.status_code == 401
    assert "has not been acknowledged" in answer.text
    assert COOKIE not in answer.cookies


def test_a_form_without_its_token_is_refused(http, pages):
    name, totp = pages.person(Role.ANALYST)
    fields = {"username": name, "password": PASSWORD, "code": pages.staff.code(totp)}
    assert http.post("/sign-in", data={**fields, "acknowledged": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "x"],
)
def test_signing_in_never_leads_elsewhere(http, pages, address):
    name, totp = pages.person(Role.ANALYST)
    answer = attempt(http, pages, name, pages.staff.code(totp), next=address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_what_was_typed_cannot_become_markup(http, pages):
    answer = attempt(http, pages, '"><script>alert(1)</script>', "000000")
    assert answer.status_code == 401
    assert "<script" not in answer.text
    assert "script" not in answer.headers["Content-Security-Policy"]


def test_signing_out_ends_the_session_and_not_only_the_cookie(visit, pages):
    token = pages.token()
    page = visit("/search", token=token, ends=True)
    expect(page.get_by_role("button", name="Open inquiry")).to_be_enabled(timeout=WAIT_MS)
    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAIT_MS)
    with httpx.Client(base_url=pages.url, cookies={COOKIE: token}, trust_env=False) as http:
        answer = http.get("/search")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"next": ["/search"]}


def test_a_foreign_page_cannot_sign_anybody_out(pages):
    token = pages.token()
    with httpx.Client(base_url=pages.url, cookies={COOKIE: token}, trust_env=False) as http:
        asked = http.get("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
        assert "Your session ends on all open pages" in asked.text
        assert http.post("/sign-out").status_code == 403
        assert http.get("/").headers["Location"] == "/search"

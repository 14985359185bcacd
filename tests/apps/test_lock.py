"""A page is taken away within five seconds of its session's end, lock or loss of role."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.access import AT_PAGE
from tests.apps.conftest import WAIT_MS, made_roads, state_purpose
from tests.conftest import FixedClock
from tests.pages import open_pages
from workbench.domain.person import Role

pytestmark = pytest.mark.browser

WITHIN_S = 5.0
WITHIN_MS = WITHIN_S * 1000


@pytest.fixture(scope="module")
def pages(settings, policy, database):
    """Pages of this module's own: its clock is moved."""
    clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
    with open_pages(settings, policy, database, clock, made_roads()) as opened:
        yield opened


def found(page: Page, plate: str) -> None:
    """Search for a plate and open its picture."""
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.get_by_label("Plate", exact=True).fill(plate)
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name=f"Open {plate}").first.click()
    page.get_by_role("button", name="Open vehicle picture").click()
    expect(page.get_by_role("img", name=f"Vehicle picture of {plate}")).to_be_visible(
        timeout=WAIT_MS
    )


def gone(page: Page, *words: str) -> None:
    """Expect the lock screen in the page's place, with nothing of the page behind it."""
    page.wait_for_url("**/locked?*", timeout=WITHIN_MS, wait_until="commit")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    for word in words:
        assert word not in page.content()
    assert page.evaluate("typeof Bokeh") == "undefined"


def ends(pages, name: str, token: str) -> dict[str, object]:
    access, admin = pages.staff.access, pages.staff.admin
    return {
        "sign_out": lambda: pages.runtime.sessions.end(token, AT_PAGE),
        "account": lambda: access.accounts.disable(admin, name, reason="A made-up reason"),
        "role": lambda: access.grants.revoke_role(admin, name, Role.ANALYST),
    }


@pytest.mark.parametrize("why", ["sign_out", "account", "role"])
def test_rows_and_pictures_are_gone_within_five_seconds_of_the_end(visit, pages, planted, why):
    name, totp = pages.person(Role.ANALYST)
    token = pages.staff.enter(name, totp).token
    page = visit("/search", token=token, ends=True)
    frames: list[float] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda _: frames.append(time.monotonic())),
    )
    found(page, planted)
    ends(pages, name, token)[why]()
    ended_s = time.monotonic()
    gone(page, planted)
    assert time.monotonic() - ended_s < WITHIN_S
    assert parse_qs(urlsplit(page.url).query)["why"] == [why]
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(planted)
    assert [at for at in frames if at > ended_s + WITHIN_S] == []


@pytest.mark.parametrize("address", ["/search", "/canvass", "/approvals", "/hits"])
def test_every_page_is_taken_away(visit, pages, address):
    token = pages.token(Role.SUPERVISOR)
    page = visit(address, token=token, ends=True)
    expect(page.get_by_role("link", name="Sign out")).to_be_visible(timeout=WAIT_MS)
    pages.runtime.sessions.end(token, AT_PAGE)
    gone(page)
    page.get_by_role("link", name="Sign in again").click()
    assert parse_qs(urlsplit(page.url).query)["next"] == [address]


def test_a_page_locks_at_the_idle_time_though_it_looks_by_itself(visit, pages, policy):
    idle_minutes = policy.sign_in.idle_minutes.value
    page = visit("/hits", Role.DISPATCHER, ends=True)
    expect(page.get_by_text("Live.").first).to_be_visible(timeout=WAIT_MS)
    pages.clock.move(minutes=idle_minutes, seconds=-2)
    page.wait_for_timeout(WITHIN_MS)
    assert page.url.endswith("/hits")
    pages.clock.move(seconds=2)
    gone(page)
    expect(page.get_by_text(f"Nothing was done for {idle_minutes} minutes")).to_be_visible()


def test_what_a_person_does_at_the_page_keeps_it_open(visit, pages, policy, database):
    idle_minutes = policy.sign_in.idle_minutes.value
    name, totp = pages.person(Role.ANALYST)
    page = visit("/search", token=pages.staff.enter(name, totp).token)
    expect(page.get_by_role("button", name="Open inquiry")).to_be_enabled(timeout=WAIT_MS)
    pages.clock.move(minutes=idle_minutes - 1)
    page.mouse.wheel(0, 100)
    seen = text("SELECT max(last_seen_at) FROM session WHERE username = :name")
    until_s = time.monotonic() + WITHIN_S
    with database.owner.connect() as connection:
        while connection.scalar(seen, {"name": name}) < pages.clock():
            assert time.monotonic() < until_s
            connection.rollback()
    pages.clock.move(minutes=idle_minutes - 1)
    page.wait_for_timeout(3_000)
    expect(page.get_by_role("button", name="Open inquiry")).to_be_visible()


def test_nothing_shows_and_nothing_is_answered_while_nobody_can_tell_who_is_there(
    visit, pages, planted, database
):
    page = visit("/search")
    found(page, planted)
    with database.owner.begin() as connection:
        connection.execute(text("LOCK TABLE session IN ACCESS EXCLUSIVE MODE"))
        expect(page.locator("#cover")).to_be_visible(timeout=WITHIN_MS)
        expect(page.get_by_role("button", name=f"Open {planted}").first).to_be_hidden()
        # Somebody who takes the cover away gets what the browser has, and no answer.
        page.evaluate("document.querySelector('#cover').remove()")
        before = page.locator("table tbody tr").first.inner_text()
        page.evaluate("delete document.documentElement.dataset.concealed")
        order = page.locator("th button").filter(has_text="Camera")
        order.dispatch_event("click")
        page.wait_for_timeout(3_000)
        assert page.locator("table tbody tr").first.inner_text() == before
    expect(page.locator("table tbody tr").first).not_to_have_text(before, timeout=WAIT_MS)
    expect(page.locator("#cover")).to_be_hidden()

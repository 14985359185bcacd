"""Several people at once: one slow look leaves the pages of the others alive."""

from __future__ import annotations

import time

import httpx
import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from apps.auth.visitor import COOKIE
from tests.apps.conftest import WAIT_MS, state_purpose

pytestmark = pytest.mark.browser


def test_a_slow_search_does_not_freeze_anybody_else(visit, pages, database, planted):
    other = pages.token()
    page = visit("/search")
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.get_by_label("Plate", exact=True).fill(planted)
    with database.owner.begin() as owner:
        owner.execute(text("LOCK TABLE detection IN ACCESS EXCLUSIVE MODE"))
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_timeout(2_000)
        with httpx.Client(
            base_url=pages.url, cookies={COOKIE: other}, trust_env=False, timeout=60
        ) as http:
            started = time.monotonic()
            answers = [http.get(f"/tiles/14/{2671 + step}/6282.png") for step in range(5)]
            waited_s = time.monotonic() - started
            assert http.get("/canvass").status_code == 200
        expect(page.get_by_text("Recorded as access")).to_have_count(0)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert waited_s < 10
    expect(page.get_by_text("2 reads", exact=True)).to_be_visible(timeout=WAIT_MS)

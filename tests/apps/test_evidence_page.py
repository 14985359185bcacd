"""A package's first page in a real browser, from the medium: pictures, no scripts, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.held_reads import new_plate
from tests.hot_lists import new_code
from tests.packed_reads import packed, store_hit, store_pictured

pytestmark = pytest.mark.browser

SHOWN = "Array.from(document.images).map(i => [i.naturalWidth > 0, i.complete])"


@pytest.fixture
def package(runtime, tmp_path) -> Path:
    """A package of sixty reads, moved to where a prosecutor opens it."""
    plate = new_plate("6B")
    ids = store_pictured(runtime, plate, *range(60), region="CA", vehicle={"color": "silver"})
    store_hit(runtime, new_code(), ids[0], plate)
    packed(runtime, plate, tmp_path / "made", two_sided=True, booking="26-1")
    return (tmp_path / "made").rename(tmp_path / "disc in court")


@pytest.fixture
def opened(chromium, package) -> Iterator[Page]:
    """The first page, opened as a file; whatever is asked of anything but the package fails."""
    asked: list[str] = []
    faults: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.goto((package / "index.html").as_uri())
    yield page
    context.close()
    outside = [
        url
        for url in asked
        if urlsplit(url).scheme != "file"
        or not Path(unquote(urlsplit(url).path)).is_relative_to(package)
    ]
    assert outside == []
    assert faults == []


def test_the_first_page_shows_reads_and_pictures_from_the_medium(opened, tmp_path):
    opened.screenshot(path=str(tmp_path / "evidence.png"), full_page=False)
    shown = opened.evaluate(SHOWN)
    assert len(shown) == 50
    assert all(loaded and complete for loaded, complete in shown)
    assert opened.locator("script").count() == 0
    assert opened.get_by_text("Property and Evidence Unit").count() == 2


def test_every_page_can_be_reached_and_shows_its_pictures(opened):
    opened.get_by_role("link", name="Page 2", exact=True).click()
    shown = opened.evaluate(SHOWN)
    assert len(shown) == 10
    assert all(loaded for loaded, _ in shown)
    opened.get_by_role("link", name="First page").click()
    opened.get_by_role("link", name=re.compile(r"^\d+ shown")).click()
    assert opened.get_by_role("heading", name="Hits").is_visible()
    opened.go_back()
    opened.get_by_role("link", name="certificate.html").click()
    assert opened.get_by_text("902(13)").first.is_visible()
    assert opened.get_by_text("Signature:").is_visible()


def test_on_paper_nothing_is_lost(opened, tmp_path):
    opened.emulate_media(media="print")
    assert not opened.locator("nav").first.is_visible()
    pdf = opened.pdf(path=str(tmp_path / "evidence.pdf"), format="Letter")
    assert len(pdf) > 10_000

"""The Search page in a browser: purpose, rows, picture, and what the log has of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.apps.conftest import PREFIX, WAIT_MS, records, state_purpose
from workbench.domain.person import Role

pytestmark = pytest.mark.browser


def search(page: Page, plate: str) -> None:
    page.get_by_label("Plate", exact=True).fill(plate)
    page.get_by_role("button", name="Search", exact=True).click()


def test_no_field_is_active_without_an_inquiry(visit):
    page = visit("/search")
    expect(page.get_by_text("State a purpose first")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_label("Plate", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Open inquiry").click()
    expect(page.get_by_text("No purpose is chosen")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_label("Plate", exact=True)).to_be_disabled()


def test_rows_come_after_a_purpose_and_pictures_on_a_click_each_recorded(visit, pages, planted):
    name, totp = pages.person(Role.ANALYST)
    page = visit("/search", token=pages.staff.enter(name, totp).token)
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    search(page, planted[:-1] + "?")
    expect(page.get_by_text("2 reads", exact=True)).to_be_visible(timeout=WAIT_MS)
    (looked,) = records(pages, "detection:search", name)
    expect(page.get_by_text(f"Recorded as access {looked['seq']}.")).to_be_visible()
    assert looked["plate"] == planted[:-1] + "?"
    assert looked["reason"] == "Made-up robbery for a test"
    assert looked["origin"]["channel"] == "page"

    page.get_by_role("button", name=f"Open {planted}").first.click()
    expect(page.get_by_text("5PLAMT7")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("definition").filter(has_text="2026-10-01 13:")).to_be_visible()
    expect(page.get_by_role("img", name="A: 100%", exact=True).first).to_be_visible()
    expect(page.get_by_role("img", name="N: 94%, or M 6%")).to_be_visible()
    expect(page.get_by_text("no plate picture").last).to_be_visible()
    expect(page.get_by_role("button", name="Open plate picture")).to_be_hidden()
    assert records(pages, "picture:view", name) == []
    page.get_by_role("button", name="Open vehicle picture").click()
    picture = page.get_by_role("img", name=f"Vehicle picture of {planted}")
    expect(picture).to_be_visible(timeout=WAIT_MS)
    assert picture.evaluate("image => image.naturalWidth") == 96
    (opened,) = records(pages, "picture:view", name)
    expect(page.get_by_text(f"Access {opened['seq']}")).to_be_visible()


def test_a_mistake_is_told_as_text(visit):
    page = visit("/search")
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    search(page, "7AB[")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("A set in the plate pattern", timeout=WAIT_MS)
    expect(alert).to_contain_text("Given: 7AB[")
    expect(alert).to_contain_text("Allowed: letters and digits")


def test_a_cut_result_says_so(visit, reads):
    page = visit("/search")
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.get_by_label("Rows at most").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    search(page, f"{PREFIX}*")
    expect(page.get_by_text("More than the 5 reads shown fit")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("1-5 of 5 reads")).to_be_visible()


def test_a_box_on_the_map_lists_the_reads_inside(visit, reads):
    page = visit("/search")
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    search(page, f"{PREFIX}*")
    expect(page.get_by_text(re.compile(r"1-50 of \d+ reads"))).to_be_visible(timeout=WAIT_MS)
    page.wait_for_timeout(2_000)  # until the map has moved to the reads
    page.locator(".bk-tool-icon-box-select").click()
    map_box = page.locator(".bk-Canvas").first.bounding_box()
    left, top = map_box["x"], map_box["y"]
    page.mouse.move(left + 20, top + 40)
    page.mouse.down()
    page.mouse.move(left + map_box["width"] * 0.5, top + map_box["height"] - 20, steps=8)
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"of \d+ reads in the box"))).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="List all rows again").click()
    expect(page.get_by_text(re.compile(r"1-50 of \d+ reads$"))).to_be_visible(timeout=WAIT_MS)


def test_a_click_on_the_map_is_the_centre_of_the_circle(visit):
    page = visit("/search")
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.get_by_role("button", name="Circle").click()
    centre = page.get_by_label("Centre: lon, lat")
    expect(centre).to_be_visible(timeout=WAIT_MS)
    page.wait_for_timeout(2_000)
    map_box = page.locator(".bk-Canvas").first.bounding_box()
    page.mouse.click(map_box["x"] + 300, map_box["y"] + 200)
    expect(centre).to_have_value(re.compile(r"-121\.\d+, 38\.\d+"), timeout=WAIT_MS)


def test_what_one_person_types_no_other_sees(visit):
    one, other = visit("/search"), visit("/search")
    state_purpose(one)
    state_purpose(other)
    expect(one.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    one.get_by_label("Plate", exact=True).fill("7SECRET")
    one.get_by_label("Cameras").fill("East")
    one.get_by_label("Plate", exact=True).press("Enter")
    expect(other.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    other.wait_for_timeout(1_000)
    expect(other.get_by_label("Plate", exact=True)).to_have_value("")
    expect(other.get_by_label("Cameras")).to_have_value("")


def test_the_inquiry_goes_along_to_the_other_page_and_is_only_ones_own(visit, pages):
    token = pages.token()
    page = visit("/search", token=token)
    state_purpose(page)
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.get_by_role("link", name="Canvass").click()
    expect(page.get_by_label("When it happened")).to_be_enabled(timeout=WAIT_MS)
    address = page.url.removeprefix(pages.url)
    assert "inquiry=" in address
    stranger = visit(address)
    expect(stranger.get_by_text("There is no such inquiry of yours")).to_be_visible(timeout=WAIT_MS)
    expect(stranger.get_by_label("When it happened")).to_be_disabled()

"""The Canvass page in a browser: a scene, a time, and the car that passed both before and after."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.apps.conftest import ROBBED_AT, SCENE, WAIT_MS, records, state_purpose
from workbench.domain.person import Role
from workbench.views.labels import local_input

pytestmark = pytest.mark.browser


def canvass(page: Page, at: str, *, radius_m: int = 300) -> None:
    page.get_by_label("Centre: lon, lat").fill(f"{SCENE.lon}, {SCENE.lat}")
    page.get_by_label("Radius in metres").fill(str(radius_m))
    page.get_by_label("When it happened").fill(at)
    page.get_by_role("button", name="Canvass", exact=True).click()


def test_canvass_finds_the_planted_car(visit, pages, planted):
    name, totp = pages.person(Role.OFFICER)
    page = visit("/canvass", token=pages.staff.enter(name, totp).token)
    state_purpose(page, "Canvass around a recent crime")
    expect(page.get_by_label("When it happened")).to_be_enabled(timeout=WAIT_MS)
    canvass(page, local_input(ROBBED_AT, pages.site.zone))
    row = page.get_by_role("row").filter(has_text=planted)
    expect(row).to_contain_text("+3:00", timeout=WAIT_MS)
    expect(row).to_contain_text("East, West")
    (looked,) = records(pages, "detection:canvass", name)
    expect(page.get_by_text(f"Recorded as access {looked['seq']}.")).to_be_visible()
    assert looked["criteria"]["at"] == ROBBED_AT.isoformat()
    assert looked["criteria"]["scene"]["centre"] == [SCENE.lon, SCENE.lat]

    page.get_by_role("button", name=f"Open {planted}").click()
    reads = page.get_by_role("table", name="Reads of the chosen plate")
    expect(reads.get_by_role("row")).to_have_count(3, timeout=WAIT_MS)
    reads.get_by_role("row").filter(has_text="East").click()
    page.get_by_role("button", name="Open vehicle picture").click()
    expect(page.get_by_role("img", name=f"Vehicle picture of {planted}")).to_be_visible(
        timeout=WAIT_MS
    )
    assert len(records(pages, "picture:view", name)) == 1


def test_what_is_missing_or_too_large_is_told_before_anything_is_looked_at(visit, pages):
    name, totp = pages.person(Role.ANALYST)
    page = visit("/canvass", token=pages.staff.enter(name, totp).token)
    state_purpose(page, "Canvass around a recent crime")
    expect(page.get_by_label("When it happened")).to_be_enabled(timeout=WAIT_MS)
    alert = page.get_by_role("alert")
    page.get_by_role("button", name="Canvass", exact=True).click()
    expect(alert).to_contain_text("The place has no position yet", timeout=WAIT_MS)
    canvass(page, "")
    expect(alert).to_contain_text("The time of the event is missing", timeout=WAIT_MS)
    canvass(page, "2026-03-08 02:30")
    expect(alert).to_contain_text("That local time does not exist", timeout=WAIT_MS)
    canvass(page, "2026-10-01 13:30", radius_m=20_000)
    expect(alert).to_contain_text("The scene is larger than one canvass may cover", timeout=WAIT_MS)
    expect(alert).to_contain_text(re.compile(r"Allowed: .*426\.5 \(b\)"))
    assert records(pages, "detection:canvass", name) == []

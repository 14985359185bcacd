"""The Hits page by itself: live, quiet until told otherwise, and honest when it is not live."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.access import AT_PAGE
from tests.apps.conftest import WAIT_MS, records
from workbench.domain.person import Role

pytestmark = pytest.mark.browser

SOON_S = 5.0
"""Two seconds are asked for; a machine that is busy with other things is no failure."""
POLLS_S = 2.5

# Keeps what is played instead of playing it: machines that test have no loudspeaker.
LISTENING = """
window.played = []
window.contexts = 0
window.AudioContext = class {
  state = "running"; currentTime = 0; destination = {}
  constructor() { window.contexts += 1 }
  async resume() {} async close() { this.state = "closed" }
  createGain() {
    const flat = () => {}
    return { gain: { setValueAtTime: flat, exponentialRampToValueAtTime: flat }, connect: () => {} }
  }
  createOscillator() {
    const tone = { frequency: { value: 0 }, connect: (next) => next, stop: () => {} }
    tone.start = () => window.played.push(tone.frequency.value)
    return tone
  }
}
"""


def listed(page: Page, plate: str):
    return page.get_by_role("list", name="Hits, newest first").get_by_role("button", name=plate)


@pytest.fixture
def watching(visit):
    """Return a page that is live, as somebody sees it who has just come."""

    def opened(*roles: Role, **how) -> Page:
        page = visit("/hits", *(roles or (Role.DISPATCHER,)), script=LISTENING, **how)
        expect(page.get_by_role("status").filter(has_text="Live.")).to_be_visible(timeout=WAIT_MS)
        return page

    return opened


def test_a_hit_shows_without_reloading_within_seconds_and_without_a_sound(watching, street):
    plate = street.plate()
    street.wanted(plate)
    page = watching()
    page.evaluate("window.notReloaded = true")
    unopened = int(re.search(r"\d+|$", page.title())[0] or 0)
    committed_s = street.passes(plate)
    expect(listed(page, plate)).to_be_visible()
    assert time.monotonic() - committed_s < SOON_S
    expect(page).to_have_title(f"({unopened + 1}) Hits - ALPR Workbench")
    said = page.get_by_text(f"New hit, high: Stolen vehicle, {plate}")
    assert said.get_attribute("aria-live") == "assertive"
    assert page.evaluate("[window.notReloaded, window.contexts, window.played]") == [True, 0, []]


@pytest.mark.slow
def test_sound_is_by_level_and_only_after_somebody_switched_it_on(watching, street):
    stolen, missing, special = (street.plate() for _ in range(3))
    street.wanted(stolen)
    street.wanted(missing, category="missing_person")
    street.wanted(special, kind="special", category="special_list")
    page = watching()
    switch = page.get_by_role("button", name="Sound is off")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(page.get_by_role("button", name="Sound is on")).to_be_visible()

    def heard(plate: str) -> list[int]:
        page.evaluate("window.played = []")
        street.passes(plate)
        expect(listed(page, plate)).to_be_visible()
        page.wait_for_timeout(200)
        return page.evaluate("window.played")

    high, medium, low = heard(stolen), heard(missing), heard(special)
    assert (len(high), len(medium), low) == (6, 1, [])
    assert set(high) & set(medium) == set()
    page.get_by_role("button", name="Sound is on").click()
    street.wanted(again := street.plate())
    assert heard(again) == []


def test_nothing_is_logged_while_nothing_happens_and_one_look_for_a_change(
    visit, pages, street, database
):
    plate = street.plate()
    street.wanted(plate)
    name, totp = pages.person(Role.DISPATCHER)
    page = visit("/hits", token=pages.staff.enter(name, totp).token)
    expect(page.get_by_text("Live.")).to_be_visible(timeout=WAIT_MS)

    def logged() -> int:
        with database.owner.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM audit_record"))

    before, looks = logged(), len(records(pages, "hit:view", name))
    page.wait_for_timeout(POLLS_S * 1000)
    assert (logged(), looks) == (before, 1)
    street.passes(plate)
    expect(listed(page, plate)).to_be_visible()
    page.wait_for_timeout(1_000)
    first, second = records(pages, "hit:view", name)
    assert second["criteria"]["look"] == "board"
    assert second["purpose"] == "stolen_or_wanted_vehicle"
    assert second["origin"]["channel"] == "page"
    ended = [record["access_id"] for record in records(pages, "look:outcome", name)]
    assert ended == [first["seq"], second["seq"]]


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_told_and_what_came_meanwhile_shows(
    watching, street, database
):
    plate = street.plate()
    street.wanted(plate)
    page = watching()
    with database.owner.begin() as connection:
        connection.execute(text("LOCK TABLE hit IN ACCESS EXCLUSIVE MODE"))
        alert = page.get_by_role("alert").filter(has_text="Not live since 10:00:00")
        expect(alert).to_contain_text("the database does not answer", timeout=WAIT_MS)
        expect(alert).to_contain_text("Hits may be missing")
    expect(page.get_by_text("Live.", exact=False).first).to_be_visible(timeout=WAIT_MS)
    street.passes(plate)
    expect(listed(page, plate)).to_be_visible()


def test_an_ended_session_takes_the_hits_away_and_says_so(watching, pages, street):
    plate, later = street.plate(), street.plate()
    street.wanted(plate, later)
    token = pages.token(Role.DISPATCHER)
    page = watching(token=token, ends=True)
    street.passes(plate)
    expect(listed(page, plate)).to_be_visible()
    pages.runtime.sessions.end(token, AT_PAGE)
    street.passes(later)
    expect(page.get_by_role("alert")).to_contain_text("You signed out", timeout=WAIT_MS)
    expect(listed(page, plate)).to_have_count(0)
    expect(listed(page, later)).to_have_count(0)


@pytest.mark.slow
def test_a_server_that_falls_silent_is_noticed_in_the_browser(watching, pages):
    page = watching()
    pages.server.io_loop.add_callback(time.sleep, 10)
    expect(page.locator("#cover")).to_contain_text("the server does not answer", timeout=WAIT_MS)
    alive = page.get_by_role("status").filter(has_text="Live.")
    expect(alive).to_be_visible(timeout=WAIT_MS)

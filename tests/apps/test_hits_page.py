"""Hits worked on at the page, from alert to closing; what is refused, flagged and not offered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.apps.conftest import WAIT_MS, records
from tests.apps.passing import Street
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.hotlists.hits.acts import Open

pytestmark = pytest.mark.browser

CAUTION = "A hit alone is no ground for a stop"
OFFICER = made_actor(Role.OFFICER, username="o.officer")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def choose(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("group", name=question, exact=True).last
    group.get_by_role("button", name=answer).click()


def pick(page: Page, question: str, answer: str) -> None:
    page.get_by_role("combobox", name=question).click()
    page.get_by_role("menuitem", name=answer, exact=True).click()


def write(page: Page, field: str, said: str) -> None:
    page.get_by_role("textbox", name=field).fill(said)


def record(page: Page, act: str) -> None:
    button(page, "Record it").click()
    expect(page.get_by_role("status").filter(has_text=f"Recorded: {act}")).to_be_visible()


def compare(page: Page) -> None:
    choose(page, "State of the plate", "Agrees")
    choose(page, "Make", "Agrees")
    choose(page, "Colour", "Cannot tell")
    button(page, "Record it").click()


def confirm(page: Page, response: str) -> None:
    button(page, "Confirmed").click()
    write(page, "Response", response)
    write(page, "Result, in short", "stolen, active")
    record(page, "Confirmed")


def call_and_close(page: Page) -> None:
    button(page, "Call for service").click()
    expect(page.get_by_role("combobox", name="Type of call")).to_have_text("Stolen vehicle")
    write(page, "Vehicle", "silver sedan")
    write(page, "Direction", "north")
    record(page, "Call for service")
    button(page, "Close").click()
    pick(page, "How right was the hit", "Correct")
    pick(page, "What came of it", "Recovered")
    record(page, "Close")


def done(page: Page) -> Locator:
    return (
        page.get_by_role("list").filter(has=page.locator("xpath=self::ol")).get_by_role("listitem")
    )


@pytest.fixture
def opened(visit, street):
    """Return the page of a hit as its link in a mail opens it, and the hit's number."""

    def at(*roles: Role, plate: str | None = None, on: Street | None = None, **listing):
        camera = on or street
        plate = plate or camera.plate()
        region = listing.pop("read_region", "us-ca")
        camera.wanted(plate, **listing)
        camera.passes(plate, region=region)
        number = camera.hit(plate)
        page = visit(f"/hits?hit={number}", *(roles or (Role.DISPATCHER,)))
        expect(page.get_by_role("heading", name=f"hit {number}")).to_be_visible(timeout=WAIT_MS)
        return page, number

    return at


def test_a_stolen_vehicle_from_alert_to_closing(opened, pages, street):
    plate = street.plate()
    page, number = opened(plate=plate)
    expect(page.get_by_text(CAUTION)).to_be_visible()
    expect(button(page, "Compare")).to_be_hidden()
    button(page, "Open this hit").click()
    expect(button(page, "Compare")).to_be_visible()
    expect(button(page, "Call for service")).to_be_hidden()

    button(page, "Compare").click()
    button(page, "Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("Not chosen: State of the plate")
    compare(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was looked at")
    button(page, "Open the pictures").click()
    for name in ("Plate picture of the read", "Vehicle picture of the read"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    row = page.get_by_role("list", name="Hits, newest first").get_by_role("button", name=plate)
    row.click()  # what was seen of this hit stays seen
    record(page, "Compare")

    button(page, "Ask for confirmation").click()
    choose(page, "How soon", "Urgent: 10 min")
    record(page, "Ask for confirmation")
    waits = page.get_by_role("list", name="What this hit waits for").get_by_role("listitem")
    expect(waits.filter(has_text="Answer of CLETS/NCIC")).to_contain_text("9:")
    pages.clock.move(minutes=10)
    expect(row).to_contain_text("Answer of CLETS/NCIC · overdue", timeout=WAIT_MS)
    confirm(page, f"VEH/STOLEN LIC/{plate}")
    button(page, "Broadcast").click()
    record(page, "Broadcast")
    call_and_close(page)
    expect(done(page)).to_have_count(7)
    expect(page.get_by_role("alert")).to_have_count(0)
    acts = [act for act in records(pages, "hit:act") if act["details"]["hit"] == number]
    assert [act["details"]["act"] for act in acts] == [
        "opened", "compared", "confirmation_asked", "confirmed", "broadcast", "called", "closed",
    ]  # fmt: skip
    assert {act["origin"]["channel"] for act in acts} == {"page"}
    (compared,) = [
        event
        for event in pages.runtime.hits.show(OFFICER, number).events
        if event.kind == "compared"
    ]
    assert compared.details | {"list_age_minutes": 0} == {
        "plate_picture": True, "vehicle_picture": True, "region": "agrees", "make": "agrees",
        "colour": "cannot_tell", "note": "", "list_age_minutes": 0,
    }  # fmt: skip


@pytest.mark.slow
def test_each_picture_is_a_look_of_its_own_for_the_hits_purpose(opened, pages):
    page, number = opened(category="missing_person")
    expect(button(page, "Open the pictures")).to_be_visible()

    def looks(kind: str) -> list[dict]:
        return [one for one in records(pages, kind) if (one["criteria"] or {}).get("hit") == number]

    assert looks("picture:view") == []
    button(page, "Open the pictures").click()
    expect(page.get_by_role("img", name="Vehicle picture of the read")).to_be_visible()
    shown = [*looks("hit:view"), *looks("detection:view"), *looks("picture:view")]
    assert len(shown) == 4
    assert {look["purpose"] for look in shown} == {"missing_person"}


def test_the_wrong_order_is_recorded_and_flagged_at_once(opened):
    page, _ = opened(Role.OFFICER)
    button(page, "Open this hit").click()
    expect(button(page, "Broadcast")).to_be_visible()
    expect(button(page, "Confirmed")).to_be_hidden()  # Dispatch is asked, and answers
    button(page, "Broadcast").click()
    button(page, "Record it").click()
    ahead = page.get_by_role("alert").filter(has_text="will be recorded as a violation")
    expect(ahead).to_contain_text("broadcast_before_confirmation (426.6.3 (b))")
    expect(done(page)).to_have_count(1)
    button(page, "Record it all the same").click()
    expect(page.get_by_role("status").filter(has_text="Recorded: Broadcast")).to_be_visible()
    flagged = page.get_by_role("alert").filter(has_text="A desk broadcast before the confirmation")
    expect(flagged.filter(has_text="Flagged")).to_contain_text("426.6.3 (b)")
    expect(flagged).to_have_count(2)  # beside the act, and above the hit for good
    expect(done(page).filter(has_text="A desk broadcast before the confirmation")).to_be_visible()
    late = page.get_by_role("list", name="What this hit waits for").get_by_role("listitem")
    expect(late.filter(has_text="Compare")).to_contain_text("overdue")


def test_a_stop_needs_a_basis_of_its_own_and_waits_for_a_review(opened, visit, pages):
    page, number = opened()
    button(page, "Open this hit").click()
    button(page, "Confirmed").click()
    button(page, "Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("It has to be said in words")
    confirm(page, "VEH/STOLEN")
    button(page, "Record a stop").click()
    pick(page, "What it rests on", "Observed violation")
    write(page, "Section violated", "VC 24601")
    write(page, "What somebody saw or knew beside the hit", "zxq wvu plk")
    button(page, "Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("says too little")
    tried = [one for one in records(pages, "hit:stop") if one["details"]["hit"] == number]
    assert [one["outcome"] for one in tried] == ["refused"]
    facts = "Vehicle had no license plate light"
    write(page, "What somebody saw or knew beside the hit", facts)
    button(page, "Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("stop_without_comparison")
    button(page, "Record it all the same").click()
    expect(page.get_by_role("status").filter(has_text="Recorded: Record a stop")).to_be_visible()
    stop = [one for one in records(pages, "hit:stop") if one["details"]["hit"] == number][-1]
    assert stop["outcome"] == "done"
    assert stop["reason"] == facts
    page = visit(f"/hits?hit={number}", Role.SUPERVISOR)
    waits = page.get_by_role("list", name="What this hit waits for").get_by_role("listitem")
    expect(waits.filter(has_text="Review of the stop")).to_be_visible(timeout=WAIT_MS)
    button(page, "Review the stop").click()
    page.get_by_role("combobox", name="Which stop").click()
    page.get_by_role("menuitem", name="Stop recorded").click()
    choose(page, "Its basis", "Approve")
    write(page, "Why", "Section and facts fit")
    record(page, "Review the stop")
    expect(waits.filter(has_text="Review of the stop")).to_have_count(0)


def test_a_wrong_entry_is_put_right_at_the_page_and_stays(opened):
    page, _ = opened()
    button(page, "Open this hit").click()
    confirm(page, "VEH/STOLEN LIC")
    expect(done(page)).to_have_count(2)
    button(page, "Correct an entry").click()
    page.get_by_role("combobox", name="Which entry").click()
    page.get_by_role("menuitem", name="Confirmed").click()
    write(page, "What was wrong", "Another plate was run")
    page.get_by_role("checkbox", name="It never happened").check()
    record(page, "Correct an entry")
    expect(done(page).filter(has_text="Confirmed")).to_be_visible()
    expect(done(page).filter(has_text="Correction")).to_contain_text("Another plate was run")
    expect(button(page, "Record a stop")).to_be_hidden()


def test_a_special_list_is_quiet_informational_and_has_no_stop_actions(opened):
    page, _ = opened(kind="special", category="special_list")
    expect(page.get_by_text("Informational only: no stop")).to_be_visible()
    button(page, "Open this hit").click()
    confirm(page, "IN POLICE FILE")
    expect(done(page)).to_have_count(2)
    expect(button(page, "Record a stop")).to_be_hidden()
    expect(button(page, "Call for service")).to_be_hidden()


def test_who_may_not_look_at_hits_does_not_get_in(visit):
    page = visit("/hits", Role.AUDITOR, ends=True)
    expect(page.get_by_text("hits:view is for officer, dispatcher")).to_be_visible()
    expect(page.get_by_role("list", name="Hits, newest first")).to_have_count(0)


def test_what_lists_and_cameras_write_stays_text(pages, opened):
    mark = "<img src=x onerror=window.broken=1>"
    street = Street(pages, camera=mark)
    try:
        page, _ = opened(on=street, details={"make": mark, mark: mark, "owner": mark})
        expect(page.get_by_role("definition").filter(has_text=mark).first).to_be_visible()
        expect(page.get_by_role("list", name="Hits, newest first")).to_contain_text(mark)
        expect(page.get_by_role("cell", name=mark)).to_be_visible()
        assert page.evaluate("window.broken") is None
    finally:
        street.clear()


def test_a_stale_list_the_best_rival_and_another_state_stand_on_the_hit(pages, opened):
    old = Street(pages, loaded_at=pages.clock() - timedelta(hours=12, minutes=1))
    try:
        page, _ = opened(on=old, read_region="us-nv")
        alert = page.get_by_role("alert").filter(has_text="This list is stale")
        expect(alert).to_contain_text("12 h 01 min ago")
        expect(page.get_by_text("best other reading")).to_be_visible()
        expect(page.get_by_text("The state of the plate as read is not")).to_be_visible()
        expect(page.get_by_role("cell", name="CA differs")).to_be_visible()
        page.get_by_role("switch", name="Possible hits too").click()
        row = page.get_by_role("list", name="Hits, newest first").get_by_role("button").first
        expect(row).to_contain_text("stale: list 12 h 01 min old")
    finally:
        old.clear()


@pytest.mark.slow
def test_a_link_to_no_hit_says_so_and_possible_hits_show_behind_a_switch_alone(visit, street):
    plate = street.plate()
    street.wanted(plate)
    page = visit("/hits?hit=999999999", Role.DISPATCHER)
    expect(page.get_by_role("alert")).to_contain_text("There is no such hit", timeout=WAIT_MS)
    expect(page.get_by_text("Live.")).to_be_visible(timeout=WAIT_MS)
    title = page.title()
    read = plate[:-1] + ("1" if plate[-1] != "1" else "7")
    street.passes(read, others=[(plate, 70.0)])
    hits = page.get_by_role("list", name="Hits, newest first").get_by_role("button", name=plate)
    page.wait_for_timeout(1_500)
    expect(hits).to_have_count(0)
    page.get_by_role("switch", name="Possible hits too").click()
    expect(hits).to_be_visible()
    expect(hits).to_contain_text("possible")
    expect(page).to_have_title(title)


@pytest.mark.slow
def test_a_hit_that_somebody_else_works_on_moves_on_this_page_too(opened, pages):
    page, number = opened()
    pages.runtime.hits.act(OFFICER, number, Open())
    expect(done(page).filter(has_text="o.officer")).to_be_visible()
    expect(button(page, "Open this hit")).to_be_hidden()


@pytest.mark.slow
def test_the_list_is_walked_by_keys_and_filters_say_what_they_hide(visit, street):
    first, second = street.plate(), street.plate()
    street.wanted(first)
    street.wanted(second, category="missing_person")
    street.passes(first)
    street.passes(second)
    page = visit("/hits", Role.DISPATCHER)
    hits = page.get_by_role("list", name="Hits, newest first").get_by_role("button")
    expect(hits.filter(has_text=first)).to_be_visible(timeout=WAIT_MS)
    hits.filter(has_text=second).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"hit {street.hit(first)}")).to_be_visible()
    expect(hits.filter(has_text=first)).to_be_focused()
    pick(page, "Level", "Medium")
    expect(hits.filter(has_text=first)).to_have_count(0)
    expect(hits.filter(has_text=second)).to_be_visible()
    expect(page.get_by_text("of the unopened are not in the list below")).to_be_visible()

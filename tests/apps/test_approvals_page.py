"""A purpose of "other": it waits, somebody else decides, and only then may rows show."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.apps.conftest import WAIT_MS, records, state_purpose
from workbench.domain.person import Role

pytestmark = pytest.mark.browser


def test_other_waits_until_a_supervisor_approves_it(visit, pages):
    analyst, totp = pages.person(Role.ANALYST)
    supervisor, her_totp = pages.person(Role.SUPERVISOR)
    page = visit("/search", token=pages.staff.enter(analyst, totp).token)
    state_purpose(page, "Other use")
    expect(page.get_by_text("Rows show once this is approved")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_label("Plate", exact=True)).to_be_disabled()

    approvals = visit("/approvals", token=pages.staff.enter(supervisor, her_totp).token)
    approvals.get_by_role("row").filter(has_text=analyst).click()
    approve = approvals.get_by_role("button", name="Approve")
    expect(approve).to_be_visible(timeout=WAIT_MS)
    approve.click()
    expect(approvals.get_by_text("The note says too little")).to_be_visible(timeout=WAIT_MS)
    approvals.get_by_label("Reason of the decision").fill("Civil matter of the department")
    approve.click()
    expect(approvals.get_by_text(f"Approved: the inquiry of {analyst}")).to_be_visible(
        timeout=WAIT_MS
    )
    expect(approvals.get_by_role("row").filter(has_text=analyst)).to_have_count(0)
    (decided,) = records(pages, "inquiry:approve", supervisor)
    assert decided["details"]["inquirer"] == analyst

    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_label("Plate", exact=True)).to_be_enabled(timeout=WAIT_MS)
    expect(page.get_by_text("Civil matter of the department")).to_be_visible()


def test_a_refused_purpose_shows_why_and_no_rows(visit, pages):
    analyst, totp = pages.person(Role.ANALYST)
    page = visit("/search", token=pages.staff.enter(analyst, totp).token)
    state_purpose(page, "Other use")
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=WAIT_MS)
    approvals = visit("/approvals", Role.ALPR_ADMINISTRATOR)
    approvals.get_by_role("row").filter(has_text=analyst).click()
    approvals.get_by_label("Reason of the decision").fill("No use of the department")
    approvals.get_by_role("button", name="Refuse").click()
    expect(approvals.get_by_text(f"Refused: the inquiry of {analyst}")).to_be_visible(
        timeout=WAIT_MS
    )
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("This inquiry was refused")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("No use of the department")).to_be_visible()
    expect(page.get_by_label("Plate", exact=True)).to_be_disabled()


def test_a_number_of_reads_is_asked_for_and_decided_by_another_person(visit, pages):
    analyst, totp = pages.person(Role.ANALYST)
    supervisor, her_totp = pages.person(Role.SUPERVISOR)
    page = visit("/search", token=pages.staff.enter(analyst, totp).token)
    state_purpose(page)
    page.get_by_role("button", name="Ask for more reads").click()
    page.get_by_label("How many reads").fill("20,000")
    page.get_by_label("What so many are needed for").fill("All reads near a series of arsons")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("20,000 reads are asked for")).to_be_visible(timeout=WAIT_MS)

    approvals = visit("/approvals", token=pages.staff.enter(supervisor, her_totp).token)
    approvals.get_by_role("row").filter(has_text=analyst).click()
    expect(approvals.get_by_text("Reads brought out in 24 hours")).to_be_visible(timeout=WAIT_MS)
    approvals.get_by_label("Reason of the decision").fill("The series is large")
    approvals.get_by_role("button", name="Approve").click()
    expect(approvals.get_by_text(f"Approved: 20,000 reads for {analyst}")).to_be_visible(
        timeout=WAIT_MS
    )
    (decided,) = records(pages, "inquiry:allow", supervisor)
    assert (decided["details"]["inquirer"], decided["details"]["reads"]) == (analyst, 20_000)
    seen = records(pages, "inquiry:view", supervisor)
    assert [one["outcome"] for one in seen[:2]] == ["started", "returned"]

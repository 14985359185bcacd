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
    expect(approvals.get_by_text("A decision needs its reason")).to_be_visible(timeout=WAIT_MS)
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


def test_who_may_only_see_gets_no_buttons(visit, pages):
    analyst, totp = pages.person(Role.ANALYST)
    actor = pages.runtime.sessions.actor_of(
        pages.staff.enter(analyst, totp).token, pages.staff.admin.origin
    )
    pages.runtime.inquiries.open(actor, purpose="other", reason="Made-up for a test")
    approvals = visit("/approvals", Role.AUDITOR)
    approvals.get_by_role("row").filter(has_text=analyst).click()
    expect(approvals.get_by_text("Choose a row to read")).to_have_count(0, timeout=WAIT_MS)
    expect(approvals.get_by_role("button", name="Approve")).to_be_hidden()
    expect(approvals.get_by_role("button", name="Refuse")).to_be_hidden()

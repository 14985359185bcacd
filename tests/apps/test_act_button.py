"""A button is free again after its act, however short the act and late the page's word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.parts.act_button import ActButton
from tests.apps.conftest import WAIT_MS
from workbench.domain.person import Role

SHORT_ACTS = 25
SLOWER = 6
"""A page on a slow machine draws a state when the server is long in the next one."""


def test_the_server_has_the_last_word_on_what_is_busy():
    button = ActButton(label="Look again")
    button.busy = True
    assert button.loading
    button.busy = False
    button.loading = True  # as the page's late word does
    assert not button.loading


@pytest.mark.browser
@pytest.mark.slow
def test_a_button_is_free_after_each_of_many_short_acts(visit):
    page = visit("/approvals", Role.SUPERVISOR)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    again = page.get_by_role("button", name="Look again")
    for _ in range(SHORT_ACTS):
        again.click()
        expect(again).to_be_enabled(timeout=WAIT_MS)

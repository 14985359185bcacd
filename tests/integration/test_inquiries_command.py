"""`workbench inquiries` and `audit review` as people type them, and the same from a notebook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.service import open_service
from tests.typed_commands import signing_in, typing
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.domain.week import Week
from workbench.errors import DeniedError, PurposeError, ReviewError

REASON = "Made-up robbery for a test"
WHY = "All reads near a series of arsons"


@pytest.fixture
def command(settings, database, monkeypatch, capsys):
    return typing(settings, monkeypatch, capsys)


@pytest.fixture
def signed_in(database, policy):
    return signing_in(database, policy)


def test_a_number_of_reads_is_asked_for_and_decided_on_the_command_line(command, signed_in):
    analyst, boss = signed_in(Role.ANALYST), signed_in(Role.SUPERVISOR)
    stated = ("--purpose", "active_investigation", "--reason", REASON, "--json")
    opened = command("inquiries", "open", *stated, token=analyst)
    assert opened.code == 0
    inquiry = opened.json["id"]
    assert inquiry in command("inquiries", "list", token=analyst).out
    asked = ("inquiries", "ask", inquiry, "--reads", 20_000, "--why", WHY, "--json")
    number = command(*asked, token=analyst).json["id"]
    own = command("inquiries", "approve-reads", number, "--note", "I agree", token=analyst)
    assert (own.code, "DeniedError" in own.err) == (2, True)
    waiting = command("inquiries", "waiting", token=boss)
    assert waiting.code == 1
    assert "20,000" in waiting.out
    assert WHY in waiting.out
    said = ("--note", "The series is large")
    assert "approved" in command("inquiries", "approve-reads", number, *said, token=boss).out
    assert "approved" in command("inquiries", "asked", inquiry, token=analyst).out
    again = command("inquiries", "refuse-reads", number, *said, token=boss)
    assert (again.code, "PurposeError" in again.err) == (2, True)


def test_another_purpose_is_decided_on_the_command_line(command, signed_in):
    analyst, boss = signed_in(Role.ANALYST), signed_in(Role.SUPERVISOR)
    for decision, state in (("approve", "open"), ("refuse", "refused")):
        stated = ("--purpose", "other", "--reason", REASON, "--json")
        opened = command("inquiries", "open", *stated, token=analyst)
        assert opened.code == 1
        note = ("--note", "Letter of the city is on file")
        done = command("inquiries", decision, opened.json["id"], *note, token=boss)
        assert done.out.strip().endswith(state)


def test_reviews_are_listed_shown_and_signed_on_the_command_line(command, signed_in):
    admin = signed_in(Role.ALPR_ADMINISTRATOR)
    assert command("audit", "review", "list", token=signed_in(Role.ANALYST)).code == 2
    assert command("audit", "review", "list", "--as-job").code in {0, 1}
    this = str(Week.of(datetime.now(UTC), UTC))
    shown = command("audit", "review", "show", "--week", this, "--json", token=admin)
    assert shown.json["week"] == this
    early = command("audit", "review", "sign", this, "--note", "Looked at it", token=admin)
    assert (early.code, "not over" in early.err) == (2, True)


def test_the_same_from_a_notebook(settings, policy, database):
    with open_service(settings, policy, database, system_clock) as service:
        inquiry, boss = service.inquiry(), service.workbench(Role.SUPERVISOR)
        asked = inquiry.ask_for_reads(20_000, why=WHY)
        assert asked["state"].tolist() == ["waiting"]
        number = int(asked["id"][0])
        waiting = boss.waiting_for_reads().set_index("number")
        assert waiting.loc[number, ["reads", "why", "out_today"]].tolist() == [20_000, WHY, 0]
        assert boss.approve_reads(number, note="The series is large") == "approved"
        assert inquiry.allowances()["state"].tolist() == ["approved"]
        with pytest.raises(PurposeError):
            boss.refuse_reads(number, note="Changed my mind")
        admin = service.workbench(Role.ALPR_ADMINISTRATOR)
        past = datetime.now(UTC) - timedelta(days=7 * 40)
        week = str(Week.of(past, UTC))
        assert list(admin.reviews().columns)[:2] == ["week", "signed_by"]
        people, wide = admin.review(week)
        assert people.empty
        assert wide.empty
        admin.sign_review(week, note="Nobody looked at all")
        with pytest.raises(ReviewError, match="signed before"):
            admin.sign_review(week, note="Nobody looked at all")
        with pytest.raises(DeniedError):
            boss.review(week)

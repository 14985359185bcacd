"""What a request has to say, and who takes which step when; no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.people import made_person
from tests.sharing import ASKED, CAPTAIN, approve, made_agency, made_release, written
from workbench.domain.person import Role
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import COMES_AFTER, ReleaseState, ReleaseStep
from workbench.errors import ReleaseError, SharingError
from workbench.sharing.releases.checking import check
from workbench.sharing.releases.request import LONGEST_LINE, LONGEST_TEXT
from workbench.sharing.releases.steps import Approve, FileAway, Fulfil, Refuse, Review, Route

SEAL = "a" * 64
STEPS = {
    ReleaseStep.REVIEWED: Review(finding="Called back", purpose_code="active_investigation"),
    ReleaseStep.APPROVED: approve(),
    ReleaseStep.REFUSED: Refuse(reason="No case"),
    ReleaseStep.ROUTED: Route(reason="A journalist"),
    ReleaseStep.FULFILLED: Fulfil(package="1", manifest_sha256=SEAL, recipient="Next Town PD"),
    ReleaseStep.FILED: FileAway(file="R-1"),
}


@pytest.mark.parametrize("name", ["purpose", "asked_for", "agency", "requester_name"])
@pytest.mark.parametrize("said", ["", " \n "])
def test_a_request_without_what_the_policy_asks_for_is_refused(name, said):
    with pytest.raises(ReleaseError, match=name.replace("_", " ")):
        written(**{"agency": "A PD"} | {name: said})


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(ReleaseError, match="requester title, requester contact, purpose"):
        written(requester_title="", requester_contact=" ", purpose="")


@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_request_is_as_long_as_can_be_read(more, taken):
    said = {"requester_name": "n" * (LONGEST_LINE + more)}, {"purpose": "p" * (LONGEST_TEXT + more)}
    for one in said:
        if taken:
            written(**one)
        else:
            with pytest.raises(ReleaseError, match="cannot be taken"):
                written(**one)


def test_lines_cannot_hold_other_lines():
    asked = written(requester_name="Dana\r\nBcc: x@example.org")
    assert asked.requester_name == "Dana Bcc: x@example.org"


@pytest.mark.parametrize("silent", ["\x00", "\x1b[2J", "\u202e", "\u200b"])
@pytest.mark.parametrize("name", ["purpose", "asked_for", "requester_name", "case_number"])
def test_what_shows_nothing_or_moves_the_cursor_is_refused(name, silent):
    with pytest.raises(ReleaseError, match="cannot be taken"):
        written(**{name: f"a{silent}b"})
    written(purpose="a\n\tb\u00a0c")


@pytest.mark.parametrize("state", ReleaseState)
@pytest.mark.parametrize("step", ReleaseStep)
def test_every_step_out_of_its_order_is_refused(policy, state, step):
    release = made_release(state)
    if state in COMES_AFTER[step]:
        check(release, STEPS[step], CAPTAIN.person, policy)
    else:
        with pytest.raises(ReleaseError, match="cannot be"):
            check(release, STEPS[step], CAPTAIN.person, policy)


@pytest.mark.parametrize(
    "asked",
    [
        {"requester_account": "t.captain"},
        {"requester_name": "Chris Captain"},
        {"requester_name": "CAPTAIN, chris"},
    ],
)
@pytest.mark.parametrize(
    ("state", "step"),
    [(ReleaseState.REQUESTED, "reviewed"), (ReleaseState.REVIEWED, "approved")],
)
def test_nobody_reviews_or_approves_their_own_request(policy, asked, state, step):
    agency = made_agency()
    release = made_release(state, agency=agency, asked=written(agency.name, **asked))
    with pytest.raises(ReleaseError, match="their own request"):
        check(release, STEPS[ReleaseStep(step)], CAPTAIN.person, policy)


def test_who_recorded_a_request_does_not_approve_it(policy):
    release = made_release(ReleaseState.REVIEWED, recorded_by="t.captain")
    with pytest.raises(ReleaseError, match="recorded"):
        check(release, STEPS[ReleaseStep.APPROVED], CAPTAIN.person, policy)
    check(release, STEPS[ReleaseStep.REFUSED], CAPTAIN.person, policy)


@pytest.mark.parametrize(
    "agency",
    [
        made_agency(verified=False),
        made_agency(enabled=False),
        made_agency(duty=AgencyDuty.OTHER),
        made_agency(kind=RecipientKind.OUT_OF_STATE, state="NV"),
        made_agency(kind=RecipientKind.FEDERAL, state=None),
    ],
)
@pytest.mark.parametrize(
    ("state", "step"), [(ReleaseState.REVIEWED, "approved"), (ReleaseState.APPROVED, "fulfilled")]
)
def test_the_guard_is_asked_at_approval_and_again_at_fulfilment(policy, agency, state, step):
    release = made_release(state, agency=agency)
    with pytest.raises(SharingError) as refused:
        check(release, STEPS[ReleaseStep(step)], CAPTAIN.person, policy)
    assert "law and the policy" in str(refused.value)


def test_a_review_names_a_purpose_of_the_policy(policy):
    step = replace(STEPS[ReleaseStep.REVIEWED], purpose_code="curiosity")
    with pytest.raises(ReleaseError, match="no such purpose"):
        check(made_release(), step, CAPTAIN.person, policy)


@pytest.mark.parametrize("what", [{}, {"reads": ASKED, "hold_id": 3}])
def test_an_approval_names_reads_or_a_hold(what):
    with pytest.raises(ReleaseError, match="Which reads may be released"):
        Approve(reason="Their case", **what)


@pytest.mark.parametrize("named", [{"reads": ASKED}, {"hold_id": 3}])
def test_an_approval_is_read_back_as_it_was_written(named):
    step = Approve(reason="Their case", **named)
    assert Approve.of_details(step.details()).details() == step.details()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Review(finding=" ", purpose_code="x"),
        lambda: approve(reason=""),
        lambda: Refuse(reason="\n"),
        lambda: Route(reason="x" * (LONGEST_TEXT + 1)),
        lambda: FileAway(file="a\x00"),
    ],
)
def test_a_step_says_why(make):
    with pytest.raises(ReleaseError, match="lacks its"):
        make()


def test_two_people_of_one_name_are_one_as_far_as_the_rule_goes(policy):
    """Better that somebody else has to approve than that nobody notices."""
    person = made_person(Role.SERVICES_CAPTAIN, username="somebody.else")
    agency = made_agency()
    asked = written(agency.name, requester_name=person.display_name)
    release = made_release(ReleaseState.REVIEWED, agency=agency, asked=asked)
    with pytest.raises(ReleaseError, match="their own request"):
        check(release, STEPS[ReleaseStep.APPROVED], person, policy)

"""Who may do what: the whole table of roles and actions, and the cut-offs of time."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.access import Action, decide
from workbench.domain.person import Designation, Person, Role, Training
from workbench.policy import load_policy
from workbench.policy.load import SHIPPED_FILE

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)
POLICY = load_policy()
SECOND = timedelta(seconds=1)

LOOK = "cameras:view detections:search detections:view inquiries:open pictures:view policy:view"
HITS = "hits:handle hits:view hot_lists:view hot_plates:view"
PLATES = "hot_plates:end hot_plates:enter"
CASES = "equipment:view evidence:view faults:report holds:count holds:place holds:view"
PACKAGES = "evidence:book evidence:package"
ALLOWED = {
    "officer": f"{LOOK} {HITS} {PLATES} {CASES} detections:canvass shifts:record",
    "dispatcher": f"{LOOK} {HITS} hits:confirm",
    "analyst": f"{LOOK} {HITS} {PLATES} {CASES} {PACKAGES} detections:canvass hits:score"
    " hot_plates:rehearse quarantine:view reads:ingest",
    "supervisor": f"{LOOK} {HITS} {PLATES} {CASES} {PACKAGES} detections:canvass hits:review"
    " hits:score hot_plates:rehearse inquiries:decide shifts:record shifts:record_others"
    " shifts:review holds:decide",
    "alpr_administrator": "accounts:create accounts:disable accounts:grant accounts:list"
    " accounts:release accounts:reset alerts:manage audit:checkpoint audit:export audit:read"
    " audit:review audit:verify cameras:manage cameras:view hits:score hits:view hot_lists:decide"
    " hot_lists:load hot_lists:manage hot_lists:view hot_plates:end hot_plates:view"
    " inquiries:decide policy:view quarantine:retry quarantine:view reads:ingest"
    " reports:run training:record agencies:manage agencies:view equipment:inspect"
    " equipment:manage equipment:view faults:report holds:view releases:record releases:review"
    " releases:view retention:preview retention:simulate shares:manage shares:review shares:view"
    " shifts:review vehicles:assign",
    "services_captain": "accounts:designate accounts:disable accounts:grant accounts:list"
    " audit:read audit:review audit:verify cameras:view hot_lists:approve hot_lists:decide"
    " hot_lists:view hot_plates:view policy:view reports:run agencies:view equipment:view"
    " evidence:oversee evidence:view holds:oversee holds:view releases:approve releases:view"
    " retention:preview retention:simulate shares:review shares:view shifts:review",
    "records_custodian": f"{PACKAGES} audit:export audit:verify policy:view agencies:view"
    " evidence:disclose evidence:oversee evidence:view holds:place holds:release holds:view"
    " inquiries:open holds:count holds:decide holds:oversee"
    " releases:file releases:fulfil releases:record releases:view retention:authorise"
    " retention:preview retention:purge retention:simulate",
    "auditor": "accounts:list audit:export audit:read audit:review audit:verify policy:view"
    " reports:run agencies:view equipment:view evidence:oversee evidence:view holds:view"
    " holds:oversee releases:view retention:preview retention:simulate shares:view shifts:review",
    "garage": "equipment:repair equipment:view policy:view",
}
"""The shipped policy, written down a second time by hand."""


def trained(system: str, *, start: datetime = NOW - 30 * SECOND, days: int = 365) -> Training:
    return Training(system, start, start + timedelta(days=days))


def person(*roles: Role, **changes) -> Person:
    values = {
        "username": "a.example",
        "display_name": "A. Example",
        "title": "Crime Analyst",
        "organisation": "Roseville Police Department",
        "roles": frozenset(roles),
        "training": (trained("LEARN"), trained("CDMS")),
    }
    return Person(**{**values, **changes})


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role, action):
    decision = decide(person(role), action, policy=POLICY, at=NOW)
    assert decision.allowed is (action.value in ALLOWED[role.value].split())
    assert decision.section
    assert decision.reason.endswith(".")
    if not decision.allowed:
        assert "A. Example" in decision.reason


def test_the_table_names_every_role():
    assert set(ALLOWED) == set(Role)


@pytest.mark.parametrize("action", Action)
def test_no_role_no_action(action):
    decision = decide(person(), action, policy=POLICY, at=NOW)
    assert not decision.allowed
    assert "holds no role" in decision.reason


@pytest.mark.parametrize("action", Action)
def test_a_disabled_account_may_do_nothing(action):
    decision = decide(person(*Role, disabled=True), action, policy=POLICY, at=NOW)
    assert not decision.allowed
    assert "disabled" in decision.reason


@pytest.mark.parametrize("action", Action)
def test_what_the_policy_gives_to_no_role_nobody_does(action):
    emptied = {
        role: rule.model_copy(update={"value": rule.value - {action}})
        for role, rule in POLICY.roles.items()
    }
    policy = POLICY.model_copy(update={"roles": emptied})
    decision = decide(person(*Role), action, policy=policy, at=NOW)
    assert not decision.allowed
    assert "to no role" in decision.reason


@pytest.mark.parametrize(
    ("action", "system"),
    [
        (Action.DETECTIONS_SEARCH, "LEARN"),
        (Action.DETECTIONS_CANVASS, "LEARN"),
        (Action.DETECTIONS_VIEW, "LEARN"),
        (Action.PICTURES_VIEW, "LEARN"),
        (Action.INQUIRIES_OPEN, "LEARN"),
        (Action.READS_INGEST, "CDMS"),
        (Action.QUARANTINE_RETRY, "CDMS"),
    ],
)
def test_training_is_asked_for_per_system(action, system):
    other = {"LEARN": "CDMS", "CDMS": "LEARN"}[system]
    roles = (Role.ANALYST, Role.ALPR_ADMINISTRATOR)
    assert decide(
        person(*roles, training=(trained(system),)), action, policy=POLICY, at=NOW
    ).allowed
    denied = decide(person(*roles, training=(trained(other),)), action, policy=POLICY, at=NOW)
    assert not denied.allowed
    assert f"training in {system}" in denied.reason
    assert "none on record" in denied.reason
    assert denied.section == "426.10"


def test_what_needs_no_training_asks_for_none():
    needed = {action for need in POLICY.training.needs for action in need.actions}
    for action in set(Action) - needed:
        decision = decide(person(*Role, training=()), action, policy=POLICY, at=NOW)
        assert decision.allowed, action


@pytest.mark.parametrize(
    ("before_end", "allowed"), [(SECOND, True), (0 * SECOND, False), (-SECOND, False)]
)
def test_training_counts_until_it_expires_and_not_then(before_end, allowed):
    training = Training("LEARN", NOW - timedelta(days=365), NOW + before_end)
    decision = decide(
        person(Role.OFFICER, training=(training,)),
        Action.DETECTIONS_SEARCH,
        policy=POLICY,
        at=NOW,
    )
    assert decision.allowed is allowed
    if not allowed:
        assert "ended on 2026-11-02" in decision.reason


@pytest.mark.parametrize(
    ("after_start", "allowed"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)]
)
def test_training_counts_from_its_completion(after_start, allowed):
    training = trained("LEARN", start=NOW - after_start)
    decision = decide(
        person(Role.OFFICER, training=(training,)),
        Action.DETECTIONS_SEARCH,
        policy=POLICY,
        at=NOW,
    )
    assert decision.allowed is allowed


def test_the_newest_training_counts_and_its_end_is_told_in_local_time():
    old = Training("LEARN", NOW - timedelta(days=800), NOW - timedelta(days=400))
    end = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # still 31 October in California
    newer = Training("LEARN", NOW - timedelta(days=300), end)
    decision = decide(
        person(Role.OFFICER, training=(newer, old)),
        Action.DETECTIONS_SEARCH,
        policy=POLICY,
        at=NOW,
    )
    assert "ended on 2026-10-31" in decision.reason


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        (NOW - SECOND, None, True),
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (NOW - SECOND, NOW + SECOND, True),
        (NOW - SECOND, NOW, False),
        (NOW - 2 * SECOND, NOW - SECOND, False),
    ],
)
def test_a_designation_holds_from_its_start_to_its_end(start, end, allowed):
    designation = Designation(Role.SERVICES_CAPTAIN, "Lieutenant, Services", start, end)
    decision = decide(
        person(designations=(designation,)), Action.ACCOUNTS_DESIGNATE, policy=POLICY, at=NOW
    )
    assert decision.allowed is allowed


def test_the_reason_names_the_role_and_the_section_its_rule():
    decision = decide(person(Role.SUPERVISOR), Action.INQUIRIES_DECIDE, policy=POLICY, at=NOW)
    assert decision.reason == "Allowed as supervisor."
    assert decision.section == "426.5 (c)"
    denied = decide(person(Role.AUDITOR), Action.INQUIRIES_DECIDE, policy=POLICY, at=NOW)
    assert denied.reason == (
        "inquiries:decide is for supervisor or alpr administrator; A. Example holds auditor now."
    )
    assert denied.section == "426.3 (8); 426.5 (c)"


def test_changing_the_file_changes_who_may(tmp_path):
    file = tmp_path / "policy.toml"
    shipped = SHIPPED_FILE.read_text()
    head, dispatcher = shipped.split("[roles.dispatcher]")
    changed = dispatcher.replace('"cameras:view",', '"cameras:view",\n  "detections:canvass",', 1)
    file.write_text(f"{head}[roles.dispatcher]{changed}")
    who = person(Role.DISPATCHER)
    canvass = Action.DETECTIONS_CANVASS
    assert not decide(who, canvass, policy=POLICY, at=NOW).allowed
    assert decide(who, canvass, policy=load_policy(file), at=NOW).allowed


@given(
    roles=st.frozensets(st.sampled_from(Role)),
    action=st.sampled_from(Action),
    trained_in=st.frozensets(st.sampled_from(["LEARN", "CDMS"])),
    disabled=st.booleans(),
)
def test_more_never_means_less(roles, action, trained_in, disabled):
    """Taking a role or a training away never allows what was denied."""
    training = tuple(trained(system) for system in trained_in)
    who = person(*roles, training=training, disabled=disabled)
    if decide(who, action, policy=POLICY, at=NOW).allowed:
        return
    for role in roles:
        less = dataclasses.replace(who, roles=roles - {role})
        assert not decide(less, action, policy=POLICY, at=NOW).allowed
    for one in training:
        less = dataclasses.replace(who, training=tuple(t for t in training if t != one))
        assert not decide(less, action, policy=POLICY, at=NOW).allowed


def test_the_actions_are_sorted_and_named_subject_colon_action():
    values = [action.value for action in Action]
    assert values == sorted(values)
    for action in Action:
        assert action.name == action.value.replace(":", "_").upper()
        assert action.subject == action.value.split(":")[0]

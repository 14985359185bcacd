"""Who may have data at all: by kind, by duty, verified, and by nobody's leave."""

from __future__ import annotations

import inspect

import pytest

from tests.sharing import made_agency
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.policy import Policy
from workbench.sharing.agencies.guard import (
    WHY_NOT,
    barred_by_kind,
    belongs_to_records,
    may_receive,
)

STATES = {
    RecipientKind.CA_PUBLIC_AGENCY: "CA",
    RecipientKind.FEDERAL: None,
    RecipientKind.OUT_OF_STATE: "NV",
    RecipientKind.PRIVATE: "CA",
    RecipientKind.TRIBAL: "CA",
    RecipientKind.VENDOR_POOL: None,
}


def of_kind(kind, **said):
    return made_agency(kind=kind, state=STATES[kind], **said)


def with_rules(policy: Policy, **changed):
    rules = policy.sharing
    new = {
        name: getattr(rules, name).model_copy(update={"value": v}) for name, v in changed.items()
    }
    return rules.model_copy(update=new)


@pytest.mark.parametrize("kind", RecipientKind)
@pytest.mark.parametrize("duty", [AgencyDuty.LAW_ENFORCEMENT, AgencyDuty.PROSECUTION])
def test_only_california_public_agencies_may_have_data(policy, kind, duty):
    decision = may_receive(of_kind(kind, duty=duty), policy.sharing)
    assert decision.allowed is (kind is RecipientKind.CA_PUBLIC_AGENCY)
    assert "1798.90.55" in decision.source
    if not decision.allowed:
        assert WHY_NOT[kind] in decision.reason
        assert "2023-DLE-06" in decision.source


def test_who_is_not_in_the_register_gets_nothing(policy):
    decision = may_receive(None, policy.sharing)
    assert not decision.allowed
    assert "register" in decision.reason


def test_what_nobody_verified_gets_nothing(policy):
    assert not may_receive(made_agency(verified=False), policy.sharing).allowed


def test_what_is_switched_off_gets_nothing(policy):
    assert not may_receive(made_agency(enabled=False), policy.sharing).allowed


def test_who_does_not_enforce_law_belongs_to_records(policy):
    agency = made_agency(duty=AgencyDuty.OTHER)
    decision = may_receive(agency, policy.sharing)
    assert not decision.allowed
    assert decision.source == "426.9"
    assert belongs_to_records(agency, policy.sharing)
    assert barred_by_kind(agency, policy.sharing) is None


def test_another_state_writes_other_rules_in_its_policy_file(policy):
    rules = with_rules(policy, recipients=(RecipientKind.OUT_OF_STATE, RecipientKind.FEDERAL))
    assert may_receive(of_kind(RecipientKind.OUT_OF_STATE), rules).allowed
    assert not may_receive(of_kind(RecipientKind.CA_PUBLIC_AGENCY), rules).allowed
    open_to_all = with_rules(policy, law_enforcement_only=False)
    assert may_receive(made_agency(duty=AgencyDuty.OTHER), open_to_all).allowed


def test_a_policy_that_names_nobody_lets_nobody_have_data(policy):
    rules = with_rules(policy, recipients=())
    for kind in RecipientKind:
        decision = may_receive(of_kind(kind), rules)
        assert not decision.allowed
        assert "nobody" in decision.reason


def test_nobody_can_be_asked_to_override_it():
    """No parameter of the guard names a person, a role or a switch."""
    assert list(inspect.signature(may_receive).parameters) == ["agency", "rules"]

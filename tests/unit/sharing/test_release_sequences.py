"""Whatever is tried in whatever order: nothing is fulfilled without another person's approval."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.sharing import (
    ADMIN,
    CAPTAIN,
    CUSTODIAN,
    made_actor_named,
    made_agency,
    made_release,
    written,
)
from tests.unit.sharing.test_requests import STEPS
from workbench.domain.person import Role
from workbench.domain.release import COMES_AFTER, ReleaseState, ReleaseStep
from workbench.errors import SharingError
from workbench.policy import Policy
from workbench.sharing.releases.checking import check

REQUESTER = made_actor_named("Dana Detective", Role.SERVICES_CAPTAIN, username="d.detective")
WAY = (ReleaseStep.REVIEWED, ReleaseStep.APPROVED, ReleaseStep.FULFILLED, ReleaseStep.FILED)
PEOPLE = (ADMIN, CAPTAIN, CUSTODIAN, REQUESTER)


class ReleaseLife(RuleBasedStateMachine):
    """Steps as Python checks them, by people of whom one asked and one recorded."""

    policy: Policy
    reached: list[int]

    def __init__(self):
        super().__init__()
        agency = made_agency()
        asked = written(agency.name, requester_account="d.detective")
        self.release = made_release(asked=asked, agency=agency, recorded_by="t.admin")
        self.taken = []

    @rule(step=st.sampled_from(ReleaseStep), actor=st.sampled_from(PEOPLE))
    def take(self, step, actor):
        try:
            check(self.release, STEPS[step], actor.person, self.policy)
        except SharingError:
            return
        self.taken.append((step, actor.person.username))
        self.release = replace(self.release, state=ReleaseState(step.value))

    @rule()
    def go_on(self):
        """Take the step whose turn it is, as it should be: so that many get to the end."""
        after = {state: step for step in WAY for state in COMES_AFTER[step]}
        if self.release.state in after:
            self.take(after[self.release.state], CAPTAIN)

    @rule(verified=st.booleans())
    def change_agency(self, verified):
        changed = replace(self.release.agency, verified_at=self.release.recorded_at)
        if not verified:
            changed = replace(changed, verified_at=None)
        self.release = replace(self.release, agency=changed)

    @invariant()
    def fulfilled_only_after_review_and_approval_by_another(self):
        steps = [step for step, _ in self.taken]
        assert len(steps) == len(set(steps)), "no step is taken twice"
        if ReleaseStep.FULFILLED not in steps:
            return
        self.reached.append(1)
        before = steps[: steps.index(ReleaseStep.FULFILLED)]
        assert before == [ReleaseStep.REVIEWED, ReleaseStep.APPROVED]
        who = dict(self.taken)
        assert who[ReleaseStep.APPROVED] not in {"d.detective", "t.admin"}
        assert who[ReleaseStep.REVIEWED] != "d.detective"

    @invariant()
    def what_was_refused_or_routed_is_never_fulfilled(self):
        steps = {step for step, _ in self.taken}
        if steps & {ReleaseStep.REFUSED, ReleaseStep.ROUTED}:
            assert ReleaseStep.FULFILLED not in steps


def test_no_sequence_is_fulfilled_without_review_and_approval_by_another(policy):
    many = settings(max_examples=200, stateful_step_count=20, deadline=None)
    reached = []
    run_state_machine_as_test(
        type("Life", (ReleaseLife,), {"policy": policy, "reached": reached}), settings=many
    )
    assert reached, "some sequences have to get there, or this shows nothing"

"""A state machine on the real database: fulfilled only after another person's approval."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tests.sharing import ADMIN, AT, CAPTAIN, CUSTODIAN, SharingDesk, made_actor_named, written
from tests.unit.sharing.test_requests import STEPS
from workbench.domain.person import Role
from workbench.domain.release import ReleaseState, ReleaseStep
from workbench.errors import DeniedError, SharingError
from workbench.storage.sharing_tables import release_event

EVERY_ROLE = (Role.ALPR_ADMINISTRATOR, Role.SERVICES_CAPTAIN, Role.RECORDS_CUSTODIAN)
REQUESTER = made_actor_named("Dana Detective", *EVERY_ROLE, username="d.detective")
RECORDER = made_actor_named("Rory Recorder", *EVERY_ROLE, username="r.recorder")
ANYBODY = made_actor_named("Any Body", *EVERY_ROLE, username="a.body")
PEOPLE = (REQUESTER, RECORDER, ANYBODY, CAPTAIN, ADMIN, CUSTODIAN)
NEXT = {
    ReleaseState.REQUESTED: ReleaseStep.REVIEWED,
    ReleaseState.REVIEWED: ReleaseStep.APPROVED,
    ReleaseState.APPROVED: ReleaseStep.FULFILLED,
    ReleaseState.FULFILLED: ReleaseStep.FILED,
}
FULFILLED = """
SELECT array_agg(step ORDER BY id) AS steps,
  max(done_by) FILTER (WHERE step = 'reviewed') AS reviewer,
  max(done_by) FILTER (WHERE step = 'approved') AS approver
FROM release_event WHERE request_id = :id
"""


class ReleaseLife(RuleBasedStateMachine):
    """Steps through the workbench, and straight into the table as the service role."""

    desk: SharingDesk

    def __init__(self):
        super().__init__()
        self.desk.clock.at = AT
        self.agency = self.desk.agency()
        asked = written(self.agency.name, requester_account="d.detective")
        self.request = self.desk.parts.releases.record(RECORDER, asked).id

    @rule(step=st.sampled_from(ReleaseStep), actor=st.sampled_from(PEOPLE))
    def take(self, step, actor):
        self.desk.clock.move(minutes=1)
        refused = ""
        try:
            if step is ReleaseStep.FULFILLED:
                self.desk.parts.releases.fulfil(actor, self.request, self.desk.packing())
            else:
                self.desk.parts.releases.take(actor, self.request, STEPS[step])
        except SharingError as error:
            refused = error.what
        except DeniedError:
            return
        assert "database" not in refused, "Python lets through what the database refuses"

    @rule()
    def go_on(self):
        """Take the step whose turn it is, as it should be: so that many get to the end."""
        state = self.desk.parts.releases.show(ANYBODY, self.request).state
        if state in NEXT:
            self.take(NEXT[state], ANYBODY)

    @rule(
        step=st.sampled_from(ReleaseStep),
        actor=st.sampled_from(PEOPLE),
        guard=st.booleans(),
    )
    def write_straight(self, step, actor, guard):
        details = STEPS[step].details()
        if step is ReleaseStep.FULFILLED:
            details["recipient"] = self.agency.name
        values = {
            "request_id": self.request,
            "step": step,
            "done_at": self.desk.clock.at,
            "done_by": actor.person.username,
            "done_by_name": actor.person.display_name,
            "details": details | ({"by": "sharing_guard"} if guard else {}),
        }
        with suppress(IntegrityError), self.desk.engine.begin() as connection:
            connection.execute(insert(release_event).values(values))

    @rule(on=st.booleans())
    def switch_agency(self, on):
        with suppress(SharingError):
            self.desk.parts.agencies.switch(ADMIN, self.agency.name, on=on, reason="For a test")

    @invariant()
    def fulfilled_only_after_review_and_approval_by_another(self):
        with self.desk.engine.connect() as connection:
            row = connection.execute(text(FULFILLED), {"id": self.request}).one()
        if ReleaseState.FULFILLED not in (row.steps or []):
            return
        self.desk.fulfilled += 1
        assert row.steps[:3] == ["reviewed", "approved", "fulfilled"]
        assert row.reviewer != "d.detective"
        assert row.approver not in {"d.detective", "r.recorder"}


@pytest.mark.timeout(120)
def test_no_sequence_is_fulfilled_without_review_and_approval_by_another(desk):
    few = settings(
        max_examples=12,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(type("Life", (ReleaseLife,), {"desk": desk}), settings=few)
    assert desk.fulfilled, "some sequences have to get there, or this shows nothing"

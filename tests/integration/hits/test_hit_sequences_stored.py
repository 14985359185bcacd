"""A state machine on the real database: no recorded stop without confirmation and basis."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tests.hits import ACTS, SEEN_AT, enrolled, see, store_hits_of_reads
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.domain.stop_basis import SHORTEST_FACTS, StopBasis
from workbench.errors import HitError, InputError
from workbench.hotlists.hits.acts import RecordStop
from workbench.hotlists.hits.standing import state_after
from workbench.hotlists.hits.violations import ViolationKind
from workbench.storage.hit_tables import hit_event

EVERYBODY = made_actor(Role.OFFICER, Role.DISPATCHER, Role.ANALYST)
FACTS = ("x", "ALPR hit ALPR hit ALPR hit", "Ran a red light at about sixty")
STOPS = """
SELECT stop.details ->> 'facts' AS facts, (
  SELECT kind FROM hit_event AS answer
  WHERE answer.hit_id = stop.hit_id AND answer.id < stop.id
  AND answer.happened_at <= stop.happened_at AND answer.kind IN ('confirmed', 'refused')
  ORDER BY happened_at DESC, id DESC LIMIT 1
) AS answer
FROM hit_event AS stop WHERE stop.hit_id = :hit AND stop.kind = 'stopped'
"""


def stop_for(facts):
    return RecordStop(basis=StopBasis.OWN_OBSERVATION_OF_CRIME, facts=facts)


acts = st.one_of(st.sampled_from(ACTS), st.sampled_from(FACTS).map(stop_for))


def row_of(hit, act, minutes, confirmation):
    at = SEEN_AT + timedelta(minutes=minutes)
    return {
        "hit_id": hit,
        "kind": act.kind,
        "happened_at": at,
        "recorded_at": at + timedelta(hours=1),
        "recorded_by": "x",
        "details": {"list_age_minutes": 1, "confirmation": confirmation, **act.details()},
    }


def life_of(runtime, clock):
    class HitLife(RuleBasedStateMachine):
        """Acts through the workbench, and events straight into the table as the service role."""

        def __init__(self):
            super().__init__()
            clock.at = datetime(2026, 11, 2, 18, tzinfo=UTC)
            enrolled(runtime.database, EVERYBODY.person.username)
            self.hit = store_hits_of_reads(runtime)[0]
            see(runtime, EVERYBODY, self.hit)

        @rule(act=acts, ago=st.integers(0, 12))
        def do(self, act, ago):
            clock.move(minutes=1)
            happened = clock() - timedelta(minutes=ago)
            refused = ""
            try:
                runtime.hits.act(
                    EVERYBODY, self.hit, act, happened_at=happened, knowing=ViolationKind
                )
            except (HitError, InputError) as error:
                refused = error.what
            shown = runtime.hits.show(EVERYBODY, self.hit)
            assert shown.hit.state is state_after(shown.events)
            assert "database" not in refused, "Python lets through what the database refuses"

        @rule(act=acts, minutes=st.integers(-1, 20), confirmation=st.integers(0, 9))
        def write_straight(self, act, minutes, confirmation):
            ids = [event.id for event in runtime.hits.show(EVERYBODY, self.hit).events]
            named = ids[confirmation] if confirmation < len(ids) else None
            values = row_of(self.hit, act, minutes, named)
            with suppress(IntegrityError), runtime.database.service.begin() as connection:
                connection.execute(insert(hit_event).values(values))

        @invariant()
        def no_stop_without_confirmation_and_basis(self):
            with runtime.database.service.connect() as connection:
                stops = connection.execute(text(STOPS), {"hit": self.hit}).all()
            for stop in stops:
                assert stop.answer == "confirmed"
                assert len(stop.facts) >= SHORTEST_FACTS

    return HitLife


@pytest.mark.timeout(120)
def test_no_sequence_reaches_a_stop_without_confirmation_and_basis(runtime, clock):
    few = settings(
        max_examples=15,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(life_of(runtime, clock), settings=few)

"""A state machine on the real database: no recorded stop without confirmation and basis."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tests.hits import ACTS, SEEN_AT, store_hits
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.domain.stop_basis import OWN_WORDS, WRITTEN, own_words
from workbench.errors import HitError
from workbench.hotlists.hits.acts import RecordStop
from workbench.hotlists.hits.standing import state_after
from workbench.storage.hit_tables import hit_event

EVERYBODY = made_actor(Role.OFFICER, Role.DISPATCHER, Role.ANALYST)
BASES = (
    "ALPR hit ALPR hit ALPR hit",
    "NCIC confirmed it as stolen, 2ABC345",
    "Ran a red light at 60",
)
STOPS = """
SELECT stop.details ->> 'basis' AS basis, (
  SELECT kind FROM hit_event AS answer
  WHERE answer.hit_id = stop.hit_id AND answer.id < stop.id
  AND answer.happened_at <= stop.happened_at AND answer.kind IN ('confirmed', 'refused')
  ORDER BY happened_at DESC, id DESC LIMIT 1
) AS answer
FROM hit_event AS stop WHERE stop.hit_id = :hit AND stop.kind = 'stopped'
"""

acts = st.one_of(
    st.sampled_from(ACTS), st.sampled_from(BASES).map(lambda basis: RecordStop(basis=basis))
)


def life_of(runtime, clock):
    class HitLife(RuleBasedStateMachine):
        """Acts through the workbench, and events straight into the table as the service role."""

        def __init__(self):
            super().__init__()
            clock.at = datetime(2026, 11, 2, 18, tzinfo=UTC)
            self.hit = store_hits(runtime.database.service)[0]

        @rule(act=acts, ago=st.integers(0, 12))
        def do(self, act, ago):
            clock.move(minutes=1)
            happened = clock() - timedelta(minutes=ago)
            refused = ""
            try:
                runtime.hits.act(EVERYBODY, self.hit, act, happened_at=happened)
            except HitError as error:
                refused = error.what
            shown = runtime.hits.show(EVERYBODY, self.hit)
            assert shown.hit.state is state_after(shown.events)
            assert "database" not in refused, "Python lets through what the database refuses"

        @rule(act=acts, minutes=st.integers(-1, 20), confirmation=st.integers(0, 9))
        def write_straight(self, act, minutes, confirmation):
            ids = [event.id for event in runtime.hits.show(EVERYBODY, self.hit).events]
            named = ids[confirmation] if confirmation < len(ids) else None
            at = SEEN_AT + timedelta(minutes=minutes)
            values = {
                "hit_id": self.hit,
                "kind": act.kind,
                "happened_at": at,
                "recorded_at": at + timedelta(hours=1),
                "recorded_by": "x",
                "details": {"list_age_minutes": 1, "confirmation": named, **act.details()},
            }
            with suppress(IntegrityError), runtime.database.service.begin() as connection:
                connection.execute(insert(hit_event).values(values))

        @invariant()
        def no_stop_without_confirmation_and_basis(self):
            with runtime.database.service.connect() as connection:
                stops = connection.execute(text(STOPS), {"hit": self.hit}).all()
            for stop in stops:
                assert stop.answer == "confirmed"
                assert len(own_words(stop.basis, "2ABC345")) >= OWN_WORDS

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


@pytest.mark.parametrize(
    "basis",
    [
        *BASES,
        "",
        "a b c",
        "Ünïcode straße light",
        "RED\tLIGHT\nRAN",
        "2abc-345 2ABC red light",
        "El vehículo estaba en la lista; se pasó el semáforo",
        "AL\u200bPR h\u00adit \u0410L\u0420R o\u0301n \uff32\uff25\uff24 light, the officer\u2019s",
    ],
)
def test_database_and_python_count_the_same_words(database, basis):
    sql = text("SELECT stop_basis_words(:basis, '2ABC345', '2AB-C345')")
    with database.owner.connect() as connection:
        counted = connection.execute(sql, {"basis": basis}).scalar_one()
    assert counted == len(own_words(basis, "2ABC345", "2AB-C345"))


@given(basis=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_whatever_is_written_counts_alike_in_both(database, basis):
    sql = text("SELECT stop_basis_words(:basis, '2ABC345')")
    with database.owner.connect() as connection:
        assert connection.scalar(sql, {"basis": basis}) == len(own_words(basis, "2ABC345"))


def test_the_database_knows_every_character_that_is_taken_for_another(database):
    written = " ".join(f"{one}{one}" for one in WRITTEN)
    with database.owner.connect() as connection:
        counted = connection.scalar(text("SELECT stop_basis_words(:basis, '')"), {"basis": written})
    assert counted == len(own_words(written, "")) > OWN_WORDS

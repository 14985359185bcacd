"""Whatever is tried in whatever order: no recorded stop without confirmation and basis."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hits import ACTS, SEEN_AT, made_event, made_hit
from workbench.domain.hit import ANSWERS, HitEventKind
from workbench.domain.stop_basis import StopBasis
from workbench.errors import FormError, HitError
from workbench.hotlists.hits.acts import RecordStop
from workbench.hotlists.hits.checking import check, obstacle
from workbench.hotlists.hits.next_steps import next_steps
from workbench.hotlists.hits.standing import in_order, state_after

FACTS = ("x", "ALPR hit ALPR hit ALPR hit", "Ran a red light at about sixty")


def stop(facts):
    return RecordStop(basis=StopBasis.OWN_OBSERVATION_OF_CRIME, facts=facts)


tried = st.tuples(
    st.one_of(st.sampled_from(ACTS), st.sampled_from(FACTS).map(stop)),
    st.integers(-1, 12),
)


@settings(max_examples=400)
@given(st.lists(tried, max_size=25), st.booleans())
def test_no_sequence_reaches_a_stop_without_confirmation_and_basis(policy, steps, informational):
    hit = made_hit(informational=informational)
    events = []
    for act, minutes in steps:
        at = SEEN_AT + timedelta(minutes=minutes)
        allowed = obstacle(hit, events, act.kind, at) is None
        try:
            check(hit, events, act, happened_at=at, policy=policy)
        except (HitError, FormError):
            continue
        assert allowed
        events.append(made_event(len(events) + 1, act, at))
    for stop in (event for event in events if event.kind is HitEventKind.STOPPED):
        earlier = [
            event
            for event in in_order(events[: stop.id - 1])
            if event.kind in ANSWERS and event.happened_at <= stop.happened_at
        ]
        assert earlier[-1].kind is HitEventKind.CONFIRMED
        assert earlier[-1].details["response"].strip()
        assert stop.details["facts"] not in FACTS[:2]
        assert not informational


@settings(max_examples=150)
@given(st.lists(tried, max_size=15))
def test_what_is_said_to_be_allowed_meets_no_obstacle_and_the_rest_does(policy, steps):
    hit, events = made_hit(), []
    for act, minutes in steps:
        at = SEEN_AT + timedelta(minutes=minutes)
        steps_now = next_steps(hit, events, policy, at)
        assert steps_now.state is state_after(events)
        try:
            check(hit, events, act, happened_at=at, policy=policy)
        except (HitError, FormError):
            continue
        assert act.kind in steps_now.allowed
        events.append(made_event(len(events) + 1, act, at))

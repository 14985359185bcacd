"""What can be done about a hit, what is due by when, and what broke the order; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.hits import (
    ASK,
    ASK_AGAIN,
    ASK_ROUTINE,
    CALL,
    CANCEL,
    CLOSE,
    COMPARE,
    CONFIRM,
    FOUND_EMPTY,
    FROM_CAR,
    FROM_DESK,
    OPEN,
    RECOVERY,
    REFUSE,
    RUN_PLATE,
    SCORE,
    SEEN_AT,
    STOP,
    made_event,
    made_hit,
    told,
)
from workbench.domain.hit import Disposition, HitEventKind, HitState, Occupancy
from workbench.domain.hot_entry import Category, ListKind
from workbench.errors import HitError
from workbench.hotlists.hits.acts import Broadcast, Call, Close, Compare, Confirm, Score
from workbench.hotlists.hits.checking import check
from workbench.hotlists.hits.frames import HIT_DTYPES, QUEUE_DTYPES, hit_frame, queue_frame
from workbench.hotlists.hits.next_steps import DueKind, next_steps
from workbench.hotlists.hits.standing import disposition_of, state_after
from workbench.hotlists.hits.violations import ViolationKind, violations

SECOND = timedelta(seconds=1)
AROUND = [(-SECOND, False), (timedelta(0), True), (SECOND, True)]


def at(minutes):
    return SEEN_AT + timedelta(minutes=minutes)


def dues(policy, events, when, **hit):
    return {due.kind: due for due in next_steps(made_hit(**hit), events, policy, when).due}


def broken(*acts):
    return [one.kind for one in violations(told(*acts))]


@pytest.mark.parametrize(
    ("ask", "minutes"), [(ASK, 10), (ASK_ROUTINE, 60)], ids=["urgent", "routine"]
)
@pytest.mark.parametrize(("past", "overdue"), AROUND)
def test_a_second_request_is_due_when_the_clock_ran_out(policy, ask, minutes, past, overdue):
    events = told((0, OPEN), (1, COMPARE), (2, ask))
    found = dues(policy, events, at(2 + minutes) + past)
    assert found[DueKind.SECOND_REQUEST].overdue is overdue
    assert found[DueKind.ANSWER].by == at(2 + minutes)


@pytest.mark.parametrize(("past", "overdue"), AROUND)
def test_a_second_request_has_a_clock_of_its_own(policy, past, overdue):
    events = told((0, OPEN), (2, ASK), (13, ASK_AGAIN))
    found = dues(policy, events, at(23) + past)
    assert DueKind.SECOND_REQUEST not in found
    assert found[DueKind.ANSWER].overdue is overdue


@pytest.mark.parametrize("answer", [CONFIRM, REFUSE])
def test_an_answer_stops_the_clock(policy, answer):
    found = dues(policy, told((0, OPEN), (2, ASK), (5, answer)), at(90))
    assert not {DueKind.ANSWER, DueKind.SECOND_REQUEST} & set(found)


def test_asking_after_an_answer_starts_the_clock_anew(policy):
    events = told((0, OPEN), (2, ASK), (5, REFUSE), (20, ASK))
    assert dues(policy, events, at(21))[DueKind.ANSWER].by == at(30)


@pytest.mark.parametrize(("past", "overdue"), AROUND)
def test_a_confirmed_stolen_vehicle_wants_its_call(policy, past, overdue):
    events = told((0, OPEN), (1, FROM_CAR), (4, CONFIRM), (12, CONFIRM))
    limit = policy.hits.call_within_minutes.value
    due = dues(policy, events, at(4 + limit) + past)[DueKind.CALL]
    assert (due.overdue, due.section) == (overdue, "426.6.1 (d)")
    called = [*events, made_event(9, CALL, at(13))]
    assert DueKind.CALL not in dues(policy, called, at(99))


@pytest.mark.parametrize("category", [c for c in Category if c is not Category.STOLEN_VEHICLE])
def test_only_a_stolen_vehicle_wants_a_stolen_vehicle_call(policy, category):
    events = told((0, OPEN), (1, FROM_CAR), (4, CONFIRM))
    assert DueKind.CALL not in dues(policy, events, at(99), category=category)


@pytest.mark.parametrize(("past", "overdue"), AROUND)
def test_an_empty_car_that_is_not_recovered_wants_a_recovery_call(policy, past, overdue):
    events = told((0, OPEN), (1, FROM_CAR), (4, CONFIRM), (5, CALL), (6, FOUND_EMPTY))
    limit = policy.hits.call_within_minutes.value
    due = dues(policy, events, at(6 + limit) + past)[DueKind.RECOVERY_CALL]
    assert due.overdue is overdue
    called = [*events, made_event(9, RECOVERY, at(7))]
    assert DueKind.RECOVERY_CALL not in dues(policy, called, at(99))


@pytest.mark.parametrize(
    "said", [{"recovered": True}, {"occupancy": Occupancy.OCCUPIED}, {"occupancy": "unknown"}]
)
def test_a_recovered_or_occupied_car_wants_no_recovery_call(policy, said):
    events = told((0, OPEN), (1, FROM_CAR), (4, CONFIRM), (5, CALL))
    found = [*events, made_event(8, FOUND_EMPTY, at(6), **said)]
    assert DueKind.RECOVERY_CALL not in dues(policy, found, at(99))


def test_dispatch_confirms_what_a_car_broadcast(policy):
    due = dues(policy, told((0, OPEN), (1, FROM_CAR)), at(11))[DueKind.CONFIRMATION]
    assert (due.by, due.overdue) == (at(11), True)


def test_a_comparison_is_overdue_once_somebody_acted(policy):
    opened = told((0, OPEN))
    assert not dues(policy, opened, at(99))[DueKind.COMPARE].overdue
    for acts in (((3, FROM_CAR), (8, CONFIRM)), ((8, CONFIRM), (3, FROM_CAR))):
        due = dues(policy, told((0, OPEN), *acts), at(4))[DueKind.COMPARE]
        assert (due.by, due.overdue) == (at(3), True)
    assert DueKind.COMPARE not in dues(policy, told((0, OPEN), (3, COMPARE)), at(99))


def test_what_was_broadcast_and_refused_is_taken_back(policy):
    events = told((0, OPEN), (1, FROM_CAR), (5, REFUSE))
    assert dues(policy, events, at(5))[DueKind.CANCEL_BROADCAST].overdue
    taken_back = [*events, made_event(9, CANCEL, at(6))]
    assert DueKind.CANCEL_BROADCAST not in dues(policy, taken_back, at(9))


def test_a_confirmed_hit_is_broadcast_on_the_main_channel(policy):
    elsewhere = Broadcast(channel="Tac 3", place=FROM_DESK.place)
    events = told((0, OPEN), (4, CONFIRM))
    assert DueKind.BROADCAST in dues(policy, events, at(5))
    other = [*events, made_event(8, elsewhere, at(6))]
    assert DueKind.MAIN_CHANNEL in dues(policy, other, at(7))
    main = [*other, made_event(9, FROM_DESK, at(7))]
    assert not {DueKind.BROADCAST, DueKind.MAIN_CHANNEL} & set(dues(policy, main, at(8)))


def test_a_new_alert_waits_to_be_opened_and_a_possible_hit_does_not(policy):
    assert set(dues(policy, [], at(1))) == {DueKind.OPEN}
    assert dues(policy, [], at(1), possible=True) == {}


def test_what_chance_drew_waits_to_be_scored(policy):
    drawn = [made_event(1, HitEventKind.DRAWN, at(0), week="2026-W44", waiting=9, drawn=3)]
    assert DueKind.SCORE in dues(policy, drawn, at(1))
    assert DueKind.SCORE not in dues(policy, [*drawn, made_event(2, SCORE, at(2))], at(3))


def test_a_drawn_hit_of_which_nobody_can_tell_does_not_wait_for_ever(policy):
    """A read without a picture cannot be scored; who looked for one has said so."""
    drawn = made_event(5, HitEventKind.DRAWN, at(1), week="2026-W45", waiting=3, drawn=1)
    untold = Score(disposition=Disposition.NOT_SCORED, plate_picture=False)
    assert DueKind.SCORE not in dues(policy, [drawn, made_event(6, untold, at(2))], at(3))
    assert DueKind.SCORE in dues(policy, [made_event(4, untold, at(0)), drawn], at(3))


def test_a_closed_hit_waits_for_nothing(policy):
    events = told((0, OPEN), (1, COMPARE), (2, CLOSE))
    steps = next_steps(made_hit(), events, policy, at(999))
    assert steps.due == ()
    assert steps.allowed == (HitEventKind.CORRECTED, HitEventKind.SCORED)


@pytest.mark.parametrize(
    ("past", "stale"), [(-SECOND, False), (timedelta(0), False), (SECOND, True)]
)
def test_a_list_older_than_twelve_hours_is_stale(policy, past, stale):
    hit = made_hit(list_loaded_at=SEEN_AT)
    when = SEEN_AT + timedelta(hours=policy.hot_lists.stale_hours.value) + past
    assert next_steps(hit, [], policy, when).stale is stale
    assert not made_hit(list_loaded_at=None).stale_at(when, timedelta(hours=12))


@pytest.mark.parametrize(
    ("past", "stale"), [(-SECOND, False), (timedelta(0), False), (SECOND, True)]
)
def test_a_special_list_older_than_a_day_is_stale(policy, past, stale):
    hit = made_hit(
        list_loaded_at=SEEN_AT,
        list_kind=ListKind.SPECIAL,
        category=Category.SPECIAL_LIST,
        informational=True,
    )
    assert next_steps(hit, [], policy, SEEN_AT + timedelta(hours=24) + past).stale is stale


def test_a_car_broadcasts_first_and_dispatch_confirms():
    assert broken((0, OPEN), (1, FROM_CAR), (2, RUN_PLATE), (3, CONFIRM), (4, FROM_DESK)) == []


def test_a_desk_confirms_first_and_broadcasts_then():
    assert broken((0, OPEN), (1, CONFIRM), (2, FROM_DESK), (3, FROM_CAR)) == []


@pytest.mark.parametrize(("minutes", "flagged"), [(2.99, True), (3, False), (3.01, False)])
def test_a_plate_run_before_the_broadcast_is_a_violation(minutes, flagged):
    """At the same instant the one that was recorded first counts as first."""
    found = broken((0, OPEN), (3, FROM_CAR), (minutes, RUN_PLATE))
    late = [ViolationKind.PLATE_RUN_BEFORE_BROADCAST, ViolationKind.BACK_DATED]
    assert found == late * flagged


@pytest.mark.parametrize(("minutes", "flagged"), [(2.99, True), (3, False), (3.01, False)])
def test_a_desk_that_broadcasts_before_the_confirmation_breaks_the_order(minutes, flagged):
    found = broken((0, OPEN), (3, CONFIRM), (minutes, FROM_DESK))
    late = [ViolationKind.BROADCAST_BEFORE_CONFIRMATION, ViolationKind.BACK_DATED]
    assert found == late * flagged


@pytest.mark.parametrize(("minutes", "flagged"), [(2.99, True), (3, False), (3.01, False)])
def test_a_car_that_waits_for_the_confirmation_breaks_the_order(minutes, flagged):
    found = broken((0, OPEN), (3, FROM_CAR), (minutes, CONFIRM))
    late = [ViolationKind.BACK_DATED, ViolationKind.CONFIRMED_BEFORE_BROADCAST]
    assert found == late * flagged


def test_dispatch_passes_on_what_a_car_broadcast_before_it_is_confirmed():
    assert broken((0, OPEN), (1, FROM_CAR), (2, FROM_DESK), (3, CONFIRM)) == []


def test_what_was_refused_and_then_confirmed_may_be_broadcast():
    assert broken((0, OPEN), (1, REFUSE), (2, CONFIRM), (3, FROM_DESK)) == []
    late = broken((0, OPEN), (1, CONFIRM), (2, REFUSE), (3, FROM_DESK))
    assert late == [ViolationKind.BROADCAST_AFTER_REFUSAL]


def test_other_violations():
    assert broken((0, OPEN), (1, REFUSE), (2, FROM_CAR)) == [ViolationKind.BROADCAST_AFTER_REFUSAL]
    assert broken((0, OPEN), (1, FROM_CAR), (2, REFUSE), (3, CANCEL)) == []
    stolen = ((0, OPEN), (1, FROM_CAR), (2, CONFIRM))
    assert broken(*stolen, (3, STOP)) == [ViolationKind.STOP_WITHOUT_COMPARISON]
    assert broken((0, OPEN), (1, REFUSE), (2, CALL)) == [ViolationKind.WITHOUT_CONFIRMATION]


def test_a_violation_names_its_event_and_section():
    (found,) = violations(told((0, OPEN), (1, FROM_DESK)))
    assert (found.event_id, found.at, found.section) == (2, at(1), "426.6.3 (b)")


@pytest.mark.parametrize(
    ("events", "act", "match"),
    [
        (told(), COMPARE, "Nobody has opened"),
        (told((0, OPEN)), STOP, "No confirmation"),
        (told((0, OPEN), (1, CONFIRM), (2, REFUSE)), CALL, "No confirmation"),
        (told((0, OPEN), (1, COMPARE), (2, CLOSE)), OPEN, "closed"),
        (told((0, OPEN)), CLOSE, "Nobody has compared"),
        (told((0, OPEN)), ASK_AGAIN, "needs a first one"),
        (
            told((0, OPEN), (1, CONFIRM)),
            Call(call_type="party", vehicle_description="silver sedan", direction="north"),
            "no such call type",
        ),
    ],
)
def test_what_cannot_have_happened_is_refused(policy, events, act, match):
    with pytest.raises(HitError, match=match):
        check(made_hit(), events, act, happened_at=at(9), policy=policy)


@pytest.mark.parametrize("act", [CALL, STOP])
def test_a_special_list_is_informational_only(policy, act):
    special = made_hit(
        informational=True, list_kind=ListKind.SPECIAL, category=Category.SPECIAL_LIST
    )
    events = told((0, OPEN), (1, CONFIRM))
    with pytest.raises(HitError, match="informational only"):
        check(special, events, act, happened_at=at(2), policy=policy)
    allowed = next_steps(special, events, policy, at(2)).allowed
    assert not {HitEventKind.CALLED, HitEventKind.STOPPED} & set(allowed)
    for category in (Category.SPECIAL_LIST, Category.STOLEN_VEHICLE):
        special = replace(special, category=category)
        waits = [due.kind for due in next_steps(special, events, policy, at(99)).due]
        assert waits == [DueKind.COMPARE]


@pytest.mark.parametrize(("seconds", "taken"), [(-1, False), (0, True), (1, True)])
def test_nothing_happens_before_the_read(policy, seconds, taken):
    when = SEEN_AT + timedelta(seconds=seconds)
    if taken:
        check(made_hit(), [], OPEN, happened_at=when, policy=policy)
    else:
        with pytest.raises(HitError, match="before the plate was read"):
            check(made_hit(), [], OPEN, happened_at=when, policy=policy)


def test_an_act_says_what_it_has_to_say():
    with pytest.raises(HitError, match="in words"):
        Confirm(response="  ", result="stolen")
    with pytest.raises(HitError, match="cannot be kept"):
        Confirm(response="x\x00", result="stolen")
    with pytest.raises(HitError, match="too long"):
        Confirm(response="x" * 20_001, result="stolen")
    with pytest.raises(HitError, match="without seeing"):
        Score(disposition=Disposition.CORRECT, plate_picture=False)
    Score(disposition=Disposition.NOT_SCORED, plate_picture=False)
    agrees = COMPARE.region
    with pytest.raises(HitError, match="Nothing was looked at"):
        Compare(
            plate_picture=False, vehicle_picture=False, region=agrees, make=agrees, colour=agrees
        )


def test_the_last_judgement_counts_and_not_scored_is_none():
    unscored = Close(disposition=Disposition.NOT_SCORED, outcome=CLOSE.outcome)
    events = told((0, OPEN), (1, unscored))
    assert disposition_of(events) is None
    judged = [*events, made_event(8, SCORE, at(2)), made_event(9, SCORE, at(1))]
    found = disposition_of(judged)
    assert found is not None
    assert (found[0], found[1].id) == (Disposition.MISREAD, 9)


def test_there_is_no_state_that_lets_anyone_stop_a_car():
    events = told((0, OPEN), (1, COMPARE), (2, CONFIRM), (3, FROM_DESK), (4, CALL))
    assert state_after([*events, made_event(9, STOP, at(5))]) is HitState.CALLED
    assert not [state for state in HitState if "stop" in state]


@pytest.mark.parametrize("hits", [[], [made_hit()], [made_hit(), made_hit(list_loaded_at=None)]])
def test_frames_have_the_same_dtypes_for_no_hit_and_for_many(policy, hits):
    assert hit_frame(hits).dtypes.astype(str).to_dict() == HIT_DTYPES
    waits = [(hit, due) for hit in hits for due in next_steps(hit, [], policy, at(1)).due]
    assert queue_frame(waits).dtypes.astype(str).to_dict() == QUEUE_DTYPES

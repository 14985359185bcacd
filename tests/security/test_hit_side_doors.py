"""Hits over the deed and past it: what a caller only says is not believed, whoever writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.access import open_staff
from tests.fleet import Depot
from tests.hit_tries import OFFICER, OTHER, SERGEANT, TriedHit
from tests.hits import (
    ASK,
    CALL,
    CLOSE,
    CLOSE_UNSCORED,
    COMPARE,
    CONFIRM,
    FOUND_EMPTY,
    FROM_CAR,
    FROM_DESK,
    OPEN,
    RECOVERY,
    REFUSE,
    SCORE,
    SEEN_AT,
    STOP,
    enrolled,
    store_hits_of_reads,
)
from workbench.domain.hit import Agreement, HitEventKind, HitState, Place
from workbench.domain.person import Role
from workbench.errors import (
    FormError,
    HitError,
    PersonUnknownError,
    PictureMissingError,
    ViolationAheadError,
)
from workbench.hotlists.hits.acts import Broadcast, Compare, Correct
from workbench.hotlists.hits.next_steps import DueKind
from workbench.hotlists.hits.violations import ViolationKind

UNKNOWN = Agreement.CANNOT_TELL
EARLY = ViolationKind.BROADCAST_BEFORE_CONFIRMATION


@pytest.fixture
def hit(runtime, clock):
    return TriedHit(runtime, clock)


AGE = {"list_age_minutes": 1}


def test_a_comparison_of_a_read_that_nobody_opened_is_refused(hit):
    hit.refused(COMPARE, "an own look at the read", **AGE)


def test_a_look_at_the_read_alone_is_no_look_at_its_pictures(hit):
    hit.runtime.hit_door.read(OFFICER, hit.id)
    hit.refused(COMPARE, "an own look at the picture of the plate", **AGE)
    hit.refused(replace(COMPARE, plate_picture=False), "look at the picture of the vehicle", **AGE)
    hit.refused(SCORE, "an own look at the picture of the plate")


def test_another_persons_look_is_none(hit):
    hit.see(OTHER)
    hit.refused(COMPARE, "an own look at the read", **AGE)
    hit.do(COMPARE, by=OTHER)


def test_a_look_at_the_picture_of_another_read_is_none(hit, runtime, clock):
    other = TriedHit(runtime, clock)
    other.see()
    hit.runtime.hit_door.read(OFFICER, hit.id)
    hit.refused(COMPARE, "an own look at the picture of the plate", **AGE)


def test_a_look_that_failed_or_came_later_is_none(hit, runtime, clock):
    (row,) = runtime.hit_door.read(OFFICER, hit.id).table.to_pylist()
    runtime.pictures.delete(row["plate_picture"])
    only = replace(COMPARE, vehicle_picture=False)
    with pytest.raises(PictureMissingError):
        runtime.hit_door.picture(OFFICER, hit.id, row["plate_picture"])
    hit.refused(only, "an own look at the picture of the plate", **AGE)
    before = clock()
    clock.move(minutes=5)
    runtime.hit_door.picture(OFFICER, hit.id, row["vehicle_picture"])
    with pytest.raises(HitError, match="look at the picture of the vehicle"):
        hit.do(replace(COMPARE, plate_picture=False), at=before, knowing=ViolationKind)
    hit.do(replace(COMPARE, plate_picture=False))


@pytest.mark.parametrize("possible", [False, True])
def test_a_picture_seen_under_an_inquiry_counts_for_its_own_person(runtime, clock, possible):
    hit = TriedHit(runtime, clock)
    (row,) = runtime.hit_door.read(OFFICER, hit.id).table.to_pylist()
    inquiry = runtime.inquiries.open(
        OFFICER, purpose="stolen_or_wanted_vehicle", reason="Is it the stolen car of Vernon"
    )
    for name in ("plate_picture", "vehicle_picture"):
        runtime.door.picture(OFFICER, inquiry.id, row[name])
    hit.do(COMPARE)


@pytest.mark.parametrize(
    ("lacks", "compared", "match"),
    [
        ({"plate_picture": None}, COMPARE, "a picture of the plate in the read"),
        ({"vehicle_picture": None}, COMPARE, "a picture of the vehicle in the read"),
        ({"vehicle": {"color": "silver"}}, COMPARE, "a make in the read"),
        ({"vehicle": None}, replace(COMPARE, make=UNKNOWN, colour=Agreement.DIFFERS), "a colour"),
        ({"region": None}, COMPARE, "a state in the read"),
        ({"region": " "}, COMPARE, "a state in the read"),
    ],
)
def test_what_the_read_does_not_have_cannot_agree_or_differ(runtime, clock, lacks, compared, match):
    hit = TriedHit(runtime, clock, **lacks)
    hit.see()
    hit.refused(compared, match, **AGE)


def test_what_the_read_does_not_have_cannot_be_told(runtime, clock):
    hit = TriedHit(runtime, clock, vehicle=None, region=None, plate_picture=None)
    hit.see()
    nothing = Compare(
        plate_picture=False, vehicle_picture=True, region=UNKNOWN, make=UNKNOWN, colour=UNKNOWN
    )
    assert hit.do(nothing).state is HitState.COMPARED


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ((), "compare"),
        ((COMPARE, ASK), "answer"),
        ((COMPARE, CONFIRM), "broadcast"),
        ((COMPARE, CONFIRM, FROM_DESK), "call"),
        ((COMPARE, CONFIRM, FROM_DESK, CALL, FOUND_EMPTY), "recovery_call"),
        ((COMPARE, CONFIRM, Broadcast(channel="Tac three"), CALL), "main_channel"),
        ((COMPARE, CONFIRM, FROM_DESK, CALL, REFUSE), "cancel_broadcast"),
        ((COMPARE, CONFIRM, FROM_DESK, CALL, STOP), "review"),
    ],
)
@pytest.mark.parametrize("close", [CLOSE, CLOSE_UNSCORED])
def test_closing_empties_nothing_that_is_due(hit, done, due, close):
    hit.see()
    hit.do(*done)
    straight = "a comparison" if due == "compare" else f"what is due: .*{due}"
    hit.refused(close, f"waits for .*{due} |Nobody has compared", straight=straight)
    assert due in hit.due()


def test_a_read_without_a_picture_is_opened_before_it_is_closed(runtime, clock):
    hit = TriedHit(runtime, clock, plate_picture=None, vehicle_picture=None)
    hit.refused(CLOSE_UNSCORED, "waits for compare", straight="a comparison")
    hit.see()
    assert hit.do(CLOSE_UNSCORED).state is HitState.CLOSED


def test_what_is_due_after_a_closing_stands_in_the_queue_and_can_be_done(hit):
    hit.see()
    hit.do(COMPARE, CONFIRM, FROM_DESK, CALL)
    found = hit.do(replace(FOUND_EMPTY, recovered=True)).event.id
    closed = hit.do(CLOSE).event.id
    hit.do(Correct(event=found, why="It was another car", values={"recovered": False}))
    queue = hit.runtime.hits.queue(OFFICER).frame
    assert list(queue[queue["hit_id"] == hit.id]["due"]) == [DueKind.RECOVERY_CALL]
    hit.do(Correct(event=closed, why="It was not done with", withdrawn=True))
    assert hit.do(RECOVERY).state is HitState.CALLED
    assert hit.do(CLOSE).state is HitState.CLOSED


def test_a_late_confirmation_wipes_no_violation_and_is_one_itself(hit, clock):
    before = clock()
    hit.do(FROM_DESK, knowing=[EARLY])
    with pytest.raises(ViolationAheadError, match="back_dated"):
        hit.do(CONFIRM, at=before)
    hit.do(CONFIRM, at=before, knowing=[ViolationKind.BACK_DATED])
    assert hit.broken() == {EARLY, ViolationKind.BACK_DATED}


def test_a_violation_stays_beside_its_correction(hit):
    told = hit.do(FROM_DESK, knowing=[EARLY]).event.id
    corrected = hit.do(Correct(event=told, why="It was another hit", withdrawn=True)).event.id
    (violation,) = hit.show().steps.violations
    assert (violation.kind, violation.event_id, violation.corrected_by) == (EARLY, told, corrected)
    assert hit.show().hit.state is HitState.OPENED
    assert DueKind.CONFIRMATION not in hit.due()


@pytest.mark.parametrize("statement", ["DELETE FROM hit_event", "UPDATE hit_event SET kind = 'x'"])
def test_nobody_takes_a_violation_away(hit, statement):
    hit.do(FROM_DESK, knowing=[EARLY])
    for role in (hit.runtime.database.service, hit.runtime.database.owner):
        with pytest.raises(Exception, match="permission denied|is refused"), role.begin() as c:
            c.execute(text(f"{statement} WHERE kind = 'flagged'"))
    assert hit.broken() == {EARLY}


def test_nothing_that_breaks_a_rule_is_recorded_unknowingly(hit):
    for knowing in ((), [ViolationKind.BACK_DATED]):
        with pytest.raises(ViolationAheadError, match="broadcast_before_confirmation") as refused:
            hit.do(FROM_DESK, knowing=knowing)
        assert refused.value.where["knowing"] == EARLY
    assert hit.kinds() == [HitEventKind.OPENED]


def test_a_car_is_what_the_camera_and_the_shift_say(hit):
    hit.refused(FROM_CAR, "follows from", straight="the place that follows", main=True)
    with pytest.raises(ViolationAheadError, match="426.6.3"):
        hit.do(Broadcast(channel="Patrol main"))
    hit.do(CONFIRM)
    told = hit.do(Broadcast(channel="Patrol main"))
    assert told.event.details["place"] == Place.DESKTOP


def test_who_has_the_cars_shift_on_broadcasts_from_the_car(runtime, database, policy, clock):
    depot = Depot(runtime, open_staff(database, policy, clock), clock)
    driver = depot.person(Role.OFFICER)
    unit, (camera,) = depot.car()
    seen_at = clock()
    clock.move(minutes=1)
    (number,) = store_hits_of_reads(runtime, {"camera_id": camera, "seen_at": seen_at})
    for actor in (OFFICER, driver):
        enrolled(database, actor.person.username)
        runtime.hits.act(actor, number, OPEN)
    tell = Broadcast(channel="Patrol main")
    with pytest.raises(ViolationAheadError, match="broadcast_before_confirmation"):
        runtime.hits.act(driver, number, tell)
    depot.shift(unit, driver)
    told = runtime.hits.act(driver, number, FROM_CAR)
    assert (told.event.details["place"], told.violations) == (Place.VEHICLE, ())
    with pytest.raises(HitError, match="follows from"):
        runtime.hits.act(OFFICER, number, FROM_CAR)
    early = Correct(event=told.event.id, why="It was a minute before", time=seen_at)
    with pytest.raises(ViolationAheadError, match="broadcast_before_confirmation"):
        runtime.hits.act(driver, number, early)


def test_an_operator_is_a_person_of_the_department(hit):
    nobody = replace(CONFIRM, operator="n.obody")
    hit.refused(nobody, "nobody of the department", error=PersonUnknownError, straight="operator")
    assert hit.do(CONFIRM).event.details["operator"] == "o.officer"
    named = hit.do(replace(REFUSE, operator="Made Up o.other"))
    assert named.event.details["operator"] == "o.other"


@pytest.mark.parametrize(
    "act",
    [
        replace(CONFIRM, response="x"),
        replace(CONFIRM, result="x"),
        replace(CALL, vehicle_description="x"),
        replace(CALL, direction="-"),
        Broadcast(channel="1"),
        replace(STOP, facts="x"),
        replace(STOP, facts="zxq wvu plk"),
        replace(STOP, code_section="x"),
    ],
)
def test_a_letter_is_no_text_and_no_number(hit, act):
    hit.do(CONFIRM)
    with pytest.raises(FormError):
        hit.do(act, knowing=ViolationKind)


def test_who_did_not_record_it_and_is_no_supervisor_corrects_nothing(hit):
    told = hit.do(CONFIRM).event.id
    wrong = Correct(event=told, why="Another plate was run", withdrawn=True)
    hit.refused(wrong, "Somebody else recorded", by=OTHER, straight="who recorded it")
    assert hit.do(wrong, by=SERGEANT).state is HitState.OPENED


def test_a_correction_is_held_to_what_the_act_itself_is_held_to(hit):
    hit.see()
    compared = hit.do(replace(COMPARE, vehicle_picture=False)).event.id
    nobody = hit.do(CONFIRM).event.id
    for event, values, error in (
        (compared, {"make": "perhaps"}, HitError),
        (compared, {"more": "x"}, HitError),
        (nobody, {"operator": "n.obody"}, PersonUnknownError),
        (nobody, {"response": "x"}, FormError),
        (10**9, {"response": "x"}, HitError),
    ):
        with pytest.raises(error):
            hit.do(Correct(event=event, why="It was wrong", values=values))
    flagged = hit.do(STOP).event.id
    with pytest.raises(HitError, match="needs its code section"):
        hit.do(Correct(event=flagged, why="It was wrong", values={"code_section": ""}))


def test_what_is_withdrawn_under_a_call_is_flagged(hit):
    confirmed = hit.do(CONFIRM).event.id
    hit.do(FROM_DESK, CALL)
    wrong = Correct(event=confirmed, why="Another plate was run", withdrawn=True)
    with pytest.raises(ViolationAheadError, match="without_confirmation"):
        hit.do(wrong)
    hit.do(wrong, knowing=[ViolationKind.WITHOUT_CONFIRMATION, EARLY])
    assert {ViolationKind.WITHOUT_CONFIRMATION, EARLY} <= hit.broken()


def test_a_late_act_is_never_recorded_before_the_read(hit):
    with pytest.raises(HitError, match="before the plate was read"):
        hit.do(ASK, at=SEEN_AT - timedelta(seconds=1), knowing=ViolationKind)

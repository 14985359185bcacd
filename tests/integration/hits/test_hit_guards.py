"""The database keeps a hit's life in order by itself: what Python refuses, it refuses too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from tests.access import await_waiting
from tests.hits import (
    ACTS,
    ASK,
    ASK_AGAIN,
    CALL,
    CLOSE,
    CLOSE_UNSCORED,
    COMPARE,
    CONFIRM,
    FACTS,
    FOUND_EMPTY,
    FROM_DESK,
    OPEN,
    RECOVERY,
    REFUSE,
    RUN_PLATE,
    SCORE,
    SEEN_AT,
    STOP,
    enrolled,
    see,
    store_hits,
    store_hits_of_reads,
)
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.hotlists.hits.acts import Broadcast, Confirm, Refuse
from workbench.hotlists.hits.correcting import ACT_OF
from workbench.storage.hit_tables import hit_event

OFFICER = made_actor(Role.OFFICER, username="o.officer")
ADDED = {
    Broadcast: {"main": True, "place": "desktop"},
    Confirm: {"operator": "o.officer"},
    Refuse: {"operator": "o.officer"},
}
"""What the deed adds to what people say."""


class Straight:
    """Writes events as the service role, past everything that Python checks."""

    def __init__(self, runtime, hit_id):
        self.engine = runtime.database.service
        self.hit_id = hit_id
        enrolled(runtime.database, "o.officer")
        see(runtime, OFFICER, hit_id)
        self.minutes = 1

    def add(self, act, *, minutes=None, later=timedelta(hours=9), **details):
        self.minutes += 1
        at = SEEN_AT + timedelta(minutes=self.minutes if minutes is None else minutes)
        values = {
            "hit_id": self.hit_id,
            "kind": act.kind,
            "happened_at": at,
            "recorded_at": at + later,
            "recorded_by": "o.officer",
            "details": act.details() | ADDED.get(type(act), {}) | details,
        }
        if act is COMPARE:
            values["details"].setdefault("list_age_minutes", 180)
        with self.engine.begin() as connection:
            statement = insert(hit_event).values(values).returning(hit_event.c.id)
            return connection.execute(statement).scalar_one()

    def state(self):
        with self.engine.connect() as connection:
            sql = text("SELECT state FROM hit WHERE id = :id")
            return connection.execute(sql, {"id": self.hit_id}).scalar_one()

    def refused(self, act, match, **more):
        before = self.state()
        with pytest.raises(IntegrityError, match=match):
            self.add(act, **more)
        assert self.state() == before


@pytest.fixture
def straight(runtime, clock):
    clock.at = SEEN_AT
    return Straight(runtime, store_hits_of_reads(runtime)[0])


def test_a_hit_goes_through_its_life(straight):
    states = []
    for act in (OPEN, COMPARE, FROM_DESK, ASK):
        straight.add(act)
        states.append(straight.state())
    confirmation = straight.add(CONFIRM)
    states.append(straight.state())
    for act in (FROM_DESK, CALL, FOUND_EMPTY, RECOVERY, CLOSE, SCORE):
        straight.add(act, confirmation=confirmation)
        states.append(straight.state())
    assert states == [
        *("opened", "compared", "broadcast", "broadcast", "confirmed", "broadcast"),
        *("called", "called", "called", "closed", "closed"),
    ]


@pytest.mark.parametrize("act", [act for act in ACTS if act not in {OPEN, SCORE}])
def test_nothing_happens_to_a_hit_that_nobody_opened(straight, act):
    straight.refused(act, "somebody who opened")


@pytest.mark.parametrize("act", [act for act in ACTS if act is not SCORE])
def test_nothing_happens_to_a_closed_hit_but_scoring(straight, act):
    straight.add(OPEN)
    straight.add(COMPARE)
    straight.add(CLOSE_UNSCORED)
    straight.refused(act, "a hit that is open")


@pytest.mark.parametrize("act", [CALL, STOP])
def test_no_call_and_no_stop_without_the_standing_confirmation(straight, act):
    straight.add(OPEN)
    straight.refused(act, "the standing confirmation")
    straight.refused(act, "the standing confirmation", confirmation=None)
    first = straight.add(CONFIRM)
    straight.refused(act, "the standing confirmation")
    straight.refused(act, "the standing confirmation", confirmation=first + 1)
    straight.refused(act, "the standing confirmation", confirmation=str(first))
    straight.add(REFUSE)
    straight.refused(act, "the standing confirmation", confirmation=first)
    second = straight.add(CONFIRM)
    straight.refused(act, "the standing confirmation", confirmation=first)
    straight.add(act, confirmation=second)


@pytest.mark.parametrize(("minutes", "taken"), [(29.99, False), (30, True), (30.01, True)])
def test_a_stop_comes_after_its_confirmation(straight, minutes, taken):
    straight.add(OPEN)
    confirmation = straight.add(CONFIRM, minutes=30)
    if taken:
        straight.add(STOP, minutes=minutes, confirmation=confirmation)
    else:
        straight.refused(STOP, "confirmation", minutes=minutes, confirmation=confirmation)


@pytest.mark.parametrize(
    ("lacking", "match"),
    [
        *(({"basis": basis}, "a basis beside") for basis in (None, "", 7, "ALPR hit", "alpr_hit")),
        *(({"facts": facts}, "the facts") for facts in (None, "", "   ", 7, "x", "a b c d e f")),
        ({"code_section": " "}, "section or warrant"),
        ({"basis": "person_recognised_warrant_confirmed"}, "section or warrant"),
    ],
)
def test_a_stop_needs_a_basis_beside_the_hit(straight, lacking, match):
    straight.add(OPEN)
    confirmation = straight.add(CONFIRM)
    straight.refused(STOP, match, confirmation=confirmation, **lacking)


def test_the_confirmation_of_another_hit_is_none(runtime, straight):
    other = Straight(runtime, store_hits_of_reads(runtime)[0])
    other.add(OPEN)
    theirs = other.add(CONFIRM)
    straight.add(OPEN)
    straight.add(CONFIRM)
    straight.refused(STOP, "the standing confirmation", confirmation=theirs)


@pytest.mark.parametrize("act", [CALL, STOP])
def test_a_special_list_sends_nobody(runtime, clock, act):
    clock.at = SEEN_AT
    straight = Straight(runtime, store_hits_of_reads(runtime, kind="special")[0])
    straight.add(OPEN)
    confirmation = straight.add(CONFIRM)
    straight.refused(act, "more than informational", confirmation=confirmation)


@pytest.mark.parametrize(
    ("act", "missing"),
    [
        *((CONFIRM, {part: blank}) for part in CONFIRM.details() for blank in ("", " ", None)),
        *((REFUSE, {part: ""}) for part in REFUSE.details()),
        *((CALL, {part: ""}) for part in ("call_type", "vehicle_description", "direction")),
        *((COMPARE, {part: "perhaps"}) for part in ("region", "make", "colour")),
        (COMPARE, {"plate_picture": False, "vehicle_picture": False}),
        (COMPARE, {"plate_picture": "true", "vehicle_picture": None}),
        (COMPARE, {"list_age_minutes": "old"}),
        (ASK, {"priority": "soon"}),
        (ASK, {"second": "no"}),
        (ASK_AGAIN, {}),
        (CONFIRM, {"operator": "n.obody"}),
        (FROM_DESK, {"channel": ""}),
        (FROM_DESK, {"place": "bar"}),
        (FROM_DESK, {"place": "vehicle"}),
        (FROM_DESK, {"main": None}),
        (FROM_DESK, {"cancels": None}),
        (FOUND_EMPTY, {"occupancy": "full"}),
        (FOUND_EMPTY, {"recovered": None}),
        (CLOSE, {"disposition": "fine"}),
        (CLOSE, {"outcome": None}),
        (CLOSE, {}),
        (SCORE, {"disposition": None}),
        (SCORE, {"plate_picture": False}),
    ],
)
def test_an_event_that_lacks_what_it_needs_is_refused(straight, act, missing):
    straight.add(OPEN)
    confirmation = straight.add(CONFIRM)
    more = {"confirmation": confirmation} if act is CALL else {}
    straight.refused(act, "lacks", **more, **missing)


@pytest.mark.parametrize(("seconds", "taken"), [(-1, False), (0, True), (1, True)])
def test_nothing_happens_before_the_read(straight, seconds, taken):
    if taken:
        straight.add(OPEN, minutes=seconds / 60)
    else:
        straight.refused(OPEN, "a time after the read", minutes=seconds / 60)


@pytest.mark.parametrize(("later_s", "taken"), [(-1, False), (0, True), (1, True)])
def test_nothing_is_recorded_before_it_happens(straight, later_s, taken):
    later = timedelta(seconds=later_s)
    if taken:
        straight.add(OPEN, later=later)
    else:
        straight.refused(OPEN, "not_ahead", later=later)


def test_an_event_recorded_late_does_not_turn_the_state_back(straight):
    straight.add(OPEN)
    straight.add(REFUSE, minutes=30)
    straight.add(CONFIRM, minutes=20)
    assert straight.state() == "refused"
    straight.add(RUN_PLATE)
    assert straight.state() == "refused"


@pytest.mark.parametrize("state", ["opened", "confirmed", "called", "closed"])
def test_a_hit_begins_as_new(database, state):
    with pytest.raises(IntegrityError, match="begins as new"):
        store_hits(database.service, {"state": state})


CHANGES = [
    "UPDATE hit SET state = 'confirmed'",
    "UPDATE hit SET posterior = 1",
    "DELETE FROM hit",
    "TRUNCATE hit CASCADE",
    "UPDATE hit_event SET recorded_by = 'x'",
    "DELETE FROM hit_event",
    "TRUNCATE hit_event CASCADE",
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("role", ["service", "owner"])
def test_nobody_changes_what_was_done(database, straight, role, statement):
    straight.add(OPEN)
    with (
        pytest.raises(ProgrammingError, match="permission denied|is refused"),
        getattr(database, role).begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_purger_deletes_and_changes_nothing(database, straight):
    straight.add(OPEN)
    for statement in (CHANGES[0], CHANGES[4], "TRUNCATE hit_event CASCADE"):
        with pytest.raises(DBAPIError, match="permission"), database.purger.begin() as connection:
            connection.execute(text(statement))
    with database.purger.begin() as connection:
        for sql in ("DELETE FROM hit_event WHERE hit_id = :id", "DELETE FROM hit WHERE id = :id"):
            assert connection.execute(text(sql), {"id": straight.hit_id}).rowcount == 1


def test_the_service_cannot_switch_the_guards_off(database):
    for statement in (
        "ALTER TABLE hit_event DISABLE TRIGGER ALL",
        "DROP TRIGGER hit_guarded ON hit",
        "DROP FUNCTION check_hit_event() CASCADE",
        "SET session_replication_role = 'replica'",
    ):
        with pytest.raises(DBAPIError), database.service.begin() as connection:
            connection.execute(text(statement))


def test_a_temporary_table_of_the_same_name_changes_nothing(database, straight):
    """Whoever may make temporary tables could otherwise make up a confirmation."""
    straight.add(OPEN)
    values = {"hit": straight.hit_id, "facts": FACTS, "at": SEEN_AT + timedelta(hours=1)}
    stop = text(
        "INSERT INTO public.hit_event"
        " (hit_id, kind, happened_at, recorded_at, recorded_by, details)"
        " VALUES (:hit, 'stopped', :at, :at, 'x',"
        " jsonb_build_object('basis', 'welfare', 'facts', CAST(:facts AS text),"
        " 'confirmation', 77))"
    )
    made_up = "INSERT INTO pg_temp.hit_event VALUES (77, :hit, 'confirmed', :at, :at, 'x', '{}')"
    with database.service.connect() as connection:
        for table in ("hit", "hit_event"):
            connection.execute(text(f"CREATE TEMP TABLE {table} (LIKE public.{table})"))
        connection.execute(text("INSERT INTO pg_temp.hit SELECT * FROM public.hit"))
        connection.execute(text(made_up), values)
        with pytest.raises(IntegrityError, match="confirmation"):
            connection.execute(stop, values)
        connection.rollback()


def test_two_at_one_time_wait_for_each_other(database, straight):
    """What the second may do depends on what the first did, committed or not."""
    straight.add(OPEN)
    straight.add(COMPARE)
    at = SEEN_AT + timedelta(hours=1)
    closed = {
        "hit_id": straight.hit_id,
        "kind": CLOSE_UNSCORED.kind,
        "happened_at": at,
        "recorded_at": at,
        "recorded_by": "o.officer",
        "details": CLOSE_UNSCORED.details(),
    }
    with ThreadPoolExecutor(1) as pool:
        with database.service.begin() as connection:
            connection.execute(insert(hit_event).values(closed))
            second = pool.submit(straight.add, COMPARE)
            await_waiting(database, 1)
        with pytest.raises(IntegrityError, match="a hit that is open"):
            second.result()


def test_every_kind_of_event_has_a_test_here():
    assert {act.kind for act in ACTS} == set(ACT_OF)

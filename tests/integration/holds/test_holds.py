"""Holds: what is held, by what, until when, and that nobody holds nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from tests.held_reads import (
    ANALYST,
    CASE,
    WHY,
    counted,
    held,
    minutes_after,
    new_plate,
    numbers,
    of_plate,
    placed,
    store,
    take_in,
    under,
)
from tests.people import made_actor
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.place import Circle, Point
from workbench.domain.read_set import ReadSet
from workbench.errors import AuditWriteError, CriteriaError, DeniedError, FormError, HoldError
from workbench.retention.holds.fitting import hold_fitting_reads
from workbench.retention.holds.hold import HoldState
from workbench.retention.holds.placing import NewHold
from workbench.storage.detection_tables import detection

SEEN = datetime(2026, 11, 1, 20, tzinfo=UTC)
CUSTODIAN = made_actor(Role.RECORDS_CUSTODIAN, username="r.custodian")
DAY = Period(SEEN, SEEN + timedelta(hours=24))
PLACE = Circle(Point(-121.28, 38.746), 100)


@pytest.fixture
def holds(runtime):
    return runtime.holds


@pytest.fixture
def place(runtime):
    return partial(placed, runtime)


@pytest.fixture
def engine(database):
    return database.service


@pytest.fixture
def plate() -> str:
    return new_plate()


def records(database, kind: str, hold_id: int) -> list[dict]:
    sql = (
        "SELECT * FROM audit_record WHERE (details ->> 'hold')::bigint = :hold AND kind = :kind"
        " ORDER BY seq"
    )
    with database.owner.connect() as connection:
        rows = connection.execute(text(sql), {"kind": kind, "hold": hold_id})
        return [dict(row) for row in rows.mappings()]


def test_what_fits_is_held_by_a_look_that_says_why(place, runtime, engine, database, plate):
    ids = store(engine, plate, *minutes_after(SEEN, 0, 5))
    store(engine, new_plate(), SEEN)
    made = place(of_plate(plate))
    assert made.reads == 2
    assert made.warning is None
    assert held(engine, made.hold.id) == sorted(ids)
    (outcome,) = records(database, "look:outcome", made.hold.id)
    assert outcome["access_id"] == made.access_id == made.hold.access_id
    assert outcome["details"]["reads"] == 2
    record = runtime.audit.read(made.access_id)
    assert record.kind == "hold:place"
    assert (record.purpose, record.case_number) == ("active_investigation", CASE)
    assert record.plate == plate
    assert record.criteria["reads"] == of_plate(plate).as_json()
    assert record.criteria["reason"] == WHY


def test_no_audit_no_hold(runtime, holds, engine, database, plate):
    store(engine, plate, SEEN)
    inquiry = under(runtime)
    wanted = NewHold(case_number=CASE, reason=WHY, meant=of_plate(plate))
    with database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        with pytest.raises(AuditWriteError):
            holds.placing.place(ANALYST, inquiry, wanted)
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
    assert not [one for one in holds.register.all(ANALYST) if one.hold.meant == of_plate(plate)]


@pytest.mark.parametrize("role", [Role.GARAGE, Role.DISPATCHER, Role.ALPR_ADMINISTRATOR])
def test_who_may_not_place_holds_is_refused(runtime, holds, plate, role):
    wanted = NewHold(case_number=CASE, reason=WHY, meant=of_plate(plate))
    with pytest.raises(DeniedError, match="holds:place is for"):
        holds.placing.place(made_actor(role), under(runtime), wanted)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("case_number", " ", "case number is not written"),
        ("case_number", "x", "case number is not written"),
        ("reason", "\n", "says too little"),
        ("reason", "y y y y", "says too little"),
        ("reason", f"{WHY} " * 100, "too long"),
    ],
)
def test_a_hold_says_for_which_case_and_why(place, database, plate, field, value, said):
    before = heads(database)
    with pytest.raises((FormError, HoldError), match=said):
        place(of_plate(plate), **{field: value})
    assert heads(database) == before


def heads(database) -> tuple[int, int]:
    """How many holds and looks at holds there are."""
    sql = "SELECT (SELECT count(*) FROM hold), count(*) FROM audit_record WHERE kind = 'hold:place'"
    with database.owner.connect() as connection:
        return tuple(connection.execute(text(sql)).one())


def test_a_hold_on_nothing_is_refused():
    with pytest.raises(CriteriaError, match="No read is meant"):
        ReadSet()


def test_a_hold_on_reads_that_do_not_exist_is_refused_and_names_them(place, engine, plate):
    (known,) = store(engine, plate, SEEN)
    with pytest.raises(HoldError, match=rf"\[{2**62}\]"):
        place(ReadSet(detections=(known, 2**62)))


def test_a_hold_that_fits_nothing_yet_stands_with_a_warning(
    place, runtime, engine, plate, tmp_path
):
    made = place(of_plate(plate))
    assert made.reads == 0
    assert "later" in made.warning
    take_in(runtime, tmp_path, plate, SEEN)
    assert held(engine, made.hold.id) == numbers(engine, plate)


def test_named_reads_and_criteria_are_held_together(place, engine, plate):
    ids = store(engine, plate, SEEN)
    others = store(engine, new_plate(), SEEN)
    meant = ReadSet(search=of_plate(plate).search, detections=tuple(others))
    made = place(meant)
    assert held(engine, made.hold.id) == sorted(ids + others)


@pytest.mark.parametrize("micros", [-1, 0, 1])
@pytest.mark.parametrize("later", [False, True])
def test_a_window_ends_before_its_end(place, runtime, engine, plate, tmp_path, later, micros):
    end = SEEN + timedelta(minutes=10)
    meant = of_plate(plate, period=Period(SEEN, end))
    at = end + timedelta(microseconds=micros)
    if not later:
        store(engine, plate, at)
    made = place(meant)
    if later:
        take_in(runtime, tmp_path, plate, at)
    assert len(held(engine, made.hold.id)) == int(micros < 0)


WAYS = {
    "pattern": lambda plate: of_plate(f"{plate[:-1]}?"),
    "star": lambda plate: of_plate(f"{plate[:5]}*"),
    "camera": lambda plate: ReadSet(search=SearchCriteria(cameras=(f"C-{plate}",), period=DAY)),
    "place": lambda plate: of_plate(plate, area=PLACE),
    "window": lambda plate: of_plate(plate, period=Period(SEEN, SEEN + timedelta(minutes=1))),
    "confidence": lambda plate: of_plate(plate, min_confidence=0.9),
}


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_criteria_holds_the_same_now_and_later(
    place, runtime, engine, plate, tmp_path, way, later
):
    other = {"camera": f"X-{plate}", "lon": -121.4, "confidence": 0.5}
    if not later:
        take_in(runtime, tmp_path, plate, SEEN, camera=f"C-{plate}")
        take_in(runtime, tmp_path, plate, SEEN + timedelta(hours=2), **other)
    made = place(WAYS[way](plate))
    if later:
        take_in(runtime, tmp_path, plate, SEEN, camera=f"C-{plate}")
        take_in(runtime, tmp_path, plate, SEEN + timedelta(hours=2), **other)
    ids = numbers(engine, plate)
    expected = ids if way in {"pattern", "star"} else ids[:1]
    assert held(engine, made.hold.id) == sorted(expected)


def test_reads_that_come_while_a_hold_is_placed_are_held(place, runtime, engine, plate, tmp_path):
    """Some are stored before, some after; none slips between."""
    stop = threading.Event()

    def deliver() -> None:
        minute = 0
        while not stop.is_set() and minute < 200:
            take_in(runtime, tmp_path, plate, SEEN + timedelta(minutes=minute))
            minute += 1

    courier = threading.Thread(target=deliver)
    courier.start()
    try:
        made = [place(of_plate(plate)) for _ in range(5)]
    finally:
        stop.set()
        courier.join()
    for one in made:
        assert held(engine, one.hold.id) == sorted(numbers(engine, plate))


def test_a_read_stays_until_its_last_hold_is_released(
    place, holds, runtime, engine, database, plate
):
    (number,) = store(engine, plate, SEEN)
    first = place(of_plate(plate)).hold.id
    second = place(ReadSet(detections=(number,))).hold.id
    assert counted(runtime, first, CUSTODIAN).only == 0
    holds.decisions.release(CUSTODIAN, first, reason="The case is closed")
    with pytest.raises(DBAPIError, match="under hold"):
        purge(database, number)
    assert counted(runtime, second, CUSTODIAN).only == 1
    released = holds.decisions.release(CUSTODIAN, second, reason="The appeal is decided")
    assert released.state is HoldState.RELEASED
    purge(database, number)
    assert numbers(engine, plate) == []


def purge(database, number: int) -> None:
    with database.purger.begin() as connection:
        connection.execute(delete(detection).where(detection.c.id == number))


def test_only_the_custodian_releases_and_says_why(place, holds, database, engine, plate):
    store(engine, plate, SEEN)
    number = place(of_plate(plate)).hold.id
    for role in (Role.ANALYST, Role.SERVICES_CAPTAIN, Role.ALPR_ADMINISTRATOR):
        with pytest.raises(DeniedError):
            holds.decisions.release(made_actor(role), number, reason="No longer needed")
    with pytest.raises(FormError, match="says too little"):
        holds.decisions.release(CUSTODIAN, number, reason=" ")
    holds.decisions.release(CUSTODIAN, number, reason="The case is closed")
    (record,) = records(database, "hold:release", number)
    assert record["reason"] == "The case is closed"
    assert record["username"] == "r.custodian"
    with pytest.raises(HoldError, match="is released already, by r.custodian"):
        holds.decisions.release(CUSTODIAN, number, reason="Once more")


def test_a_released_hold_holds_nothing_that_comes_later(
    place, holds, runtime, engine, plate, tmp_path
):
    number = place(of_plate(plate)).hold.id
    holds.decisions.release(CUSTODIAN, number, reason="The case is closed")
    take_in(runtime, tmp_path, plate, SEEN)
    assert held(engine, number) == []


@pytest.mark.parametrize("micros", [-1, 0, 1])
def test_a_hold_ends_by_itself_at_its_end(
    place, holds, runtime, engine, plate, clock, tmp_path, micros
):
    end = clock() + timedelta(days=1)
    number = place(of_plate(plate), ends_at=end).hold.id
    clock.at = end + timedelta(microseconds=micros)
    stands = micros < 0
    expected = HoldState.STANDING if stands else HoldState.ENDED
    assert holds.register.show(ANALYST, number).state is expected
    assert (number in {one.hold.id for one in holds.register.all(ANALYST)}) is stands
    assert number in {one.hold.id for one in holds.register.all(ANALYST, ended=True)}
    take_in(runtime, tmp_path, plate, SEEN)
    assert len(held(engine, number)) == int(stands)


def test_a_hold_that_would_end_before_it_begins_is_refused(place, plate, clock):
    for end in (clock(), clock() - timedelta(microseconds=1)):
        with pytest.raises(HoldError, match="before it begins"):
            place(of_plate(plate), ends_at=end)


def test_what_is_missing_is_added_before_a_purge_and_only_once(place, engine, plate, clock):
    made = place(of_plate(plate))
    ids = store(engine, plate, *minutes_after(SEEN, 0, 1))  # by another way: no watcher saw them
    assert held(engine, made.hold.id) == []
    with engine.begin() as connection:
        assert hold_fitting_reads(connection, clock()) >= 2
    assert held(engine, made.hold.id) == sorted(ids)
    with engine.begin() as connection:
        assert hold_fitting_reads(connection, clock()) == 0


def test_the_reads_of_a_hold_are_shown_under_an_inquiry_and_logged(
    place, runtime, database, engine, plate
):
    ids = store(engine, plate, *minutes_after(SEEN, 0, 1))
    number = place(of_plate(plate)).hold.id
    nobody = UUID(int=0)
    with pytest.raises(DeniedError):
        runtime.door.held(ANALYST, nobody, number, limit=10)
    inquiry = runtime.inquiries.open(
        ANALYST, purpose="active_investigation", reason="Made-up robbery", case_number=CASE
    )
    found = runtime.door.held(ANALYST, inquiry.id, number, limit=1)
    assert found.truncated
    assert found.table["detection_id"].to_pylist() == ids[-1:]
    record = runtime.audit.read(found.access_id)
    assert record.criteria == {"look": "hold", "hold": number, "limit": 1}


def test_a_hold_without_a_number_or_of_another_is_not_there(holds):
    for number in (0, -1, 2**62, 2**63):
        with pytest.raises(HoldError, match="no such hold"):
            holds.register.show(ANALYST, number)


def test_a_hold_that_says_nothing_holds_what_is_written_down(
    holds, runtime, engine, database, plate, clock
):
    """Placed past the workbench, as by a restored ledger: it stands in nobody's way."""
    (number,) = store(engine, plate, SEEN)
    raw = text(
        "WITH placed AS (INSERT INTO hold (case_number, reason, criteria, placed_at, placed_by)"
        " VALUES ('c', 'r', '{\"look\": \"rows\"}', now() - interval '9 years', 'x') RETURNING id)"
        " INSERT INTO held_detection SELECT id, :read, now(), now() FROM placed RETURNING hold_id"
    )
    with engine.begin() as connection:
        hold_id = connection.execute(raw, {"read": number}).scalar_one()
        hold_fitting_reads(connection, clock())
    assert holds.register.show(CUSTODIAN, hold_id).hold.meant is None
    assert counted(runtime, hold_id, CUSTODIAN).reads == 1
    done = holds.decisions.release(CUSTODIAN, hold_id, reason="The case is closed")
    assert done.state is HoldState.RELEASED


def test_a_wildcard_alone_is_no_pattern():
    with pytest.raises(Exception, match="finds everything"):
        parse_pattern("*")

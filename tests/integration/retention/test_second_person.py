"""What one person may not hold alone waits for another, and meanwhile nothing is purged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.held_reads import ANALYST, counted, held, new_plate, of_plate, placed, store, take_in
from tests.people import made_actor
from tests.retention import JOB
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.place import Circle, Point, Polygon
from workbench.domain.read_set import ReadSet
from workbench.errors import DeniedError, FormError, HoldError, HoldWaitsError
from workbench.policy import load_policy
from workbench.retention.holds.alone import why_too_wide
from workbench.retention.holds.hold import HoldState

SEEN = datetime(2026, 11, 1, 20, tzinfo=UTC)
AGES = Period(datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
EVERYTHING = ReadSet(search=SearchCriteria(period=AGES))
HERE = Point(-121.28, 38.746)
SUPERVISOR = made_actor(Role.SUPERVISOR, username="s.supervisor")
CUSTODIAN = made_actor(Role.RECORDS_CUSTODIAN, username="r.custodian")
WHY = "The series needs it"
RULES = load_policy().holds


@pytest.fixture
def few(site):
    """A site whose policy lets one person hold three reads, and five together."""
    holds = RULES.model_copy(
        update={
            "alone_reads": RULES.alone_reads.model_copy(update={"value": 3}),
            "alone_reads_together": RULES.alone_reads_together.model_copy(update={"value": 5}),
        }
    )
    return replace(site, policy=site.policy.model_copy(update={"holds": holds}))


def of(**search) -> ReadSet:
    return ReadSet(search=SearchCriteria(**search))


def hours(count: float) -> Period:
    return Period(SEEN, SEEN + timedelta(hours=count))


LONGEST, WIDEST = RULES.window_hours.value, RULES.place_radius_m.value
KNOWN = RULES.plate_characters.value
MICRO_H = 1 / 3600e6


@pytest.mark.parametrize(
    ("meant", "narrow"),
    [
        (of(plate=parse_pattern("7")), True),
        (of(plate=parse_pattern("ABCDEFG"[: KNOWN - 1] + "*")), False),
        (of(plate=parse_pattern("ABCDEFG"[:KNOWN] + "*")), True),
        (of(plate=parse_pattern("ABCDEFG"[: KNOWN + 1] + "*")), True),
        (of(plate=parse_pattern("?" * KNOWN + "*")), False),
        (of(plate=parse_pattern("[0123456789]" * KNOWN + "*")), False),
        (of(period=hours(LONGEST - MICRO_H)), True),
        (of(period=hours(LONGEST)), True),
        (of(period=hours(LONGEST + MICRO_H)), False),
        (of(area=Circle(HERE, WIDEST - 1)), True),
        (of(area=Circle(HERE, WIDEST)), True),
        (of(area=Circle(HERE, WIDEST + 1)), False),
        (of(area=Polygon.of([(-121.281, 38.745), (-121.279, 38.745), (-121.28, 38.747)])), True),
        (of(area=Polygon.of([(-122, 38), (-121, 38), (-121, 39)])), False),
        (of(cameras=("North 1",)), False),
        (of(plate=parse_pattern("A*"), period=hours(1)), True),
        (EVERYTHING, False),
        (ReadSet(search=EVERYTHING.search, detections=(1,)), False),
        (ReadSet(detections=(1, 2)), True),
    ],
)
def test_a_hold_is_narrowed_to_a_plate_a_window_or_a_place(meant, narrow):
    assert (why_too_wide(meant, RULES) is None) is narrow


def test_a_hold_on_everything_waits_and_holds_nothing(site):
    site.read(SEEN)
    made = placed(site.runtime, EVERYTHING)
    assert (made.state, made.reads) == (HoldState.WAITING, None)
    assert "second person" in made.warning
    assert held(site.database.service, made.hold.id) == []
    outcome = site.logged("look:outcome")[-1]
    assert (outcome["outcome"], outcome["reads"]) == ("waiting", None)


@pytest.mark.parametrize(("reads", "waits"), [(2, False), (3, False), (4, True)])
def test_a_hold_on_more_reads_than_one_person_may_hold_waits(few, reads, waits):
    plate = new_plate()
    store(few.database.service, plate, *(SEEN + timedelta(minutes=m) for m in range(reads)))
    made = placed(few.runtime, of_plate(plate))
    assert made.state is (HoldState.WAITING if waits else HoldState.STANDING)
    assert made.reads == (None if waits else reads)
    assert len(held(few.database.service, made.hold.id)) == (0 if waits else reads)


@pytest.mark.parametrize(("second", "waits"), [(1, False), (2, False), (3, True)])
def test_many_small_holds_of_one_person_count_together(few, second, waits):
    """Or whoever may not hold everything at once would hold it bit by bit."""
    for reads in (3, second):
        plate = new_plate()
        store(few.database.service, plate, *(SEEN + timedelta(minutes=m) for m in range(reads)))
        made = placed(few.runtime, of_plate(plate))
    assert made.state is (HoldState.WAITING if waits else HoldState.STANDING)
    other = placed(few.runtime, of_plate(plate), made_actor(Role.OFFICER, username="o.other"))
    assert other.state is HoldState.STANDING, "each person's count for themselves"


@pytest.mark.parametrize("by", [SUPERVISOR, CUSTODIAN])
def test_another_person_approves_and_then_it_holds(site, by):
    ids = store(site.database.service, "7ABC123", SEEN)
    number = placed(site.runtime, EVERYTHING).hold.id
    done = site.runtime.holds.decisions.approve(by, number, reason=WHY)
    assert done.state is HoldState.STANDING
    assert done.hold.approved_by == by.person.username
    assert held(site.database.service, number) == ids
    assert site.logged("hold:approve")[-1]["reads"] == 1
    with pytest.raises(HoldError, match="approved already"):
        site.runtime.holds.decisions.approve(SUPERVISOR, number, reason=WHY)
    with pytest.raises(HoldError, match="is standing"):
        site.runtime.holds.decisions.refuse(SUPERVISOR, number, reason=WHY)


def test_nobody_decides_about_their_own(site):
    number = placed(site.runtime, EVERYTHING, SUPERVISOR).hold.id
    decisions = site.runtime.holds.decisions
    for decide in (decisions.approve, decisions.refuse):
        with pytest.raises(DeniedError, match="another person"):
            decide(SUPERVISOR, number, reason=WHY)
        for role in (Role.ANALYST, Role.OFFICER, Role.ALPR_ADMINISTRATOR, Role.AUDITOR):
            with pytest.raises(DeniedError):
                decide(made_actor(role, username="x.other"), number, reason=WHY)
        with pytest.raises(FormError):
            decide(CUSTODIAN, number, reason="x")
    assert held(site.database.service, number) == []


def test_what_is_refused_or_withdrawn_never_held_and_is_over(site):
    site.read(SEEN)
    decisions = site.runtime.holds.decisions
    one, two = (placed(site.runtime, EVERYTHING).hold.id for _ in range(2))
    with pytest.raises(HoldError, match="is waiting"):
        decisions.release(CUSTODIAN, one, reason=WHY)
    with pytest.raises(DeniedError, match="withdraws"):
        decisions.withdraw(made_actor(Role.OFFICER, username="o.other"), one, reason=WHY)
    assert decisions.refuse(CUSTODIAN, one, reason=WHY).state is HoldState.REFUSED
    assert decisions.withdraw(ANALYST, two, reason=WHY).state is HoldState.WITHDRAWN
    for number in (one, two):
        assert held(site.database.service, number) == []
        for decide in (decisions.approve, decisions.refuse, decisions.release):
            with pytest.raises(HoldError, match="already, by"):
                decide(CUSTODIAN, number, reason=WHY)
    site.purge()


def test_what_stands_is_not_withdrawn(site):
    number = placed(site.runtime, of_plate("7ABC123")).hold.id
    with pytest.raises(HoldError, match="is standing"):
        site.runtime.holds.decisions.withdraw(ANALYST, number, reason=WHY)


def test_new_reads_are_held_once_it_is_approved(site, tmp_path):
    plate = new_plate()
    number = placed(site.runtime, EVERYTHING).hold.id
    take_in(site.runtime, tmp_path, plate, SEEN)
    assert held(site.database.service, number) == []
    site.runtime.holds.decisions.approve(CUSTODIAN, number, reason=WHY)
    take_in(site.runtime, tmp_path, plate, SEEN + timedelta(minutes=1))
    assert len(held(site.database.service, number)) == 2


def test_no_purge_begins_while_a_hold_waits(site):
    old = site.read(SEEN - timedelta(days=800))
    number = placed(site.runtime, EVERYTHING).hold.id
    for begin in (site.purge, lambda: site.runtime.retention.requests.ask(site.custodian)):
        with pytest.raises(HoldWaitsError, match=f"hold {number}"):
            begin()
    assert site.reads() == {old}
    site.runtime.holds.decisions.refuse(CUSTODIAN, number, reason=WHY)
    site.purge()
    assert site.reads() == set()


def test_a_hold_that_waits_while_a_purge_is_under_way_stops_it(site):
    old = site.read(SEEN - timedelta(days=800))

    def step(name: str) -> None:
        if name == "begun":
            placed(site.runtime, EVERYTHING)

    with pytest.raises(HoldWaitsError):
        site.runtime.retention.purging(site.database.purger).run(JOB, report=step)
    assert site.reads() == {old}


@pytest.mark.parametrize("micros", [-1, 0, 1])
def test_a_hold_waits_no_longer_than_it_would_hold(site, clock, micros):
    end = clock() + timedelta(days=1)
    number = placed(site.runtime, EVERYTHING, ends_at=end).hold.id
    clock.at = end + timedelta(microseconds=micros)
    expected = HoldState.WAITING if micros < 0 else HoldState.ENDED
    assert site.runtime.holds.register.show(CUSTODIAN, number).state is expected
    if micros < 0:
        with pytest.raises(HoldWaitsError):
            site.purge()
        clock.move(days=1)
        with pytest.raises(HoldError, match="is ended"):
            site.runtime.holds.decisions.approve(CUSTODIAN, number, reason=WHY)
    else:
        with site.database.owner.begin() as owner:  # the database goes by its own clock
            owner.execute(text("UPDATE hold SET placed_at = '2020-01-01', ends_at = '2020-01-02'"))
        site.purge()


@pytest.mark.parametrize(("later", "waits"), [(1, False), (2, False), (3, True)])
def test_a_hold_that_grew_is_approved_before_the_next_purge(few, tmp_path, later, waits):
    plate = new_plate()
    store(few.database.service, plate, SEEN)
    number = placed(few.runtime, of_plate(plate)).hold.id
    for minute in range(later):
        take_in(few.runtime, tmp_path, plate, SEEN + timedelta(minutes=1 + minute))
    assert len(held(few.database.service, number)) == 1 + later, "nothing is lost meanwhile"
    if not waits:
        few.purge()
        return
    with pytest.raises(HoldWaitsError, match=f"hold {number}"):
        few.purge()
    few.runtime.holds.decisions.approve(CUSTODIAN, number, reason=WHY)
    few.purge()
    assert counted(few.runtime, number).reads == 1 + later


def test_holds_of_one_person_that_grew_together_are_in_the_way(few, tmp_path):
    plates = new_plate(), new_plate()
    numbers = [placed(few.runtime, of_plate(plate)).hold.id for plate in plates]
    for plate in plates:
        for minute in range(3):
            take_in(few.runtime, tmp_path, plate, SEEN + timedelta(minutes=minute))
    with pytest.raises(HoldWaitsError, match=f"hold {numbers[0]}, {numbers[1]}"):
        few.purge()
    few.runtime.holds.decisions.approve(CUSTODIAN, numbers[0], reason=WHY)
    few.purge()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO held_detection SELECT {hold}, id, seen_at, now() FROM detection",
        """
        UPDATE hold SET approved_at = now(), approved_by = 'a.analyst', approved_because = 'w'
        WHERE id = {hold}
        """,
        "UPDATE hold SET waits_because = NULL WHERE id = {hold}",
        "UPDATE hold SET approved_at = now() WHERE id = {hold}",
        """
        INSERT INTO hold (case_number, reason, criteria, placed_at, placed_by,
          approved_at, approved_by, approved_because)
        VALUES ('c', 'r', '{{}}', now(), 'a', now(), 'b', 'w')
        """,
    ],
)
def test_the_database_lets_no_waiting_hold_hold(site, statement):
    site.read(SEEN)
    number = placed(site.runtime, EVERYTHING).hold.id
    with pytest.raises(DBAPIError), site.database.service.begin() as connection:
        connection.execute(text(statement.format(hold=number)))
    assert held(site.database.service, number) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hold SET approved_at = NULL, approved_by = NULL, approved_because = NULL",
        "UPDATE hold SET approved_by = 'x.other'",
        "UPDATE hold SET approved_because = 'other'",
    ],
)
def test_the_database_takes_no_approval_back(site, statement):
    number = placed(site.runtime, EVERYTHING).hold.id
    site.runtime.holds.decisions.approve(CUSTODIAN, number, reason=WHY)
    for role in (site.database.service, site.database.owner):
        with pytest.raises(DBAPIError, match="is approved"), role.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO purge (counted_from, policy_version) VALUES (now(), 'x')",
        "DELETE FROM detection",
        "SELECT purge_detection_month('2024-08-01', '2025-01-01', '{}')",
    ],
)
def test_the_database_deletes_no_read_while_a_hold_waits(site, statement):
    site.read(datetime(2024, 8, 12, tzinfo=UTC))
    placed(site.runtime, EVERYTHING)
    with (
        pytest.raises(DBAPIError, match="waits for a second person"),
        site.database.purger.begin() as connection,
    ):
        connection.execute(text(statement))


def test_a_restored_backup_knows_what_was_approved_and_what_waits(site):
    site.read(SEEN)
    site.save()
    approved = placed(site.runtime, EVERYTHING).hold.id
    site.runtime.holds.decisions.approve(CUSTODIAN, approved, reason=WHY)
    waiting = placed(site.runtime, EVERYTHING).hold.id
    site.runtime.retention.ledger.export()
    site.restore()
    with pytest.raises(HoldWaitsError, match=f"hold {waiting}"):
        site.runtime.retention.restoring(site.database).run(JOB)
    site.runtime.holds.decisions.refuse(CUSTODIAN, waiting, reason=WHY)
    site.runtime.retention.restoring(site.database).run(JOB)
    assert site.runtime.holds.register.show(CUSTODIAN, approved).state is HoldState.STANDING
    assert len(held(site.database.service, approved)) == 1

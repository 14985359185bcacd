"""Equipment: who writes about a shift, what was late stays late, and whom a record names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.access import open_staff
from tests.fleet import DAMAGE, GOOD, READY, UPGRADES, WORKS, Depot, utc
from tests.people import made_actor
from workbench.audit import EventKind
from workbench.domain.equipment import HealthWrong, PursuitExit
from workbench.domain.person import Actor, Role
from workbench.errors import DeniedError, FormError, PersonUnknownError
from workbench.fleet.faults import Finding
from workbench.fleet.inspections import Item
from workbench.fleet.places import PutUp

MOMENT = timedelta(microseconds=1)
Q3_ENDS = utc(2026, 10, 1, 7)
HELICOPTER = PursuitExit.HELICOPTER
NOBODIES = ["Sgt. Nobody", "x", "o.nobody", " ", "%"]


@pytest.fixture
def depot(runtime, database, policy, clock) -> Depot:
    return Depot(runtime, open_staff(database, policy, clock), clock)


def on_shift(depot: Depot) -> tuple[int, Actor]:
    unit, _ = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    depot.clock.move(hours=1)
    return shift.id, officer


def test_whose_shift_it_is_or_a_supervisor_writes_of_a_pursuit(depot):
    number, officer = on_shift(depot)
    shifts = depot.runtime.fleet.shifts
    for role in Role:
        if role is not Role.SUPERVISOR:
            with pytest.raises(DeniedError):
                shifts.left_pursuit(depot.person(role), number, HELICOPTER)
    assert shifts.pursuits(number) == ()
    shifts.left_pursuit(officer, number, HELICOPTER)
    shifts.left_pursuit(depot.supervisor, number, HELICOPTER)
    assert len(shifts.pursuits(number)) == 2


@pytest.mark.parametrize("deed", ["start", "end"])
def test_nobody_but_a_supervisor_begins_or_ends_anothers_shift(depot, deed):
    number, _ = on_shift(depot)
    (unit, _), relief, other = depot.car(), depot.person(), depot.person()
    depot.runtime.fleet.assignments.assign(depot.admin, relief.person.username, unit)
    shifts = depot.runtime.fleet.shifts

    def done(by: Actor) -> object:
        if deed == "end":
            return shifts.end(by, number)
        return shifts.start(by, unit, READY, username=relief.person.username)

    with pytest.raises(DeniedError):
        done(other)
    assert done(depot.supervisor)


@pytest.mark.parametrize("role", ["service", "owner"])
@pytest.mark.parametrize(("before", "refused"), [(-1, False), (0, True), (1, True)])
def test_the_database_knows_who_was_a_supervisor(depot, clock, role, before, refused):
    number, _ = on_shift(depot)
    boss = depot.person(Role.SUPERVISOR).person.username
    clock.move(minutes=5)
    depot.staff.access.grants.revoke_role(depot.admin, boss, Role.SUPERVISOR)
    sql = text(
        "INSERT INTO pursuit_exit (shift_id, left_at, because, words, recorded_at, recorded_by)"
        " SELECT id, started_at, 'helicopter', '', :at, :by FROM shift WHERE id = :shift"
    )
    values = {"shift": number, "by": boss, "at": clock() + before * MOMENT}
    engine = getattr(depot.runtime.database, role)
    if refused:
        with pytest.raises(IntegrityError, match="is no supervisor"), engine.begin() as connection:
            connection.execute(sql, values)
    else:
        with engine.begin() as connection:
            connection.execute(sql, values)


def overdue(depot: Depot, camera_id: str) -> Any:
    found = depot.runtime.fleet.inspections.overdue()
    return next((one for one in found if one.camera_id == camera_id), None)


@pytest.mark.parametrize(("recorded", "late"), [(-1, False), (0, True), (1, True)])
def test_an_inspection_said_to_be_of_the_last_quarter_stays_late(depot, clock, recorded, late):
    clock.at = Q3_ENDS - timedelta(days=20)
    camera_id = depot.camera()
    clock.at = Q3_ENDS + recorded * MOMENT
    done = depot.runtime.fleet.inspections.record(
        depot.admin, camera_id, GOOD, done_at=Q3_ENDS - timedelta(days=3)
    )
    assert done.makes_up == ("2026Q3" if late else None)
    clock.at = Q3_ENDS + timedelta(days=40)
    found = overdue(depot, camera_id)
    assert (found is not None) is late
    if late:
        assert (found.since, found.made_up_at) == (Q3_ENDS, done.recorded_at)
    (record,) = depot.logged(EventKind.EQUIPMENT_INSPECT, "camera", camera_id)
    assert record["details"]["makes_up"] == done.makes_up


def test_the_first_inspection_after_a_quarter_without_any_says_that_it_makes_it_up(depot, clock):
    clock.at = Q3_ENDS - timedelta(days=20)
    camera_id = depot.camera()
    clock.at = Q3_ENDS + timedelta(days=4)
    record = depot.runtime.fleet.inspections.record
    made = [record(depot.admin, camera_id, GOOD).makes_up for _ in range(2)]
    assert made == ["2026Q3", None]
    assert overdue(depot, camera_id).made_up_at == clock()
    findings = depot.runtime.fleet.reading.health().findings
    assert (camera_id, HealthWrong.INSPECTION_OVERDUE) not in {(f.on, f.what) for f in findings}


@pytest.mark.parametrize("role", ["service", "owner"])
def test_the_database_takes_no_late_inspection_as_one_in_time(depot, clock, role):
    sql = text(
        "INSERT INTO inspection (camera_id, done_by, done_at, items, recorded_at, recorded_by,"
        ' counts_until) VALUES (:camera, \'x\', :done, \'[{"item": "x", "good": true}]\', :at,'
        " 'x', :until)"
    )
    values = {"camera": depot.camera(), "done": clock() - timedelta(days=1), "at": clock()}
    for until, why in (
        (clock(), "late_is_made_up"),
        (clock() - timedelta(days=2), "counts_for_its_quarter"),
        (clock() + timedelta(days=367), "counts_for_its_quarter"),
    ):
        with (
            pytest.raises(IntegrityError, match=why),
            getattr(depot.runtime.database, role).begin() as connection,
        ):
            connection.execute(sql, values | {"until": until})


def test_a_camera_said_afterwards_to_have_been_taken_down_was_in_use(depot, clock):
    clock.at = Q3_ENDS - timedelta(days=20)
    camera_id, places = depot.camera(), depot.runtime.fleet.places
    places.put(depot.admin, camera_id, PutUp(site=depot.site()))
    clock.at = Q3_ENDS + timedelta(days=1)
    places.take_down(depot.admin, camera_id, because="Sold", until_at=Q3_ENDS - timedelta(days=1))
    assert overdue(depot, camera_id) is not None


def test_a_camera_said_afterwards_to_have_come_later_was_in_use(depot, clock):
    clock.at = Q3_ENDS - timedelta(days=20)
    camera_id = depot.camera()
    clock.at = Q3_ENDS + timedelta(days=1)
    depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=depot.site()))
    assert overdue(depot, camera_id) is not None


@pytest.mark.parametrize("nobody", NOBODIES)
@pytest.mark.parametrize("post", ["supervisor", "administrator"])
def test_who_was_told_of_a_fault_is_of_the_department(depot, post, nobody):
    faults = depot.runtime.fleet.faults
    number = faults.find(depot.admin, Finding(what="Bent mast", camera=depot.camera()))
    with pytest.raises(PersonUnknownError, match=post):
        faults.tell(depot.admin, number, depot.told(**{post: nobody}))


@pytest.mark.parametrize("nobody", NOBODIES)
def test_who_found_a_fault_or_did_an_inspection_is_of_the_department(depot, nobody):
    camera_id = depot.camera()
    fleet = depot.runtime.fleet
    with pytest.raises(PersonUnknownError):
        fleet.faults.find(
            depot.admin, Finding(what="Bent mast", camera=camera_id, discovered_by=nobody)
        )
    with pytest.raises(PersonUnknownError):
        fleet.inspections.record(depot.admin, camera_id, GOOD, done_by=nobody)


@pytest.mark.parametrize(
    "number", ["x", "1", "26-1", "-", "26-\u0660\u0661\u0662\u0663\u0664\u0665 x"]
)
def test_a_crime_report_has_its_form(depot, number):
    faults = depot.runtime.fleet.faults
    found = Finding(what="Bent mast", damage=True, camera=depot.camera())
    fault = faults.find(depot.admin, found)
    with pytest.raises(FormError, match="number of the crime report"):
        faults.tell(depot.admin, fault, depot.told(paper_number=number))


@pytest.mark.parametrize("words", ["x", "aaaaaaaa", "....", "123", "a a a"])
def test_what_is_said_of_equipment_says_something(depot, words):
    fleet, camera_id = depot.runtime.fleet, depot.camera()
    with pytest.raises(FormError):
        fleet.faults.find(depot.admin, Finding(what=words, camera=camera_id))
    broken = Item(item=WORKS, good=False, words=words)
    items = (Item(item=DAMAGE, good=True), broken, Item(item=UPGRADES, good=True))
    with pytest.raises(FormError):
        fleet.inspections.record(depot.admin, camera_id, items)
    number = fleet.faults.find(depot.admin, Finding(what="Bent mast", camera=camera_id))
    fleet.faults.tell(depot.admin, number, depot.told())
    with pytest.raises(FormError):
        fleet.faults.repair(depot.person(Role.GARAGE), number, repair=words)
    fleet.places.put(depot.admin, camera_id, PutUp(site=depot.site()))
    with pytest.raises(FormError):
        fleet.places.take_down(depot.admin, camera_id, because=words)


def test_who_is_nobody_in_the_database_was_told_of_nothing(depot):
    number = depot.runtime.fleet.faults.find(
        depot.admin, Finding(what="Bent mast", camera=depot.camera())
    )
    sql = text(
        "UPDATE fault SET state = 'reported', supervisor = 'Sgt. Nobody', administrator = :a,"
        " supervisor_told_at = discovered_at, administrator_told_at = discovered_at,"
        " reported_at = discovered_at, reported_by = 'x' WHERE id = :id"
    )
    values = {"id": number, "a": depot.person().person.username}
    for role in ("service", "owner"):
        with (
            pytest.raises(IntegrityError, match="nobody of the department"),
            getattr(depot.runtime.database, role).begin() as connection,
        ):
            connection.execute(sql, values)


def test_a_made_up_supervisor_is_none_in_the_database(depot):
    number, _ = on_shift(depot)
    believed = made_actor(Role.SUPERVISOR, username=depot.person().person.username)
    with pytest.raises(Exception, match="is no supervisor"):
        depot.runtime.fleet.shifts.left_pursuit(believed, number, HELICOPTER)

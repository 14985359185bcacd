"""No car without account, training and assignment; the log of shifts (Policy 426.6.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.fleet import GREEN, READY
from tests.people import made_actor
from workbench.audit import EventKind
from workbench.domain.equipment import PursuitExit
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.errors import DeniedError, EquipmentError
from workbench.fleet.shift import Start

MOMENT = timedelta(microseconds=1)
SQL = {
    "vehicle_assignment": (
        "INSERT INTO vehicle_assignment"
        " (vehicle_unit, username, assigned_at, training_ids, assigned_by)"
        " VALUES (:unit, :name, :at, :training, 't.admin')"
    ),
    "shift": (
        "INSERT INTO shift (vehicle_unit, username, assignment_id, training_ids, cameras,"
        " started_at, affixed, software_started, lights, words, recorded_at, recorded_by)"
        " VALUES (:unit, :name, :assignment, :training, '{}', :at, true, true,"
        " '{\"GPS\": true}', '', :at, 'x')"
    ),
}


def refused_by_database(depot, table: str, why: str, **values: Any) -> None:
    for engine in (depot.runtime.database.service, depot.runtime.database.owner):
        with pytest.raises(IntegrityError, match=why), engine.begin() as connection:
            connection.execute(text(SQL[table]), values)


@pytest.mark.parametrize("missing", ["CDMS", "LEARN"])
def test_nobody_is_assigned_without_training(depot, missing):
    unit, _ = depot.car()
    trained = {"CDMS", "LEARN"} - {missing}
    name = depot.person(trained=trained).person.username
    with pytest.raises(EquipmentError, match=f"current training in {missing}.*none of that time"):
        depot.runtime.fleet.assignments.assign(depot.admin, name, unit)
    (record,) = depot.logged(EventKind.EQUIPMENT_ASSIGN, "account", name)
    assert record["outcome"] == "refused", "the refusal is on record"


@pytest.mark.parametrize(("before", "fit"), [(1, True), (0, False), (-1, False)])
def test_training_counts_up_to_its_last_instant(depot, clock, before, fit):
    unit, _ = depot.car()
    name = depot.person(trained=("CDMS",)).person.username
    ends = clock() + timedelta(days=30)
    depot.train(name, "LEARN", expires_at=ends)
    clock.at = ends - before * MOMENT
    assign = depot.runtime.fleet.assignments.assign
    if fit:
        assert assign(depot.admin, name, unit).username == name
    else:
        with pytest.raises(EquipmentError, match="ended on 2026-12-02"):
            assign(depot.admin, name, unit)


@pytest.mark.parametrize(("after", "fit"), [(-1, False), (0, True), (1, True)])
def test_training_counts_from_its_first_instant_at_the_start_of_a_shift(depot, clock, after, fit):
    unit, _ = depot.car()
    officer = depot.person()
    name = officer.person.username
    depot.runtime.fleet.assignments.assign(depot.admin, name, unit)
    clock.move(days=366)
    depot.train(name, "LEARN")
    depot.train(name, "CDMS")
    trained_at = clock()
    clock.move(hours=1)
    start = depot.runtime.fleet.shifts.start
    at = trained_at + after * MOMENT
    if fit:
        assert start(officer, unit, READY, started_at=at).started_at == at
    else:
        with pytest.raises(EquipmentError, match="current training in CDMS"):
            start(officer, unit, READY, started_at=at)
        (record,) = depot.logged(EventKind.SHIFT_START, "vehicle", unit)
        assert record["outcome"] == "refused"


def test_nobody_is_assigned_without_an_account_that_can_be_used(depot):
    unit, _ = depot.car()
    assign = depot.runtime.fleet.assignments.assign
    with pytest.raises(EquipmentError, match="No account was issued"):
        assign(depot.admin, "o.nobody", unit)
    name = depot.person().person.username
    depot.staff.access.accounts.disable(depot.admin, name, reason="Left")
    with pytest.raises(EquipmentError, match="account is disabled"):
        assign(depot.admin, name, unit)


def test_nobody_assigns_themselves_and_only_an_administrator_assigns(depot):
    unit, _ = depot.car()
    officer = depot.person(Role.ALPR_ADMINISTRATOR)
    with pytest.raises(DeniedError):
        depot.runtime.fleet.assignments.assign(officer, officer.person.username, unit)
    with pytest.raises(DeniedError):
        depot.runtime.fleet.assignments.assign(depot.supervisor, officer.person.username, unit)


def test_the_database_refuses_whom_the_policy_refuses(depot, clock):
    unit, _ = depot.car()
    officer, other = depot.person(), depot.person()
    with depot.runtime.database.owner.connect() as connection:
        ids = {
            name: list(
                connection.execute(
                    text("SELECT id FROM training WHERE username = :n"), {"n": name}
                ).scalars()
            )
            for name in (officer.person.username, other.person.username)
        }
    name, at = officer.person.username, clock()
    mine, theirs = ids.values()
    values = {"unit": unit, "name": name, "at": at, "training": mine}
    untrained = "is not trained"
    table = "vehicle_assignment"
    refused_by_database(depot, table, untrained, **values | {"training": theirs})
    refused_by_database(depot, table, untrained, **values | {"training": [mine[0], mine[0]]})
    refused_by_database(depot, table, "violates|not trained", **values | {"training": []})
    refused_by_database(depot, table, untrained, **values | {"at": at - MOMENT})
    late = at + timedelta(days=365)
    refused_by_database(depot, table, untrained, **values | {"at": late})
    refused_by_database(depot, table, "disabled or is not there", **values | {"name": "o.nobody"})
    made = depot.runtime.fleet.assignments.assign(depot.admin, name, unit)
    values |= {"assignment": made.id}
    refused_by_database(depot, "shift", untrained, **values | {"training": theirs})
    refused_by_database(depot, "shift", "not assigned", **values | {"assignment": 0})
    refused_by_database(depot, "shift", "not assigned", **values | {"at": at - MOMENT})
    depot.staff.access.accounts.disable(depot.admin, name, reason="Left")
    refused_by_database(depot, "shift", "disabled", **values)


@pytest.mark.parametrize(("before", "assigned"), [(1, True), (0, False)])
def test_an_assignment_that_ended_is_none(depot, clock, before, assigned):
    unit, _ = depot.car()
    officer = depot.person()
    assignments = depot.runtime.fleet.assignments
    assignments.assign(depot.admin, officer.person.username, unit)
    clock.move(hours=1)
    assignments.end(depot.admin, officer.person.username, unit)
    at = clock() - before * MOMENT
    clock.move(hours=1)
    start = depot.runtime.fleet.shifts.start
    if assigned:
        assert start(officer, unit, READY, started_at=at).vehicle == unit
    else:
        with pytest.raises(EquipmentError, match="was not assigned"):
            start(officer, unit, READY, started_at=at)
    assert unit not in {one.vehicle for one in assignments.standing()}
    with pytest.raises(EquipmentError, match="is not assigned"):
        assignments.end(depot.admin, officer.person.username, unit)


def test_a_shift_has_a_start_with_every_light_and_an_end(depot, clock):
    unit, cameras = depot.car(cameras=2)
    officer = depot.person()
    shift = depot.shift(unit, officer)
    assert (shift.cameras, shift.start.ready) == (tuple(sorted(cameras)), True)
    clock.move(hours=10)
    shifts = depot.runtime.fleet.shifts
    assert shifts.end(officer, shift.id).ended_at == clock()
    assert [r["username"] for r in depot.logged(EventKind.SHIFT_END, "shift", shift.id)] == [
        officer.person.username
    ]
    with pytest.raises(EquipmentError, match="ended already"):
        shifts.end(officer, shift.id)
    window = Period(shift.started_at, clock())
    assert shift.id in {one.id for one in shifts.all(window)}


@pytest.mark.parametrize("lights", [{}, {"GPS": True}, {**GREEN, "Moon": True}])
def test_a_start_names_the_policys_lights_and_no_others(depot, lights):
    unit, _ = depot.car()
    officer = depot.person()
    depot.runtime.fleet.assignments.assign(depot.admin, officer.person.username, unit)
    with pytest.raises(EquipmentError, match="each light"):
        depot.runtime.fleet.shifts.start(officer, unit, replace(READY, lights=lights))


@pytest.mark.parametrize(
    ("start", "missing"),
    [
        (replace(READY, affixed=False), "cameras affixed and inspected"),
        (replace(READY, software_started=False), "software started"),
        (replace(READY, lights={**GREEN, "GPS": False}), "GPS light green"),
    ],
)
def test_what_is_not_in_order_is_said_and_opens_a_fault(depot, start: Start, missing):
    unit, _ = depot.car()
    officer = depot.person()
    with pytest.raises(EquipmentError, match="What is not in order is not said"):
        depot.shift(unit, officer, start)
    shifts = depot.runtime.fleet.shifts
    shift = shifts.start(officer, unit, replace(start, words="Cable is loose"))
    (fault,) = [f for f in depot.runtime.fleet.faults.all() if f.vehicle == unit]
    assert fault.what == f"not {missing}: Cable is loose"
    assert fault.needs_paper == "department_memo"
    assert shift.start.missing == (missing,)


@pytest.mark.parametrize(("after", "fits"), [(-1, False), (0, True), (1, True)])
def test_a_car_and_a_person_are_on_one_shift_at_a_time(depot, clock, after, fits):
    (unit, _), (second, _) = depot.car(), depot.car()
    first, relief = depot.person(), depot.person()
    shift = depot.shift(unit, first)
    assign, shifts = depot.runtime.fleet.assignments.assign, depot.runtime.fleet.shifts
    assign(depot.admin, relief.person.username, unit)
    assign(depot.admin, first.person.username, second)
    clock.move(hours=8)
    shifts.end(first, shift.id)
    at = clock() + after * MOMENT
    clock.move(hours=1)
    for person, car in ((relief, unit), (first, second)):
        if fits:
            assert shifts.start(person, car, READY, started_at=at).started_at == at
        else:
            with pytest.raises(EquipmentError, match="another shift"):
                shifts.start(person, car, READY, started_at=at)


def test_a_shift_needs_a_camera_and_does_not_lie_in_the_future(depot, clock):
    unit, (camera_id,) = depot.car()
    officer = depot.person()
    depot.runtime.fleet.assignments.assign(depot.admin, officer.person.username, unit)
    start = depot.runtime.fleet.shifts.start
    with pytest.raises(EquipmentError, match="lies in the future"):
        start(officer, unit, READY, started_at=clock() + MOMENT)
    clock.move(hours=1)
    depot.runtime.fleet.places.take_down(depot.admin, camera_id, because="Broken")
    with pytest.raises(EquipmentError, match="carried no camera"):
        start(officer, unit, READY)
    with pytest.raises(EquipmentError, match="no such car"):
        start(officer, "none", READY)


def test_a_supervisor_records_for_somebody_else_and_an_analyst_for_nobody(depot):
    unit, _ = depot.car()
    officer = depot.person()
    name = officer.person.username
    depot.runtime.fleet.assignments.assign(depot.admin, name, unit)
    start = depot.runtime.fleet.shifts.start
    with pytest.raises(DeniedError):
        start(made_actor(Role.ANALYST), unit, READY, username=name)
    assert start(depot.supervisor, unit, READY, username=name).username == name


@pytest.mark.parametrize(
    ("at", "on", "because"),
    [
        ("before", False, PursuitExit.HELICOPTER),
        ("start", True, PursuitExit.HELICOPTER),
        ("end", True, PursuitExit.ENOUGH_VEHICLES),
        ("after", False, PursuitExit.SUPERVISOR),
    ],
)
def test_leaving_a_pursuit_is_noted_within_the_shift(depot, clock, at, on, because):
    unit, _ = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    clock.move(hours=1)
    shifts = depot.runtime.fleet.shifts
    ended = shifts.end(officer, shift.id).ended_at
    clock.move(hours=1)
    times = {
        "before": shift.started_at - MOMENT,
        "start": shift.started_at,
        "end": ended,
        "after": ended + MOMENT,
    }
    if on:
        shifts.left_pursuit(officer, shift.id, because, words="Two units there", left_at=times[at])
        (left,) = shifts.pursuits(shift.id)
        assert (left.because, left.left_at) == (because, times[at])
        (record,) = depot.logged(EventKind.EQUIPMENT_CHANGE, "shift", shift.id)
        assert record["details"]["because"] == because.value
    else:
        with pytest.raises(EquipmentError, match="not on then"):
            shifts.left_pursuit(officer, shift.id, because, left_at=times[at])

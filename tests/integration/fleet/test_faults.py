"""Faults: told and on paper first, then repaired, by the garage alone (Policy 426.6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.fleet import MEMO
from tests.fleet import REPORT as REPORT_NUMBER
from tests.people import made_actor
from workbench.audit import EventKind
from workbench.detections.cameras import CameraKind
from workbench.domain.equipment import FaultState
from workbench.domain.person import Role
from workbench.errors import DeniedError, EquipmentError, InputError
from workbench.fleet.faults import Finding

MOMENT = timedelta(microseconds=1)


def found(depot, **said: Any) -> int:
    what = {"what": "Bent mast", "damage": True, "camera": depot.camera()} | said
    return depot.runtime.fleet.faults.find(depot.admin, Finding(**what))


@pytest.mark.parametrize(
    ("kind", "damage", "paper"),
    [
        (CameraKind.FIXED, True, "crime_report"),
        (CameraKind.TRAILER, True, "crime_report"),
        (CameraKind.VEHICLE, True, "department_memo"),
        (CameraKind.FIXED, False, None),
        (CameraKind.TRAILER, False, None),
        (CameraKind.VEHICLE, False, "department_memo"),
    ],
)
def test_the_paper_is_that_of_the_equipment(depot, kind, damage, paper):
    number = found(depot, camera=depot.camera(kind), damage=damage)
    faults = depot.runtime.fleet.faults
    without = depot.told(paper_number="  ")
    if paper is not None:
        with pytest.raises(EquipmentError, match=f"number of a {paper.replace('_', ' ')}"):
            faults.tell(depot.admin, number, without)
        given = MEMO if paper == "department_memo" else REPORT_NUMBER
        done = faults.tell(depot.admin, number, depot.told(paper_number=given))
    else:
        done = faults.tell(depot.admin, number, without)
    assert (done.needs_paper, done.state) == (paper, FaultState.REPORTED)


def test_a_fault_goes_its_way_and_every_step_is_in_the_log(depot, clock):
    unit, _ = depot.car()
    officer, garage = depot.person(Role.OFFICER), depot.person(Role.GARAGE)
    faults = depot.runtime.fleet.faults
    number = faults.find(officer, Finding(what="Cable torn", vehicle=unit, out_of_service=True))
    clock.move(minutes=10)
    told_at = clock()
    clock.move(minutes=5)
    faults.tell(
        officer,
        number,
        depot.told(supervisor_told_at=told_at, paper_number=MEMO),
    )
    clock.move(hours=4)
    done = faults.repair(garage, number, repair="New cable")
    assert (done.state, done.repaired_by) == (FaultState.REPAIRED, garage.person.username)
    assert (done.supervisor_told_at, done.administrator_told_at) == (
        told_at,
        told_at + timedelta(minutes=5),
    )
    states = [
        r["details"]["state"] for r in depot.logged(EventKind.EQUIPMENT_FAULT, "fault", number)
    ]
    assert states == ["open", "reported"]
    (repaired,) = depot.logged(EventKind.EQUIPMENT_REPAIR, "fault", number)
    assert (repaired["username"], repaired["details"]["repair"]) == (
        garage.person.username,
        "New cable",
    )
    assert number not in {one.id for one in faults.all(standing=True)}


def test_only_the_garage_repairs(depot):
    number = found(depot)
    faults = depot.runtime.fleet.faults
    faults.tell(depot.admin, number, depot.told())
    for role in Role:
        if role is not Role.GARAGE:
            with pytest.raises(DeniedError):
                faults.repair(made_actor(role, username="t.other"), number, repair="Mended")
    somebody = made_actor(Role.GARAGE, username=depot.person(Role.OFFICER).person.username)
    with pytest.raises(EquipmentError, match="not of the garage"):
        faults.repair(somebody, number, repair="The code believes it, the database does not")


@pytest.mark.parametrize(("before", "refused"), [(-1, False), (0, True), (1, True)])
def test_the_database_knows_until_when_somebody_was_of_the_garage(depot, clock, before, refused):
    number, garage = found(depot), depot.person(Role.GARAGE)
    depot.runtime.fleet.faults.tell(depot.admin, number, depot.told())
    clock.move(hours=1)
    depot.staff.access.grants.revoke_role(depot.admin, garage.person.username, Role.GARAGE)
    at = clock() + before * MOMENT
    clock.move(hours=1)
    repair = depot.runtime.fleet.faults.repair
    if refused:
        with pytest.raises(EquipmentError, match="not of the garage"):
            repair(garage, number, repair="Mended", repaired_at=at)
    else:
        assert repair(garage, number, repair="Mended", repaired_at=at).repaired_at == at


def test_a_step_out_of_its_order_is_refused(depot):
    faults, garage = depot.runtime.fleet.faults, depot.person(Role.GARAGE)
    number = found(depot)
    with pytest.raises(EquipmentError, match="told first and repaired then"):
        faults.repair(garage, number, repair="Mended")
    faults.tell(depot.admin, number, depot.told())
    with pytest.raises(EquipmentError, match="told first and repaired then"):
        faults.tell(depot.admin, number, depot.told())
    faults.repair(garage, number, repair="Mended")
    with pytest.raises(EquipmentError, match="told first and repaired then"):
        faults.repair(garage, number, repair="Mended")
    with pytest.raises(EquipmentError, match="no such fault"):
        faults.tell(depot.admin, 2**62, depot.told())


REPORT = (
    "state = 'reported', supervisor = :garage, supervisor_told_at = discovered_at,"
    " administrator = :garage, administrator_told_at = discovered_at, reported_at = discovered_at,"
    " reported_by = 'x'"
)
REPAIR = (
    "state = 'repaired', repaired_at = discovered_at, repaired_by = :garage, repair = 'x',"
    " repair_recorded_at = discovered_at"
)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (f"{REPORT}, paper_number = ' '", "ck_fault_paper_there"),
        (REPORT, "ck_fault_paper_there"),
        (REPAIR, "goes from open to reported to repaired"),
        ("state = 'open'", "goes from open to reported to repaired"),
        (
            "state = 'reported', paper_number = '1', supervisor = :garage, administrator = :garage",
            "ck_fault_report",
        ),
        (f"{REPORT}, paper_number = '1', repair = 'x'", "what was said about it stays"),
        (REPORT.replace("administrator = :garage", "administrator = 'a'"), "nobody of the dep"),
    ],
)
@pytest.mark.parametrize("role", ["service", "owner"])
def test_the_database_keeps_the_order_too(depot, role, change, why):
    number = found(depot)
    values = {"id": number, "garage": depot.person(Role.GARAGE).person.username}
    with (
        pytest.raises((IntegrityError, ProgrammingError), match=why),
        getattr(depot.runtime.database, role).begin() as connection,
    ):
        connection.execute(text(f"UPDATE fault SET {change} WHERE id = :id"), values)  # noqa: S608 - ours


def test_what_a_fault_was_cannot_be_changed_or_left_out(depot):
    number = found(depot)
    service, owner = depot.runtime.database.service, depot.runtime.database.owner
    change = text("UPDATE fault SET what = 'nothing' WHERE id = :id")
    for engine, why in ((service, "permission denied"), (owner, "goes from open")):
        with pytest.raises((IntegrityError, ProgrammingError), match=why), engine.begin() as c:
            c.execute(change, {"id": number})


@pytest.mark.parametrize("after", [-1, 0])
def test_nobody_is_told_and_nothing_repaired_before_it_was_found(depot, clock, after):
    number, garage = found(depot), depot.person(Role.GARAGE)
    at = clock() + after * MOMENT
    clock.move(hours=1)
    faults = depot.runtime.fleet.faults
    told = depot.told(supervisor_told_at=at)
    if after < 0:
        with pytest.raises(EquipmentError, match="before the fault was found"):
            faults.tell(depot.admin, number, told)
        return
    faults.tell(depot.admin, number, told)
    with pytest.raises(EquipmentError, match="before the fault was found"):
        faults.repair(garage, number, repair="Mended", repaired_at=at - MOMENT)
    assert faults.repair(garage, number, repair="Mended", repaired_at=at).repaired_at == at


def test_a_fault_is_on_one_thing_and_says_what(depot, clock):
    unit, (camera_id,) = depot.car()
    refused = [
        Finding(what="Broken"),
        Finding(what="Broken", camera=camera_id, vehicle=unit),
        Finding(what=" ", camera=camera_id),
        Finding(what="Broken", vehicle="no such car"),
        Finding(what="Broken", camera=camera_id, discovered_at=clock() + MOMENT),
    ]
    for finding in refused:
        with pytest.raises(EquipmentError):
            depot.runtime.fleet.faults.find(depot.admin, finding)
    with pytest.raises(InputError, match="no such camera"):
        depot.runtime.fleet.faults.find(depot.admin, Finding(what="Broken", camera="nothing"))


def test_only_a_trailer_is_brought_back_and_by_a_trained_officer(depot):
    trained, untrained = depot.person().person.username, depot.person(trained=()).person.username
    faults = depot.runtime.fleet.faults
    with pytest.raises(EquipmentError, match="Only a trailer"):
        faults.tell(depot.admin, found(depot), depot.told(returned_by=trained))
    trailer = found(depot, camera=depot.camera(CameraKind.TRAILER))
    with pytest.raises(EquipmentError, match="needs current training"):
        faults.tell(depot.admin, trailer, depot.told(returned_by=untrained))
    done = faults.tell(depot.admin, trailer, depot.told(returned_by=trained))
    assert done.returned_by == trained


def test_only_some_report_faults(depot):
    for role in (Role.GARAGE, Role.AUDITOR, Role.SERVICES_CAPTAIN):
        with pytest.raises(DeniedError):
            depot.runtime.fleet.faults.find(
                made_actor(role, username="t.other"), Finding(what="Broken", camera=depot.camera())
            )

"""Inspections every quarter of the department's calendar, with the policy's items."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.fleet import DAMAGE, GOOD, UPGRADES, WORKS, utc
from workbench.audit import EventKind
from workbench.domain.equipment import FaultState
from workbench.domain.person import Role
from workbench.errors import DeniedError, EquipmentError, InputError
from workbench.fleet.inspections import Item
from workbench.fleet.places import PutUp

# Quarters of America/Los_Angeles: the third of 2026 ends in summer time, the fourth in winter time.
Q3_ENDS, Q4_ENDS = utc(2026, 10, 1, 7), utc(2027, 1, 1, 8)
MOMENT = timedelta(microseconds=1)


def overdue_ids(depot) -> set[str]:
    return {one.camera_id for one in depot.runtime.fleet.inspections.overdue()}


@pytest.mark.parametrize("end", [Q3_ENDS, Q4_ENDS])
@pytest.mark.parametrize(("after", "overdue"), [(-1, False), (0, True), (1, True)])
def test_an_inspection_is_overdue_from_the_first_instant_of_the_next_quarter(
    depot, clock, end, after, overdue
):
    clock.at = end - timedelta(days=20)
    camera_id = depot.camera()
    clock.at = end + after * MOMENT
    assert (camera_id in overdue_ids(depot)) is overdue


@pytest.mark.parametrize("end", [Q3_ENDS, Q4_ENDS])
@pytest.mark.parametrize(("after", "overdue"), [(-1, False), (0, True)])
def test_an_inspection_counts_for_the_quarter_in_which_it_was_done(
    depot, clock, end, after, overdue
):
    clock.at = end - timedelta(days=20)
    camera_id = depot.camera()
    clock.at = end + after * MOMENT
    done = depot.runtime.fleet.inspections.record(depot.admin, camera_id, GOOD)
    clock.at = end + timedelta(days=1)
    found = [one for one in depot.runtime.fleet.inspections.overdue() if one.camera_id == camera_id]
    assert bool(found) is overdue
    assert (done.makes_up is not None) is overdue
    if found:
        assert found[0].since == end
        assert found[0].made_up_at == end, "done late: missed, and no alarm any more"


def test_a_camera_that_was_taken_down_before_the_quarter_ended_is_not_overdue(depot, clock):
    clock.at = Q4_ENDS - timedelta(days=20)
    gone, stays, site = depot.camera(), depot.camera(), depot.site()
    for camera_id in (gone, stays):
        depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    places = depot.runtime.fleet.places
    clock.at = Q4_ENDS - MOMENT
    places.take_down(depot.admin, gone, because="Sold")
    clock.at = Q4_ENDS
    places.take_down(depot.admin, stays, because="Sold")
    clock.at = Q4_ENDS + timedelta(days=1)
    assert overdue_ids(depot) & {gone, stays} == {stays}


@pytest.mark.parametrize("after", [-1, 0, 1])
def test_an_inspection_in_the_future_is_refused(depot, clock, after):
    camera_id = depot.camera()
    at, record = clock() + after * MOMENT, depot.runtime.fleet.inspections.record
    if after > 0:
        with pytest.raises(EquipmentError, match="lies in the future"):
            record(depot.admin, camera_id, GOOD, done_at=at)
    else:
        assert record(depot.admin, camera_id, GOOD, done_at=at).passed


def test_the_database_refuses_an_inspection_in_the_future_too(depot, clock):
    statement = text(
        "INSERT INTO inspection (camera_id, done_by, done_at, items, recorded_at, recorded_by,"
        ' counts_until) VALUES (:camera, \'x\', :done, \'[{"item": "x", "good": true}]\', :at,'
        " 'x', :done + interval '1 day')"
    )
    values = {"camera": depot.camera(), "done": clock() + MOMENT, "at": clock()}
    with (
        pytest.raises(IntegrityError, match="ck_inspection_not_ahead"),
        depot.runtime.database.service.begin() as connection,
    ):
        connection.execute(statement, values)


@pytest.mark.parametrize(
    "items",
    [
        GOOD[:2],
        (*GOOD, GOOD[0]),
        (*GOOD[:2], Item(item="Smells nice", good=True)),
        (*GOOD[:2], Item(item=UPGRADES, good=False, words="  ")),
    ],
)
def test_an_inspection_says_every_item_once_and_what_is_not_in_order(depot, items):
    with pytest.raises(EquipmentError):
        depot.runtime.fleet.inspections.record(depot.admin, depot.camera(), items)


def test_an_item_that_is_not_in_order_opens_a_fault(depot, clock):
    camera_id = depot.camera()
    items = (
        Item(item=DAMAGE, good=False, words="Housing cracked", damage=True, out_of_service=True),
        Item(item=WORKS, good=False, words="No picture at night"),
        Item(item=UPGRADES, good=True),
    )
    done = depot.runtime.fleet.inspections.record(
        depot.admin,
        camera_id,
        items,
        done_by=depot.person(Role.GARAGE).person.username,
        done_at=clock() - timedelta(hours=2),
    )
    faults = [f for f in depot.runtime.fleet.faults.all() if f.camera_id == camera_id]
    assert [f.what for f in faults] == [
        "No visible damage: Housing cracked",
        "Functions properly: No picture at night",
    ]
    assert {f.state for f in faults} == {FaultState.OPEN}
    assert {f.discovered_at for f in faults} == {done.done_at}
    assert [f.needs_paper for f in faults] == ["crime_report", None]
    assert [f.out_of_service for f in faults] == [True, False]
    assert len(depot.logged(EventKind.EQUIPMENT_FAULT, "camera_id", camera_id)) == 2
    (record,) = depot.logged(EventKind.EQUIPMENT_INSPECT, "camera", camera_id)
    assert (record["details"]["passed"], record["username"]) == (False, "t.admin")


def test_an_inspection_knows_where_the_camera_was(depot, clock):
    camera_id, site = depot.camera(), depot.site()
    place = depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    record = depot.runtime.fleet.inspections.record
    before = record(depot.admin, camera_id, GOOD, done_at=clock() - MOMENT)
    assert (before.place_id, record(depot.admin, camera_id, GOOD).place_id) == (None, place)
    assert len(depot.runtime.fleet.inspections.of(camera_id)) == 2


def test_only_an_administrator_inspects_and_only_cameras_that_there_are(depot):
    officer = depot.person(Role.OFFICER)
    with pytest.raises(DeniedError):
        depot.runtime.fleet.inspections.record(officer, depot.camera(), GOOD)
    with pytest.raises(InputError, match="no such camera"):
        depot.runtime.fleet.inspections.record(depot.admin, "nothing", GOOD)


def test_of_a_quarter_that_is_not_over_nothing_is_overdue(depot, clock, policy):
    camera_id = depot.camera()
    inspections = depot.runtime.fleet.inspections
    clock.at = Q4_ENDS
    turn = next(one.turn for one in inspections.overdue() if one.camera_id == camera_id)
    assert str(turn) == "2026Q4"
    assert inspections.overdue(turn.after) == ()

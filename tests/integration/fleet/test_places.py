"""Where cameras are: a trailer moves and keeps its history; every change is logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.people import made_actor
from workbench.audit import EventKind
from workbench.detections.cameras import CameraKind
from workbench.domain.person import Role
from workbench.domain.place import Point
from workbench.errors import DeniedError, EquipmentError, InputError
from workbench.fleet.places import PutUp
from workbench.fleet.registry import Site, Vehicle


def test_a_trailer_moves_and_keeps_its_history(depot, clock):
    trailer, first, second = (
        depot.camera(CameraKind.TRAILER),
        depot.site(),
        depot.site(Point(-121.3, 38.8)),
    )
    places = depot.runtime.fleet.places
    places.put(depot.admin, trailer, PutUp(site=first, heading_deg=90, direction="eastbound"))
    began = clock()
    clock.move(days=3)
    places.put(depot.admin, trailer, PutUp(site=second))
    was, now = places.of(trailer)
    assert (was.site, was.from_at, was.until_at, was.direction) == (
        first,
        began,
        clock(),
        "eastbound",
    )
    assert (now.site, now.from_at, now.until_at) == (second, clock(), None)
    stands = next(c for c in depot.runtime.cameras.all() if c.id == trailer)
    assert stands.position == Point(-121.3, 38.8), "the map shows where it stands now"
    assert stands.heading_deg is None


def test_a_car_carries_a_camera_that_leaves_the_map_and_comes_down(depot, clock):
    unit, (camera_id,) = depot.car()
    assert [place.vehicle for place in depot.runtime.fleet.places.of(camera_id)] == [unit]
    clock.move(hours=1)
    depot.runtime.fleet.places.take_down(depot.admin, camera_id, because="The car is sold")
    (place,) = depot.runtime.fleet.places.of(camera_id)
    assert (place.until_at, place.removed_because) == (clock(), "The car is sold")
    assert not next(c for c in depot.runtime.cameras.all() if c.id == camera_id).active


@pytest.mark.parametrize("kind", list(CameraKind))
def test_a_camera_goes_only_where_its_kind_belongs(depot, kind):
    camera_id, (unit, _), site = depot.camera(kind), depot.car(), depot.site()
    wrong = PutUp(site=site) if kind is CameraKind.VEHICLE else PutUp(vehicle=unit)
    with pytest.raises(EquipmentError, match="no place for this camera"):
        depot.runtime.fleet.places.put(depot.admin, camera_id, wrong)
    column = "site_id" if kind is CameraKind.VEHICLE else "vehicle_unit"
    target = "(SELECT id FROM site LIMIT 1)" if kind is CameraKind.VEHICLE else ":unit"
    statement = text(
        f"INSERT INTO camera_place (camera_id, {column}, from_at, placed_at, placed_by)"  # noqa: S608 - ours
        f" VALUES (:camera, {target}, :at, :at, 'x')"
    )
    values = {"camera": camera_id, "unit": unit, "at": depot.clock()}
    with (
        pytest.raises(IntegrityError, match="does not go there"),
        depot.runtime.database.service.begin() as connection,
    ):
        connection.execute(statement, values)


@pytest.mark.parametrize("after", [-1, 0, 1])
def test_a_camera_is_at_one_place_at_a_time(depot, clock, after):
    camera_id, site = depot.camera(), depot.site()
    places = depot.runtime.fleet.places
    places.put(depot.admin, camera_id, PutUp(site=site))
    clock.move(hours=1)
    places.take_down(depot.admin, camera_id, because="Works on the road")
    at = clock() + timedelta(microseconds=after)
    clock.move(hours=1)
    if after < 0:
        with pytest.raises(EquipmentError, match="elsewhere since"):
            places.put(depot.admin, camera_id, PutUp(site=site), from_at=at)
    else:
        places.put(depot.admin, camera_id, PutUp(site=site), from_at=at)
        assert len(places.of(camera_id)) == 2


def test_nothing_is_put_up_in_the_future_or_at_no_place(depot, clock):
    camera_id, site = depot.camera(), depot.site()
    with pytest.raises(EquipmentError, match="lies in the future"):
        depot.runtime.fleet.places.put(
            depot.admin, camera_id, PutUp(site=site), from_at=clock() + timedelta(microseconds=1)
        )
    with pytest.raises(EquipmentError, match="no such site"):
        depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site="Nowhere"))
    with pytest.raises(InputError, match="no such camera"):
        depot.runtime.fleet.places.put(depot.admin, "nothing", PutUp(site=site))
    with pytest.raises(EquipmentError, match="Where is the camera put"):
        PutUp(site=site, vehicle="U1")
    with pytest.raises(EquipmentError, match="The camera is nowhere"):
        depot.runtime.fleet.places.take_down(depot.admin, camera_id, because="Sold")


def test_what_is_added_and_changed_is_in_the_log(depot):
    camera_id, site = depot.camera(), depot.site()
    unit, _ = depot.car()
    depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    changed = Vehicle(unit=unit, description="Unmarked now", marked=False)
    depot.runtime.fleet.registry.change_vehicle(depot.admin, changed)
    assert len(depot.logged(EventKind.EQUIPMENT_ADD, "site", site)) == 1
    assert len(depot.logged(EventKind.EQUIPMENT_ADD, "vehicle", unit)) == 1
    assert len(depot.logged(EventKind.EQUIPMENT_CHANGE, "camera", camera_id)) == 1
    assert (
        depot.logged(EventKind.EQUIPMENT_CHANGE, "vehicle", unit)[-1]["details"]["marked"] is False
    )
    assert changed in depot.runtime.fleet.registry.vehicles()


def test_no_audit_no_change(depot):
    camera_id, site = depot.camera(), depot.site()
    with depot.runtime.database.owner.begin() as connection:
        connection.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        with pytest.raises(Exception, match="audit log cannot be written"):
            depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    finally:
        with depot.runtime.database.owner.begin() as connection:
            connection.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
    assert depot.runtime.fleet.places.of(camera_id) == ()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.GARAGE, Role.SERVICES_CAPTAIN])
def test_only_who_manages_equipment_changes_it(depot, role):
    somebody = made_actor(role, username="t.other")
    new = Site(name="No", address="No", position=Point(0, 0))
    with pytest.raises(DeniedError):
        depot.runtime.fleet.registry.add_site(somebody, new)


def test_a_site_and_a_car_are_named_once(depot):
    name, (unit, _) = depot.site(), depot.car()
    with pytest.raises(EquipmentError, match="a site of that name"):
        depot.runtime.fleet.registry.add_site(
            depot.admin, Site(name=name, address="No", position=Point(0, 0))
        )
    with pytest.raises(EquipmentError, match="a car of that number"):
        depot.runtime.fleet.registry.add_vehicle(depot.admin, Vehicle(unit=unit, description="x"))
    with pytest.raises(EquipmentError, match="no such car"):
        depot.runtime.fleet.registry.change_vehicle(
            depot.admin, Vehicle(unit="none", description="x")
        )


TABLES = (
    *("camera_place", "fault", "inspection", "pursuit_exit", "shift", "site", "vehicle"),
    "vehicle_assignment",
)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["owner", "service", "purger"])
def test_what_was_recorded_about_equipment_stays(database, table, role):
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608 - ours
        with (
            pytest.raises(ProgrammingError, match="stays|denied"),
            getattr(database, role).begin() as connection,
        ):
            connection.execute(text(statement))

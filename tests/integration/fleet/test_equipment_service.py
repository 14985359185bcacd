"""Equipment over HTTP: the same rules, the same refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.fleet import DAMAGE, GREEN, UPGRADES, WORKS, Depot
from tests.service import open_service
from workbench.domain.person import Role

AT = "/v1/equipment"


@pytest.fixture
def service(settings, policy, database, clock):
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def posted(service: Any, token: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    with service.http(token) as client:
        answer = client.post(f"{AT}{path}", json=body)
        return answer.status_code, answer.json() if answer.content else None


def test_a_camera_is_put_up_inspected_broken_reported_and_repaired(service, clock):
    depot = Depot(service.runtime, service.staff, clock)
    camera_id, site = depot.camera(), depot.site()
    admin, garage = service.token(Role.ALPR_ADMINISTRATOR), service.token(Role.GARAGE)
    of_camera = f"/cameras/{camera_id}"
    assert (
        posted(service, admin, f"{of_camera}/places", {"site": site, "heading_deg": 90.0})[0] == 201
    )
    items = [
        {"item": DAMAGE, "good": False, "words": "Cracked", "damage": True},
        {"item": WORKS, "good": True},
        {"item": UPGRADES, "good": True},
    ]
    code, answer = posted(service, admin, f"{of_camera}/inspections", {"items": items})
    assert (code, answer["done"]["passed"]) == (201, False)
    with service.http(garage) as client:
        faults = client.get(f"{AT}/faults").json()["faults"]
    (number,) = [fault["id"] for fault in faults if fault["camera_id"] == camera_id]
    people = depot.told()
    told = {"supervisor": people.supervisor, "administrator": people.administrator}
    assert posted(service, garage, f"/faults/{number}/repair", {"repair": "Mended"})[0] == 422
    assert posted(service, admin, f"/faults/{number}/report", told)[0] == 422
    told |= {"paper_number": people.paper_number}
    assert posted(service, admin, f"/faults/{number}/report", told)[0] == 201
    assert posted(service, admin, f"/faults/{number}/repair", {"repair": "Mended"})[0] == 403
    code, answer = posted(service, garage, f"/faults/{number}/repair", {"repair": "New glass"})
    assert (code, answer["fault"]["state"]) == (201, "repaired")
    with service.http(admin) as client:
        assert client.get(f"{AT}/health").json()["cameras"]
        rows = client.get(f"{AT}/coverage").json()["cameras"]
        assert camera_id in {row["camera_id"] for row in rows}
        assert client.get(f"{AT}/inspections/overdue").status_code == 200
        assert site in {one["name"] for one in client.get(AT).json()["sites"]}
        places = {one["id"]: one["place"] for one in client.get(AT).json()["cameras"]}
        assert places[camera_id] == site
        overdue = f"{AT}/inspections/overdue"
        assert client.get(overdue, params={"quarter": "2026q4"}).json() == {"overdue": []}
        for bad in ("2027Q1", "Michaelmas"):
            assert client.get(overdue, params={"quarter": bad}).status_code == 422
    assert posted(service, admin, f"{of_camera}/take-down", {"because": "Sold"})[0] == 422, (
        "not in the instant in which it was put up"
    )
    clock.move(minutes=1)
    assert posted(service, admin, f"{of_camera}/take-down", {"because": "Sold"})[0] == 201
    with service.http(admin) as client:
        papers = client.get(f"{AT}{of_camera}").json()
    assert [fault["id"] for fault in papers["faults"]] == [number]
    assert papers["places"][0]["removed_because"] == "Sold"
    assert papers["coverage"]["camera_id"] == camera_id


def test_a_car_is_added_and_changed_over_http(service):
    unit = f"U{uuid4().hex[:8]}"
    admin, officer = service.token(Role.ALPR_ADMINISTRATOR), service.token(Role.OFFICER)
    car = {"unit": unit, "description": "Patrol car"}
    assert posted(service, admin, "/vehicles/changes", car)[0] == 422, "it is not there yet"
    assert posted(service, admin, "/vehicles", car)[0] == 201
    sold = car | {"description": "Sold", "active": False}
    assert posted(service, officer, "/vehicles/changes", sold)[0] == 403
    code, answer = posted(service, admin, "/vehicles/changes", sold)
    assert (code, answer["done"]["active"]) == (201, False)
    with service.http(admin) as client:
        cars = {one["unit"]: one for one in client.get(AT).json()["vehicles"]}
    assert cars[unit]["description"] == "Sold"


def test_a_shift_over_http(service, clock):
    depot = Depot(service.runtime, service.staff, clock)
    unit, _ = depot.car()
    admin, officer = service.token(Role.ALPR_ADMINISTRATOR), service.token(Role.OFFICER)
    with service.http(officer) as client:
        name = client.get("/v1/session").json()["username"]
    begin = {"vehicle": unit, "affixed": True, "software_started": True, "lights": GREEN}
    assert posted(service, officer, "/shifts", begin)[0] == 422, "not assigned"
    assert posted(service, officer, "/assignments", {"username": name, "vehicle": unit})[0] == 403
    assert posted(service, admin, "/assignments", {"username": name, "vehicle": unit})[0] == 201
    code, answer = posted(service, officer, "/shifts", begin)
    assert (code, answer["shift"]["ready"]) == (201, True)
    number = answer["shift"]["id"]
    left = {"because": "helicopter"}
    assert posted(service, officer, f"/shifts/{number}/pursuits", left)[0] == 201
    clock.move(minutes=20)
    assert posted(service, officer, f"/shifts/{number}/end", {})[0] == 201
    with service.http(officer) as client:
        found = client.get(f"{AT}/shifts/exceptions").json()["exceptions"]
        listed = {one["id"]: one for one in client.get(f"{AT}/shifts").json()["shifts"]}
        assert [one["because"] for one in listed[number]["left_pursuits"]] == ["helicopter"]
        before = {"end": (clock() - timedelta(minutes=20)).isoformat()}
        for path in ("shifts", "shifts/exceptions"):
            told = client.get(f"{AT}/{path}", params=before).json()
            assert str(number) not in str(told), "it began at the end, which is no part of it"
    assert [one["what"] for one in found if one["vehicle"] == unit] == ["no_reads"]
    assert posted(service, admin, "/assignments/end", {"username": name, "vehicle": unit})[0] == 204
    with service.http(admin) as client:
        listed = client.get(f"{AT}/assignments").json()["assignments"]
    assert unit not in {one["vehicle"] for one in listed}


@pytest.mark.parametrize("path", ["", "/health", "/coverage", "/faults", "/shifts", "/assignments"])
def test_who_may_not_see_equipment_sees_none(service, path):
    with service.http(service.token(Role.DISPATCHER)) as client:
        assert client.get(f"{AT}{path}").status_code == 403

"""Holds and packages over HTTP."""

from __future__ import annotations

from uuid import uuid4

import pyarrow as pa
import pytest

from tests.conftest import FixedClock
from tests.packed_reads import CASE, SEEN, store_pictured
from tests.service import open_service
from workbench.domain.person import Role
from workbench.retention.evidence.verifying import verify_package
from workbench.service.evidence import FOLDER

WHY = "Evidence in a made-up robbery"


@pytest.fixture(scope="module")
def service(settings, policy, database):
    clock = FixedClock(SEEN.replace(month=11, day=2))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def inquiry(http) -> str:
    asked = {"purpose": "active_investigation", "reason": "Made-up robbery", "case_number": CASE}
    return http.post("/v1/inquiries", json=asked).json()["id"]


def test_a_hold_is_placed_shown_and_released(service, plate):
    store_pictured(service.runtime, plate, 0, 5)
    asked = {"case_number": CASE, "reason": WHY, "reads": {"search": {"plate": plate}}}
    with service.http(service.token(Role.ANALYST)) as http:
        under = inquiry(http)
        placed = http.post(f"/v1/inquiries/{under}/holds", json=asked)
        assert placed.status_code == 201
        number = placed.json()["id"]
        assert placed.json()["reads"] == 2
        assert number in {one["id"] for one in http.get("/v1/holds").json()["holds"]}
        counted = http.post(f"/v1/inquiries/{under}/holds/{number}/count")
        assert (counted.json()["reads"], counted.json()["only"]) == (2, None)
        found = http.get(f"/v1/inquiries/{under}/holds/{number}/reads")
        assert pa.ipc.open_stream(found.content).read_all().num_rows == 2
        refused = http.post(f"/v1/holds/{number}/release", json={"reason": "Case closed"})
        assert refused.status_code == 403
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
        done = http.post(f"/v1/holds/{number}/release", json={"reason": "Case closed"})
        assert done.json()["state"] == "released"
        assert http.get(f"/v1/holds/{number}").json()["released_because"] == "Case closed"


@pytest.mark.parametrize(
    "reads", [{}, {"detections": [0]}, {"search": {}}, {"search": {"plate": "*"}}, {"rows": [1]}]
)
def test_a_hold_on_nothing_is_refused(service, reads):
    asked = {"case_number": CASE, "reason": WHY, "reads": reads}
    with service.http(service.token(Role.ANALYST)) as http:
        assert http.post(f"/v1/inquiries/{inquiry(http)}/holds", json=asked).status_code == 422


def test_a_package_is_made_in_the_services_own_folder_and_booked(service, plate):
    store_pictured(service.runtime, plate, 0)
    name = f"case {uuid4().hex}"
    with service.http(service.token(Role.ANALYST)) as http:
        address = f"/v1/inquiries/{inquiry(http)}/evidence"
        asked = {"name": name, "reads": {"search": {"plate": plate}}, "booking": "26-1"}
        for bad in ("../x", "a/b", ".x", ""):
            assert http.post(address, json={**asked, "name": bad}).status_code == 422
        made = http.post(address, json=asked, timeout=60)
        assert made.status_code == 201, made.text
        number = made.json()["id"]
        booked = http.post(f"/v1/evidence/{number}/bookings", json={"number": "26-2"})
        assert booked.json()["bookings"] == ["26-1", "26-2"]
        assert http.get(f"/v1/evidence/{number}").json()["state"] == "made"
        assert number in {one["id"] for one in http.get("/v1/evidence").json()["packages"]}
        again = http.post(address, json=asked)
        assert again.status_code == 422
        assert "never written over" in again.json()["what"]
    assert verify_package(service.runtime.settings.home / FOLDER / name).problems == ()
    with service.http(service.token(Role.OFFICER)) as http:
        refused = http.post(f"/v1/inquiries/{inquiry(http)}/evidence", json={**asked, "name": "y"})
        assert refused.status_code == 403

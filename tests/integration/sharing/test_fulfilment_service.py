"""Requests fulfilled over HTTP: in the service's own folder, with every refusal of a command."""

from __future__ import annotations

import base64
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.conftest import FixedClock
from tests.held_reads import new_plate
from tests.packed_reads import SEEN, store_pictured
from tests.service import open_service
from tests.sharing import ADMIN, CAPTAIN, BagMaker, new_agency_name, profile
from workbench.access.office import Office
from workbench.domain.person import Role
from workbench.retention.evidence.verifying import verify_package
from workbench.service.evidence import FOLDER
from workbench.service.server import serving
from workbench.sharing.open import open_sharing
from workbench.storage.pictures import PictureStore

MAIL = (
    "From: Dana Detective <d@next.example.gov>\n\n"
    "Agency: {agency}\nTitle: Detective\nPurpose: Robbery\nRequest: reads of {plate}\n"
)
READS = {"search": {"plate": "7ABC123"}}
REVIEW = {"step": "review", "finding": "Called back", "purpose_code": "active_investigation"}


@pytest.fixture(scope="module")
def service(settings, policy, database):
    clock = FixedClock(SEEN.replace(month=11, day=2))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def tokens(service):
    roles = (Role.RECORDS_CUSTODIAN, Role.ALPR_ADMINISTRATOR, Role.SERVICES_CAPTAIN, Role.OFFICER)
    return {role: service.token(role) for role in roles}


@pytest.fixture
def agency(service) -> str:
    name = new_agency_name("Next <Town> & County")
    agencies = service.runtime.sharing.agencies
    agencies.add(ADMIN, profile(name))
    agencies.verify(CAPTAIN, name, how="Called back")
    return name


@pytest.fixture
def post(service, tokens):
    def posted(path: str, body, role: Role = Role.RECORDS_CUSTODIAN, url: str = ""):
        with service.http(tokens[role]) as client:
            return client.post(f"{url}/v1/releases{path}", json=body, timeout=60)

    return posted


def recorded(post, agency: str, plate: str) -> tuple[int, bytes]:
    mail = MAIL.format(agency=agency, plate=plate).encode()
    answer = post("", {"mail_base64": base64.b64encode(mail).decode()})
    assert answer.status_code == 201, answer.text
    return answer.json()["request"]["id"], mail


def approve(post, number: int, **what) -> None:
    assert post(f"/{number}/steps", REVIEW, Role.ALPR_ADMINISTRATOR).status_code == 201
    step = {"step": "approve", "reason": "Their case", **what}
    assert post(f"/{number}/steps", step, Role.SERVICES_CAPTAIN).status_code == 201


def test_an_approved_request_is_fulfilled_in_the_services_own_folder(service, tokens, agency, post):
    plate = new_plate()
    store_pictured(service.runtime, plate, 0, 5)
    number, mail = recorded(post, agency, plate)
    address, name = f"/{number}/fulfilment", f"release {uuid4().hex}"
    asked = {"name": name}
    early = post(address, asked)
    assert (early.status_code, early.json()["error"]) == (422, "ReleaseError")
    for nothing in ({}, {"reads": {"search": {"plate": "*"}}}, {"hold_id": 1, "reads": READS}):
        step = {"step": "approve", "reason": "Their case", **nothing}
        assert post(f"/{number}/steps", step, Role.SERVICES_CAPTAIN).status_code == 422, nothing
    approve(post, number, reads={"search": {"plate": plate}})
    for bad in (
        {"name": "../x"}, {"name": ".x"}, {"hold_id": 1}, {"recipient": "me"},
        {"reads": {"search": {"plate": plate}}}, {"inquiry_id": str(uuid4()) + "x"},
    ):  # fmt: skip
        assert post(address, asked | bad).status_code == 422, bad
    assert post(address, asked | {"inquiry_id": str(uuid4())}).status_code == 403
    assert post(address, asked, Role.SERVICES_CAPTAIN).status_code == 403
    agencies = service.runtime.sharing.agencies
    agencies.switch(ADMIN, agency, on=False, reason="Under review")
    off = post(address, asked)
    assert (off.status_code, off.json()["error"]) == (422, "SharingError")
    agencies.switch(ADMIN, agency, on=True, reason="Reviewed")
    folder = service.runtime.settings.home / FOLDER / name
    assert not folder.exists(), "nothing was packed for who may not have it"
    done = post(address, asked)
    assert done.status_code == 201, done.text
    request = done.json()["request"]
    assert request["state"] == "fulfilled"
    assert agency in request["steps"][-1]["details"]["recipient"]
    found = verify_package(folder)
    assert (found.problems, found.contents["reads"]) == ((), 2)
    assert post(address, asked | {"name": f"{name} again"}).status_code == 422
    with service.http(tokens[Role.RECORDS_CUSTODIAN]) as client:
        original = client.get(f"/v1/releases/{number}/original")
        assert (original.content, original.headers["content-type"]) == (mail, "message/rfc822")
        assert original.headers["content-disposition"].startswith("attachment")
    with service.http(tokens[Role.OFFICER]) as client:
        assert client.get(f"/v1/releases/{number}/original").status_code == 403


def test_a_package_that_does_not_name_its_recipient_leaves_the_request_approved(
    service, agency, post, tmp_path
):
    number, _ = recorded(post, agency, "7ABC123")
    approve(post, number, reads=READS)
    runtime = service.runtime
    office = Office(runtime.database.service, runtime.policy, runtime.audit, runtime.clock)
    originals = PictureStore(str(tmp_path / "requests"))
    silent = open_sharing(
        office, originals=originals, packages=BagMaker(office, "<html>Reads</html>")
    )
    asked = {"name": uuid4().hex}
    with serving(replace(runtime, sharing=silent)) as url:
        refused = post(f"/{number}/fulfilment", asked, url=url)
    assert (refused.status_code, refused.json()["error"]) == (422, "ReleaseError")
    assert "does not name its recipient" in refused.json()["what"]
    assert runtime.sharing.releases.show(ADMIN, number).state == "approved"


def test_a_hold_fulfils_a_request(service, agency, post, tokens):
    plate = new_plate()
    store_pictured(service.runtime, plate, 0)
    why = "Evidence in a made-up robbery"
    hold = {"case_number": "26-014532", "reason": why, "reads": {"search": {"plate": plate}}}
    with service.http(tokens[Role.RECORDS_CUSTODIAN]) as client:
        stated = {"purpose": "active_investigation", "reason": "Release to another agency"}
        inquiry = client.post("/v1/inquiries", json=stated).json()["id"]
        held = client.post(f"/v1/inquiries/{inquiry}/holds", json=hold).json()["id"]
    number, _ = recorded(post, agency, plate)
    approve(post, number, hold_id=held)
    asked = {"name": uuid4().hex, "inquiry_id": inquiry}
    done = post(f"/{number}/fulfilment", asked)
    assert (done.status_code, done.json()["request"]["state"]) == (201, "fulfilled"), done.text

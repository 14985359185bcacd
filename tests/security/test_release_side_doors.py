"""Somebody of the house wants reads to leave otherwise than by Policy 426.9."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.conftest import FixedClock
from tests.held_reads import new_plate, of_plate
from tests.packed_reads import ANALYST, CASE, SEEN, opened, packed, released, store_pictured
from tests.service import open_service
from tests.sharing import (
    ADMIN,
    ASKED,
    CAPTAIN,
    CUSTODIAN,
    REVIEW,
    SharingDesk,
    approve,
    open_sharing_desk,
    write_down,
    written,
)
from workbench.domain.person import Role
from workbench.errors import EvidenceError, ReleaseError, WorkbenchError
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.recipient import Recipient, room_line
from workbench.retention.evidence.verifying import verify_package
from workbench.service.evidence import FOLDER
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.steps import Refuse
from workbench.storage.evidence_tables import evidence_booking, evidence_package
from workbench.storage.sharing_tables import release_event

PERSON = written().requester_name


@pytest.fixture
def desk(runtime, tmp_path, clock) -> SharingDesk:
    return open_sharing_desk(runtime, tmp_path, clock)


@pytest.fixture
def approved(desk) -> Release:
    return lead(desk)


def lead(desk, *, to: str = "approved", **said) -> Release:
    """Return a request of a new agency, as far as it is led."""
    releases = desk.parts.releases
    found = releases.record(CUSTODIAN, written(desk.agency().name, **said))
    if to != "requested":
        found = releases.take(ADMIN, found.id, REVIEW)
    if to == "approved":
        found = releases.take(CAPTAIN, found.id, approve())
    return found


def order_of(release: Release, **changed) -> Order:
    """Return the order that fulfils a request, or one that differs from it."""
    named = {"agency": release.agency.name, "person": PERSON, "purpose": "Robbery"}
    named |= {"request_id": release.id}
    named |= {key: changed.pop(key) for key in tuple(changed) if key in named}
    return Order(**({"reads": ASKED, "accesses": False, "recipient": Recipient(**named)} | changed))


# A recipient is typed nowhere


@pytest.mark.parametrize(
    "typed",
    [
        {"recipient": {"agency": "ICE", "person": "D. Example", "purpose": "Removal"}},
        {"recipient": {"agency": "ICE", "person": "x", "purpose": "x", "request_id": 1}},
        {"recipient": None, "agency": "ICE"},
        {"released_to": "ICE"},
        {"release_request_id": 1},
        {"order": {"recipient": {"agency": "ICE"}}},
        {"booking": "handed to ICE"},
    ],
)
def test_no_route_takes_a_recipient(settings, policy, database, typed):
    """A supervisor had a signed package for ICE this way, in no release and no figure."""
    plate = new_plate()
    with open_service(settings, policy, database, FixedClock(SEEN.replace(month=11))) as service:
        store_pictured(service.runtime, plate, 0)
        name = f"case {uuid4().hex}"
        with service.http(service.token(Role.SUPERVISOR)) as http:
            stated = {"purpose": "active_investigation", "reason": "Made-up robbery of a shop"}
            inquiry = http.post("/v1/inquiries", json={**stated, "case_number": CASE}).json()["id"]
            asked = {"name": name, "reads": {"search": {"plate": plate}}}
            address = f"/v1/inquiries/{inquiry}/evidence"
            assert http.post(address, json=asked | typed, timeout=60).status_code == 422
            folder = service.runtime.settings.home / FOLDER / name
            assert not folder.exists()
            assert http.post(address, json=asked, timeout=60).status_code == 201
        assert verify_package(folder).contents["held_by"] == room_line(policy)


def test_every_page_of_an_own_package_names_the_own_evidence_room(runtime, tmp_path):
    plate = new_plate()
    store_pictured(runtime, plate, 0)
    packed(runtime, plate, tmp_path / "for ICE", two_sided=True)
    pages = sorted((tmp_path / "for ICE").rglob("*.html"))
    assert pages
    for page in pages:
        assert page.read_text().count(room_line(runtime.policy)) == 2, page.name
        assert "for ICE" not in page.read_text(), "the folder's name is on no page"


def test_a_recipient_whom_no_request_names_is_refused_by_the_deed(runtime, tmp_path):
    plate = new_plate()
    store_pictured(runtime, plate, 0)
    made_up = Recipient(agency="ICE", person="D. Example", purpose="x", request_id=2**40)
    order = Order(reads=of_plate(plate), recipient=made_up, accesses=False)
    with pytest.raises(EvidenceError, match="database refuses"):
        runtime.evidence.make_package(ANALYST, opened(runtime), order, out=tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("own", ["Roseville Police Department", "ROSEVILLE P.D."])
def test_the_department_is_no_agency_that_asks_itself(desk, own):
    with suppress(WorkbenchError):  # another test of this database entered it
        desk.agency(name=own)
    with pytest.raises(ReleaseError, match="asks itself"):
        desk.parts.releases.record(CUSTODIAN, written(own))


# The database


@pytest.mark.parametrize("to", ["requested", "reviewed"])
def test_no_package_for_a_request_that_is_not_approved(desk, to):
    with pytest.raises(EvidenceError, match="database refuses") as refused:
        write_down(desk.office, CUSTODIAN, order_of(lead(desk, to=to)), seal="a" * 64)
    assert f"approved request: it is {to}" in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"agency": "ICE"}, "recipient of its request"),
        ({"person": "Somebody Else"}, "recipient of its request"),
        ({"reads": of_plate("8ZZZ999")}, "reads that were approved"),
        ({"reads": None, "hold_id": 1}, "reads that were approved"),
        ({"two_sided": True}, "form of a release"),
        ({"accesses": True}, "form of a release"),
        ({"request_id": 2**40}, "request that lets it leave"),
    ],
)
def test_a_package_is_what_was_approved_and_for_whom(desk, approved, changed, lacks):
    """The approval was for plate A; B, another person or a fuller form is another request."""
    with pytest.raises(EvidenceError) as refused:
        write_down(desk.office, CUSTODIAN, order_of(approved, **changed), seal="a" * 64)
    assert lacks in str(refused.value)
    write_down(desk.office, CUSTODIAN, order_of(approved), seal="a" * 64)


@pytest.mark.parametrize("how", ["refuse", "switch", "change"])
def test_an_approval_that_no_longer_holds_lets_nothing_leave(desk, approved, how):
    agencies = desk.parts.agencies
    if how == "refuse":
        desk.parts.releases.take(CAPTAIN, approved.id, Refuse(reason="Taken back"))
    elif how == "switch":
        agencies.switch(ADMIN, approved.agency.name, on=False, reason="Under review")
    else:
        agencies.change(ADMIN, approved.agency.name, reason="x", aliases=(f"X {uuid4().hex}",))
    with pytest.raises(EvidenceError, match="database refuses"):
        write_down(desk.office, CUSTODIAN, order_of(approved), seal="a" * 64)
    with pytest.raises(WorkbenchError):
        desk.parts.releases.fulfil(CUSTODIAN, approved.id, desk.packing())
    assert desk.maker.orders == []


def test_a_second_package_for_one_request_is_refused(desk, approved):
    write_down(desk.office, CUSTODIAN, order_of(approved), seal="a" * 64)
    with pytest.raises(EvidenceError, match="ix_evidence_package_release"):
        write_down(desk.office, CUSTODIAN, order_of(approved), seal="b" * 64)


def test_two_who_pack_at_one_time_make_one_package(desk, approved):
    def attempt(seal):
        try:
            return write_down(desk.office, CUSTODIAN, order_of(approved), seal=seal)
        except EvidenceError:
            return None

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(attempt, [one * 64 for one in "abcd"]))
    assert len([one for one in ended if one is not None]) == 1


def test_a_step_names_no_package_of_another_request(desk, approved):
    other = lead(desk)
    packages = [
        write_down(desk.office, CUSTODIAN, order_of(other), seal="a" * 64),
        write_down(desk.office, ANALYST, Order(reads=ASKED), seal="a" * 64),
    ]
    step = {
        "request_id": approved.id, "step": "fulfilled", "done_at": desk.clock.at,
        "done_by": "t.custodian", "done_by_name": "Robin Records",
    }  # fmt: skip
    said = {"manifest_sha256": "a" * 64, "recipient": approved.agency.name}
    for package in packages:
        given = step | {"details": said | {"package": str(package)}}
        with (
            pytest.raises(IntegrityError, match="a package that was made for it"),
            desk.engine.begin() as connection,
        ):
            connection.execute(insert(release_event).values(given))


@pytest.mark.parametrize(
    "values",
    [
        {"criteria": {"recipient": {"agency": "ICE"}}},
        {"release_request_id": 1},
        {"state": "failed", "problem": "x", "made_at": None},
        {"state": "begun", "made_at": None},
        {"seal": "b" * 64},
    ],
)
def test_what_was_packed_for_whom_stays(desk, database, approved, values):
    """Not even the owner turns a package at home into one that left, or a release into none."""
    numbers = [
        write_down(desk.office, ANALYST, Order(reads=ASKED), seal="a" * 64),
        write_down(desk.office, CUSTODIAN, order_of(approved), seal="a" * 64),
    ]
    for engine in (database.service, database.owner):
        for number in numbers:
            change = update(evidence_package).where(evidence_package.c.id == number).values(values)
            with pytest.raises(DBAPIError), engine.begin() as connection:
                connection.execute(change)
    for sql in ("DELETE FROM evidence_package", "DELETE FROM evidence_booking"):
        with pytest.raises(DBAPIError, match="stays on file"), database.owner.begin() as connection:
            connection.execute(text(sql))


def test_a_package_without_its_record_in_the_log_is_refused(desk, database):
    """The order is compared with what was logged before anything was read."""
    order = Order(reads=ASKED)
    number = write_down(desk.office, ANALYST, order, seal="a" * 64)
    with database.owner.connect() as connection:
        sql = text("SELECT access_id FROM evidence_package WHERE id = :id")
        access_id = connection.execute(sql, {"id": number}).scalar_one()
    said = {
        "access_id": access_id, "state": "begun", "begun_at": SEEN, "folder": "/x",
        "begun_by": ANALYST.person.username, "purpose": "x", "criteria": order.as_json(),
    }  # fmt: skip
    for changed in (
        {"access_id": 2**50},
        {"begun_by": "somebody.else"},
        {"criteria": Order(reads=of_plate("8ZZZ999")).as_json()},
        {"state": "made", "made_at": SEEN},
    ):
        with pytest.raises(DBAPIError), database.service.begin() as connection:
            connection.execute(insert(evidence_package).values(said | changed))


def test_what_was_not_made_is_not_booked(desk, database, runtime, tmp_path):
    with pytest.raises(EvidenceError):
        packed(runtime, new_plate(), tmp_path / "empty")
    with database.owner.connect() as connection:
        sql = text("SELECT max(id) FROM evidence_package WHERE state = 'failed'")
        failed = connection.execute(sql).scalar_one()
    values = {"package_id": failed, "booking_number": "26-1", "booked_at": SEEN, "booked_by": "x"}
    with pytest.raises(IntegrityError, match="not made"), database.service.begin() as connection:
        connection.execute(insert(evidence_booking).values(values))


def test_a_package_that_was_cut_off_from_its_step_is_taken_and_not_made_anew(
    runtime, tmp_path, clock
):
    desk = open_sharing_desk(runtime, tmp_path / "desk", clock)
    plate = new_plate()
    store_pictured(runtime, plate, 0)
    found = lead(desk, to="reviewed")
    releases = runtime.sharing.releases
    releases.take(CAPTAIN, found.id, approve(plate=plate))
    order = order_of(found, reads=of_plate(plate))
    made = runtime.evidence.make_package(
        CUSTODIAN, opened(runtime, CUSTODIAN), order, out=tmp_path / "first"
    )
    packing = Packing(inquiry_id=opened(runtime, CUSTODIAN), out=tmp_path / "second")
    done = releases.fulfil(CUSTODIAN, found.id, packing)
    assert done.events[-1].details["package"] == str(made.id)
    assert not packing.out.exists()


def test_a_released_package_is_released_once(runtime, tmp_path):
    plate = new_plate()
    store_pictured(runtime, plate, 0)
    first = released(runtime, plate, tmp_path / "stick")
    again = Packing(inquiry_id=opened(runtime, CUSTODIAN), out=tmp_path / "again")
    number = first.order.recipient.request_id
    with pytest.raises(ReleaseError, match="cannot be fulfilled"):
        runtime.sharing.releases.fulfil(CUSTODIAN, number, again)
    with pytest.raises(EvidenceError, match="database refuses"):
        runtime.evidence.make_package(
            CUSTODIAN, again.inquiry_id, first.order, out=tmp_path / "again"
        )

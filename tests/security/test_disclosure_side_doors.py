"""Somebody discloses to a court or the defence without the custodian or without the paper."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.conftest import FixedClock
from tests.held_reads import new_plate, of_plate
from tests.packed_reads import CASE, opened, packed, released, store_pictured
from tests.people import made_actor
from tests.service import open_service
from tests.sharing import AUDITOR, CAPTAIN, CUSTODIAN
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.release import DemandKind
from workbench.errors import DemandError, DeniedError, EvidenceError, FormError, PersonUnknownError
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.recipient import Recipient
from workbench.retention.evidence.verifying import verify_package
from workbench.service.evidence import FOLDER
from workbench.sharing.demands.demand import LawfulDemand
from workbench.sharing.demands.desk import Disclosing, state_disclosure
from workbench.sharing.leaving import packages_left

PAPER = b"%PDF-1.7 made-up subpoena"


def demand(**changed) -> LawfulDemand:
    said = {
        "kind": DemandKind.SUBPOENA,
        "court": "Superior Court of Made-up County",
        "issued_on": date(2026, 9, 30),
        "case_number": CASE,
        "asked_by": "P. Example, counsel for the defence",
        "asked_for": "All reads of the car, with what speaks against",
    }
    return LawfulDemand(**said | changed)


@pytest.fixture
def plate(runtime) -> str:
    made = new_plate("6D")
    store_pictured(runtime, made, 0)
    return made


@pytest.fixture
def filed(runtime):
    return runtime.sharing.demands.record(CUSTODIAN, demand(), PAPER)


def disclosing(runtime, plate: str, out: Path, actor=CUSTODIAN) -> Disclosing:
    return Disclosing(inquiry_id=opened(runtime, actor), out=out, reads=of_plate(plate))


def test_a_demand_with_its_paper_is_answered_by_a_package_of_its_own_kind(
    runtime, database, plate, filed, tmp_path
):
    given = disclosing(runtime, plate, tmp_path / "disc")
    made = runtime.sharing.demands.disclose(CUSTODIAN, filed.id, given)
    shown = runtime.sharing.demands.show(AUDITOR, filed.id)
    assert shown.packages == (made.id,)
    assert runtime.sharing.demands.document(AUDITOR, filed.id) == PAPER
    line = verify_package(tmp_path / "disc").contents["released_to"]
    assert line.startswith("Disclosed to Superior Court of Made-up County, P. Example")
    with database.owner.connect() as connection:
        sql = text("SELECT kind, case_number FROM audit_record WHERE seq = :seq")
        looked = connection.execute(sql, {"seq": made.access_id}).one()
    assert looked == ("evidence:disclose", CASE)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.RECORDS_CUSTODIAN}))
def test_nobody_but_the_custodian_files_or_answers_a_demand(runtime, plate, filed, tmp_path, role):
    somebody = made_actor(role, username="some.body")
    demands = runtime.sharing.demands
    given = Disclosing(inquiry_id=uuid4(), out=tmp_path / "x", reads=of_plate(plate))
    with pytest.raises(DeniedError):
        demands.record(somebody, demand(), PAPER)
    with pytest.raises(DeniedError):
        demands.disclose(somebody, filed.id, given)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR])
def test_who_packs_evidence_cannot_disclose_past_the_desk(runtime, plate, filed, tmp_path, role):
    """The look itself asks for the right, whoever calls it."""
    somebody = made_actor(role, username="some.body")
    recipient = Recipient(
        agency=demand().court, person=demand().asked_by, purpose="x", demand_id=filed.id
    )
    order = Order(reads=of_plate(plate), recipient=recipient)
    under = opened(runtime, somebody)
    with pytest.raises(DeniedError):
        runtime.evidence.make_package(somebody, under, order, out=tmp_path / "x")


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"demand_id": 2**40}, "its demand"),
        ({"agency": "ICE"}, "of its demand"),
        ({"person": "Somebody Else"}, "of its demand"),
    ],
)
def test_the_database_compares_a_disclosure_with_its_demand(
    runtime, plate, filed, tmp_path, changed, lacks
):
    named = {"agency": demand().court, "person": demand().asked_by, "purpose": "x"}
    recipient = Recipient(**named | {"demand_id": filed.id} | changed)
    order = Order(reads=of_plate(plate), recipient=recipient)
    with pytest.raises(EvidenceError) as refused:
        runtime.evidence.make_package(
            CUSTODIAN, opened(runtime, CUSTODIAN), order, out=tmp_path / "x"
        )
    assert lacks in str(refused.value)
    assert not (tmp_path / "x").exists()


def test_a_disclosure_is_packed_in_the_case_of_its_demand(runtime, plate, tmp_path):
    filed = runtime.sharing.demands.record(CUSTODIAN, demand(case_number="26-000001"), PAPER)
    given = disclosing(runtime, plate, tmp_path / "x")
    with pytest.raises(EvidenceError, match="database refuses"):
        runtime.sharing.demands.disclose(CUSTODIAN, filed.id, given)
    under = state_disclosure(
        runtime.inquiries, runtime.sharing.demands, CUSTODIAN, filed.id, "active_investigation"
    )
    given = Disclosing(inquiry_id=under, out=tmp_path / "x", reads=of_plate(plate))
    assert runtime.sharing.demands.disclose(CUSTODIAN, filed.id, given).case_number == "26-000001"


@pytest.mark.parametrize(
    ("changed", "paper", "error"),
    [
        ({"court": " "}, PAPER, DemandError),
        ({"asked_by": "x\u202e"}, PAPER, DemandError),
        ({"case_number": "x"}, PAPER, FormError),
        ({"issued_on": date(2036, 11, 2)}, PAPER, DemandError),
        ({}, b"", DemandError),
    ],
)
def test_a_demand_without_what_it_has_to_say_is_not_on_file(runtime, changed, paper, error):
    with pytest.raises(error):
        runtime.sharing.demands.record(CUSTODIAN, demand(**changed), paper)


def test_who_received_it_is_somebody_of_the_department(runtime):
    with pytest.raises(PersonUnknownError):
        runtime.sharing.demands.record(CUSTODIAN, demand(), PAPER, received_by="no.body")


def test_a_demand_on_file_stays_as_it_is(database, filed):
    for sql in (
        "UPDATE lawful_demand SET court = 'ICE'",
        "DELETE FROM lawful_demand",
        "TRUNCATE lawful_demand CASCADE",
    ):
        with pytest.raises(DBAPIError, match="stays on file"), database.owner.begin() as connection:
            connection.execute(text(sql))


def test_nobody_is_a_recipient_whom_nothing_lets_have_it():
    for given in ({}, {"request_id": 1, "demand_id": 1}):
        with pytest.raises(EvidenceError, match="Nothing lets the package leave"):
            Recipient(agency="ICE", person="D. Example", purpose="x", **given)


def test_whatever_is_packed_is_in_the_figures(runtime, database, plate, filed, tmp_path):
    day = Period(runtime.clock() - timedelta(hours=1), runtime.clock() + timedelta(hours=1))

    def told():
        return runtime.sharing.figures.of(CAPTAIN, day)

    before = told()
    own = packed(runtime, plate, tmp_path / "own", booking="2026-3")
    left = released(runtime, plate, tmp_path / "released")
    given = disclosing(runtime, plate, tmp_path / "disclosed")
    shown = runtime.sharing.demands.disclose(CUSTODIAN, filed.id, given)
    with pytest.raises(EvidenceError):
        packed(runtime, new_plate(), tmp_path / "failed")
    after = told()
    grown = {way: after.packages[way] - before.packages[way] for way in after.packages}
    assert grown == {"own": 1, "released": 1, "disclosed": 1, "unbooked": 2}
    assert after.demanded["subpoena"] - before.demanded.get("subpoena", 0) == 1
    with database.service.connect() as connection:
        rows = {one["package"]: one for one in packages_left(connection, day)}
    ways = {rows[one.id]["way"]: rows[one.id] for one in (own, left, shown)}
    assert set(ways) == {"own", "released", "disclosed"}
    assert (ways["own"]["booked"], ways["own"]["to"]) == ("2026-3", None)
    assert ways["released"]["to"].startswith("Made-up <County>")
    assert ways["disclosed"]["to"] == demand().court


def test_the_same_holds_over_http(settings, policy, database):
    now = datetime(2026, 11, 2, 18, tzinfo=UTC)
    with open_service(settings, policy, database, FixedClock(now)) as service:
        plate = new_plate("6D")
        store_pictured(service.runtime, plate, 0)
        said = {
            "kind": "court_order", "court": "Superior Court", "issued_on": "2026-10-30",
            "case_number": CASE, "asked_by": "The clerk", "asked_for": "All reads of the car",
            "document_base64": base64.b64encode(PAPER).decode(),
        }  # fmt: skip
        name = f"disclosed {uuid4().hex}"
        asked = {"name": name, "purpose": "active_investigation"}
        asked |= {"reads": {"search": {"plate": plate}}}
        with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
            for bad in ({"kind": "letter"}, {"document_base64": "?"}, {"issued_on": "x"}):
                assert http.post("/v1/demands", json=said | bad).status_code == 422, bad
            number = http.post("/v1/demands", json=said).json()["demand"]["id"]
            assert http.get(f"/v1/demands/{number}/original").content == PAPER
            address = f"/v1/demands/{number}/disclosure"
            assert http.post(address, json=asked | {"recipient": "ICE"}).status_code == 422
        with service.http(service.token(Role.SUPERVISOR)) as http:
            assert http.post("/v1/demands", json=said).status_code == 403
            assert http.get("/v1/demands").status_code == 403
            assert http.post(address, json=asked).status_code == 403
        with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
            done = http.post(address, json=asked, timeout=60)
            assert done.status_code == 201, done.text
            (mine,) = [d for d in http.get("/v1/demands").json()["demands"] if d["id"] == number]
            assert mine["packages"] == [done.json()["id"]]
        found = verify_package(service.runtime.settings.home / FOLDER / name)
        assert found.contents["order"]["two_sided"]

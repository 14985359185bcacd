"""Commands and routes of sharing: what they print and answer, and exit codes for a timer."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.service import open_service
from tests.sharing import ADMIN, CAPTAIN, new_agency_name, profile
from tests.typed_commands import signing_in, typing
from workbench.domain.person import Role

STEPS = {
    Role.ALPR_ADMINISTRATOR: {
        "step": "review", "finding": "Called back", "purpose_code": "stolen_plate",
    },
    Role.SERVICES_CAPTAIN: {
        "step": "approve", "reason": "Their case", "reads": {"search": {"plate": "7ABC123"}},
    },
}  # fmt: skip


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    return typing(settings, monkeypatch, capsys)


@pytest.fixture
def token(database, policy):
    """Return the token of a session of somebody with a role."""
    return signing_in(database, policy)


@pytest.fixture
def admin(token):
    return token(Role.ALPR_ADMINISTRATOR)


@pytest.fixture
def captain(token):
    return token(Role.SERVICES_CAPTAIN)


@pytest.fixture
def custodian(token):
    return token(Role.RECORDS_CUSTODIAN)


@pytest.fixture
def agency(run, admin, captain) -> str:
    """An agency that was entered and verified by command."""
    name = new_agency_name()
    said = ("--kind", "ca_public_agency", "--duty", "law_enforcement", "--state", "CA")
    assert run("agencies", "add", name, *said, token=admin).code == 0
    verified = run("agencies", "verify", name, "--how", "Called back", "--json", token=captain)
    assert verified.json["agencies"][0]["verified_how"] == "Called back"
    return name


def mail_file(folder, agency, purpose="Purpose: Series of burglaries"):
    made = EmailMessage()
    made["From"] = "Dana Detective <d@next.example.gov>"
    made.set_content(f"Agency: {agency}\nTitle: Detective\n{purpose}\nRequest: reads of 7ABC123\n")
    file = folder / f"{uuid4().hex}.eml"
    file.write_bytes(made.as_bytes())
    return file


def test_a_register_is_imported_changed_and_listed(run, admin, tmp_path):
    one, two = new_agency_name(), new_agency_name("Far")
    file = tmp_path / "agencies.csv"
    file.write_text(
        "name,kind,duty,state,aliases\n"
        f"{one},ca_public_agency,prosecution,CA,DA of {one}\n{two},out_of_state,other,NV,\n"
    )
    assert len(run("agencies", "import", file, "--json", token=admin).json["agencies"]) == 2
    again = run("agencies", "import", file, token=admin)
    assert (again.code, "already loaded" in again.err) == (0, True)
    file.write_text(file.read_text().replace(f"{two},out_of_state", f"{two},federal"))
    other = run("agencies", "import", file, token=admin)
    assert (other.code, "that name already" in other.err) == (2, True)
    change = ("agencies", "change", f"da of {one}", "--reason", "Checked")
    assert run(*change, "--duty", "law_enforcement", token=admin).code == 0
    assert run(*change, "--off", token=admin).code == 0
    assert run(*change, token=admin).code == 2
    listed = run("agencies", "list", "--unverified", "--json", token=admin).json["agencies"]
    (found,) = (said for said in listed if said["name"] == one)
    assert (found["duty"], found["enabled"]) == ("law_enforcement", False)
    assert two in run("agencies", "list", token=admin).out
    assert run("agencies", "import", tmp_path / "none.csv", token=admin).code == 2


def test_a_request_goes_its_way_by_command(run, agency, admin, captain, custodian, tmp_path):
    file = mail_file(tmp_path, agency)
    recorded = run("releases", "record", "--mail", file, "--json", token=custodian)
    assert recorded.code == 0, recorded.err
    number = recorded.json["id"]
    assert recorded.json["requester_name"] == "Dana Detective"
    out = tmp_path / "original.eml"
    assert run("releases", "original", number, "--out", out, token=custodian).code == 0
    assert out.read_bytes() == file.read_bytes()
    approve = ("releases", "approve", number, "--plate", "7ABC123", "--reason", "Theirs")
    early = run(*approve, token=captain)
    assert (early.code, "cannot be approved" in early.err) == (2, True)
    review = ("--finding", "Called back", "--purpose", "stolen_plate")
    assert run("releases", "review", number, *review, token=admin).code == 0
    assert run(*approve, token=admin).code == 2
    assert run(*approve, token=captain).code == 0
    shown = run("releases", "show", number, token=custodian).out
    assert "is approved" in shown
    assert "came by email" in shown
    refused = run("releases", "refuse", number, "--reason", "Over", token=captain)
    assert (refused.code, "refused\nOver" in refused.out) == (0, True)
    filed = run("releases", "file", number, "--file", "R-1", "--json", token=custodian)
    assert filed.json["state"] == "filed"
    states = ("--state", "filed", "--json")
    listed = run("releases", "list", *states, token=custodian).json["requests"]
    assert number in {one["id"] for one in listed}


def test_a_request_without_purpose_is_refused_by_command(run, agency, custodian, tmp_path):
    file = mail_file(tmp_path, agency, purpose="Kind regards")
    refused = run("releases", "record", "--mail", file, token=custodian)
    assert refused.code == 2
    assert "no purpose" in refused.err
    mended = run("releases", "record", "--mail", file, "--purpose", "Robbery", token=custodian)
    assert mended.code == 0


def test_fulfilment_before_its_turn_and_approval_of_nothing_are_refused(
    run, agency, custodian, captain, tmp_path
):
    recorded = run("releases", "record", "--mail", mail_file(tmp_path, agency), "--json",
                   token=custodian)  # fmt: skip
    number = recorded.json["id"]
    fulfil = ("releases", "fulfil", number, "--out", tmp_path / "package")
    refused = run(*fulfil, token=custodian)
    assert (refused.code, "Nobody has reviewed" in refused.err) == (2, True), refused.err
    approve = ("releases", "approve", number, "--reason", "Their case")
    for more, said in (
        ((), "Which reads may be released"),
        (("--plate", "7ABC123", "--hold", 1), "Which reads may be released"),
        (("--plate", "7ABC123", "--from", "2026-10-01 00:00"), "Half of the window"),
    ):
        refused = run(*approve, *more, token=captain)
        assert (refused.code, said in refused.err) == (2, True), refused.err
    assert not (tmp_path / "package").exists()


def test_figures_are_told_by_command(run, token):
    auditor = token(Role.AUDITOR)
    told = run("releases", "figures", "--year", "2044", "--json", token=auditor).json
    assert {"disclosures", "recipients", "purposes"} <= set(told)
    assert told["period"]["start"] == "2044-01-01T08:00:00+00:00", "midnight of the department"
    assert "0 of them fulfilled" in run("releases", "figures", "--year", "2044", token=auditor).out


def test_shares_are_kept_and_compared_by_command(run, agency, admin, captain, tmp_path):
    system = f"LEARN {uuid4().hex[:6]}"
    said = ("--system", system, "--what", "detections", "--reason", "r", "--legal-basis", "b")
    number = run("shares", "start", agency, *said, "--json", token=admin).json["id"]
    late = run("shares", "list", "--json", token=admin)
    assert (late.code, late.json["overdue"]) == (1, True)
    job = run("shares", "overdue", "--json")
    assert (job.code, number in {one["share"] for one in job.json["reviews"]}) == (1, True)
    assert system in {one["system"] for one in job.json["comparisons"]}
    assert f"{agency}: its review is overdue" in run("shares", "overdue").err
    review = ("shares", "review", number, "--finding", "Needed")
    assert run(*review, token=captain).code == 2
    assert "approved" in run(*review, "--approve", token=captain).out
    file = tmp_path / "shared.csv"
    file.write_text(f"Organization Name,Networks I'm Sharing\n{agency},Ours\nUnknown PD,Ours\n")
    compare = ("shares", "compare", file, "--system", system)
    drifted = run(*compare, "--json", token=admin)
    assert (drifted.code, drifted.json["count"]) == (1, 1)
    shown = run(*compare, "--as-job")
    assert (shown.code, "NOT APPROVED Unknown PD" in shown.err) == (1, True)
    left = run("shares", "overdue", "--json").json
    assert number not in {one["share"] for one in left["reviews"]}
    assert system not in {one["system"] for one in left["comparisons"]}
    file.write_text(json.dumps([agency]))
    assert run(*compare, "--as-job").code == 0
    assert f"{system}: vendor's list last compared" in run("shares", "list", token=admin).out
    assert run("shares", "end", number, "--reason", "Over", token=admin).code == 0
    assert run(*compare, "--as-job").code == 1


def test_a_jobs_comparison_is_logged_as_a_jobs(run, database, tmp_path):
    system = uuid4().hex
    file = tmp_path / "shared.json"
    file.write_text("[]")
    assert run("shares", "compare", file, "--system", system, "--as-job").code == 0
    sql = "SELECT username, origin FROM audit_record WHERE details ->> 'system' = :system"
    with database.owner.connect() as connection:
        row = connection.execute(text(sql), {"system": system}).one()
    assert row.username is None
    assert row.origin["channel"] == "job"


@pytest.fixture
def service(settings, policy, database, clock):
    with open_service(settings, policy, database, clock) as opened:
        yield opened


@pytest.fixture
def known(runtime) -> str:
    name = new_agency_name()
    runtime.sharing.agencies.add(ADMIN, profile(name))
    runtime.sharing.agencies.verify(CAPTAIN, name, how="Called back")
    return name


def test_a_request_goes_its_way_over_http(service, known, tmp_path):
    mail = base64.b64encode(mail_file(tmp_path, known).read_bytes()).decode()
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as client:
        recorded = client.post("/v1/releases", json={"mail_base64": mail})
        assert recorded.status_code == 201, recorded.text
        number = recorded.json()["request"]["id"]
        early = client.post(f"/v1/releases/{number}/steps", json={"step": "file", "file": "R"})
        assert (early.status_code, early.json()["error"]) == (422, "ReleaseError")
        assert client.get("/v1/releases", params={"state": "requested"}).status_code == 200
        bad = client.post("/v1/releases", json={"agency": known, "purpose": " "})
        assert (bad.status_code, bad.json()["error"]) == (422, "ReleaseError")
        assert client.post("/v1/releases", json={"mail_base64": "?"}).status_code == 422
        unknown = client.post("/v1/releases", json={"mail_base64": mail, "agency": "Nowhere PD"})
        assert (unknown.status_code, unknown.json()["error"]) == (422, "SharingError")
    for role, step in STEPS.items():
        with service.http(service.token(role)) as client:
            taken = client.post(f"/v1/releases/{number}/steps", json=step)
            assert taken.status_code == 201, taken.text
    with service.http(service.token(Role.AUDITOR)) as client:
        shown = client.get(f"/v1/releases/{number}").json()["request"]
        assert [one["step"] for one in shown["steps"]] == ["reviewed", "approved"]
        span = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
        figures = client.get("/v1/releases/figures", params=span).json()["figures"]
        assert figures["requested"] >= 1
    with service.http(service.token(Role.OFFICER)) as client:
        assert client.get(f"/v1/releases/{number}").status_code == 403
    with service.http() as client:
        assert client.get("/v1/releases").status_code == 401


def test_agencies_and_shares_over_http(service):
    name, system = new_agency_name(), uuid4().hex
    given = {"name": name, "kind": "ca_public_agency", "duty": "law_enforcement", "state": "CA"}
    with service.http(service.token(Role.ALPR_ADMINISTRATOR)) as admin:
        assert admin.post("/v1/agencies", json=given).status_code == 201
        own = admin.post("/v1/agencies/verifications", json={"name": name, "how": "x"})
        assert (own.status_code, own.json()["error"]) == (422, "SharingError")
        share = {"agency": name, "system": system, "what": "d", "reason": "r", "legal_basis": "b"}
        refused = admin.post("/v1/shares", json=share)
        assert (refused.status_code, "verified" in refused.json()["what"]) == (422, True)
        with service.http(service.token(Role.SERVICES_CAPTAIN)) as captain:
            how = {"name": name, "how": "Called back"}
            assert captain.post("/v1/agencies/verifications", json=how).status_code == 201
            number = admin.post("/v1/shares", json=share).json()["share"]["id"]
            approve = {"act": "approve", "finding": "Needed"}
            acts = f"/v1/shares/{number}/acts"
            assert captain.post(acts, json=approve).json()["share"]["approved"]
        names = {"system": system, "names": [name.lower(), "Unknown PD"]}
        drift = admin.post("/v1/shares/comparisons", json=names).json()["drift"]
        assert [one["vendor_name"] for one in drift["unapproved"]] == ["Unknown PD"]
        listed = admin.get("/v1/shares").json()
        assert listed["overdue"] == any(
            one["overdue"] for one in listed["shares"] + listed["comparisons"]
        )
        assert system in {one["system"] for one in listed["comparisons"]}
        assert admin.post(acts, json={"act": "end", "reason": "Over"}).status_code == 201
        changed = given | {"kind": "federal", "state": None, "reason": "It was wrong"}
        said = admin.post("/v1/agencies/changes", json=changed).json()["agency"]
        assert (said["kind"], said["verified_at"]) == ("federal", None)
        switch = {"name": name, "on": False, "reason": "Out"}
        off = admin.post("/v1/agencies/switches", json=switch)
        assert off.json()["agency"]["enabled"] is False
        assert name in {one["name"] for one in admin.get("/v1/agencies").json()["agencies"]}


def test_agencies_are_imported_over_http_all_of_them_or_none(service):
    what = {"kind": "ca_public_agency", "duty": "law_enforcement", "state": "CA"}
    many = [{"name": new_agency_name(), **what} for _ in range(3)]
    with service.http(service.token(Role.ALPR_ADMINISTRATOR)) as admin:
        names = {one["name"] for one in many}

        def unverified() -> set[str]:
            found = admin.get("/v1/agencies", params={"unverified": True}).json()["agencies"]
            return names & {one["name"] for one in found}

        twice = admin.post("/v1/agencies/imports", json={"agencies": [*many, many[0]]})
        assert (twice.status_code, "that name already" in twice.json()["what"]) == (422, True)
        assert unverified() == set()
        assert admin.post("/v1/agencies/imports", json={"agencies": []}).status_code == 422
        added = admin.post("/v1/agencies/imports", json={"agencies": many})
        assert (added.status_code, len(added.json()["agencies"])) == (201, 3), added.text
        assert unverified() == names
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as other:
        refused = other.post("/v1/agencies/imports", json={"agencies": many})
        assert refused.status_code == 403

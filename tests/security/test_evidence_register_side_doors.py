"""Somebody reads others' plates, cases and reasons in registers of packages and requests."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlalchemy import text

from tests.conftest import FixedClock
from tests.held_reads import new_plate
from tests.packed_reads import ANALYST, SEEN, packed, released, store_pictured
from tests.people import made_actor
from tests.service import open_service
from tests.sharing import ADMIN, AUDITOR, CAPTAIN, CUSTODIAN, new_agency_name, profile, written
from workbench.audit import AuditLog
from workbench.domain.person import Role
from workbench.errors import AuditWriteError, DeniedError, EvidenceError

OTHERS = [
    made_actor(Role.ANALYST, username="other.analyst"),
    made_actor(Role.SUPERVISOR, username="other.supervisor"),
    made_actor(Role.OFFICER, username="other.officer"),
]


@pytest.fixture
def plate() -> str:
    return new_plate("6R")


@pytest.fixture
def made(runtime, plate, tmp_path):
    store_pictured(runtime, plate, 0)
    return packed(runtime, plate, tmp_path / "case")


@pytest.fixture
def number(runtime) -> int:
    """A request on file."""
    name = new_agency_name()
    runtime.sharing.agencies.add(ADMIN, profile(name))
    return runtime.sharing.releases.record(CUSTODIAN, written(name)).id


@pytest.fixture
def records(database):
    """Return kind, who, criteria and outcome of the records since the last call."""
    last = [0]

    def since():
        sql = text(
            "SELECT seq, kind, username, criteria::text, outcome, access_id, details::text"
            " FROM audit_record WHERE seq > :last ORDER BY seq"
        )
        with database.owner.connect() as connection:
            rows = connection.execute(sql, {"last": last[0]}).all()
        last[0] = rows[-1].seq if rows else last[0]
        return rows

    return since


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: one.person.username)
def test_others_packages_are_not_there_for_who_has_no_duty(runtime, made, plate, other):
    """Its order names the plate, and its count of reads is what a look found."""
    listed = [*runtime.evidence.all(other), *runtime.evidence.unbooked(other)]
    assert made.id not in {one.id for one in listed}
    assert plate not in json.dumps([one.as_json() for one in listed])
    for act in (
        lambda: runtime.evidence.show(other, made.id),
        lambda: runtime.evidence.show(other, 2**40),
    ):
        with pytest.raises(EvidenceError, match="There is no such package") as refused:
            act()
        assert plate not in str(refused.value)


def test_booking_shows_no_package_of_somebody_else(runtime, made):
    analyst, supervisor = OTHERS[:2]
    for other in (analyst, supervisor):
        with pytest.raises(EvidenceError, match="There is no such package"):
            runtime.evidence.book(other, made.id, "2026-1")
    assert runtime.evidence.book(CUSTODIAN, made.id, "2026-1").bookings == ("2026-1",)


@pytest.mark.parametrize("whose", [ANALYST, CUSTODIAN, CAPTAIN, AUDITOR])
def test_who_made_it_and_whose_duty_it_is_see_it(runtime, made, plate, whose):
    assert made.id in {one.id for one in runtime.evidence.all(whose)}
    assert runtime.evidence.show(whose, made.id).order.plate == plate


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("evidence:view", lambda r, _n, _m: r.evidence.all(CUSTODIAN)),
        ("evidence:view", lambda r, _n, _m: r.evidence.unbooked(CUSTODIAN)),
        ("evidence:view", lambda r, _n, m: r.evidence.show(CUSTODIAN, m)),
        ("release:view", lambda r, _n, _m: r.sharing.releases.list(CUSTODIAN)),
        ("release:view", lambda r, n, _m: r.sharing.releases.show(CUSTODIAN, n)),
        ("release:original", lambda r, n, _m: r.sharing.releases.original(CUSTODIAN, n)),
    ],
)
def test_each_reading_of_a_register_is_recorded_before_and_after(
    runtime, records, number, made, kind, read, monkeypatch
):
    records()
    read(runtime, number, made.id)
    begun, ended = records()
    assert (begun.kind, begun.username, begun.outcome) == (kind, "t.custodian", "started")
    assert (ended.kind, ended.access_id, ended.outcome) == ("look:outcome", begun.seq, "returned")

    def broken(*_args, **_kwargs):
        raise AuditWriteError("The log is full")

    monkeypatch.setattr(AuditLog, "append", broken)
    with pytest.raises(AuditWriteError):
        read(runtime, number, made.id)


def test_a_reading_that_finds_nothing_is_recorded_too(runtime, records):
    records()
    with pytest.raises(EvidenceError):
        runtime.evidence.show(OTHERS[0], 2**40)
    begun, ended = records()
    assert json.loads(begun.criteria)["package"] == 2**40
    assert (ended.access_id, ended.outcome) == (begun.seq, "failed")


@pytest.mark.parametrize("role", sorted(set(Role) - {
    Role.ALPR_ADMINISTRATOR, Role.SERVICES_CAPTAIN, Role.RECORDS_CUSTODIAN, Role.AUDITOR
}))  # fmt: skip
def test_requests_are_for_those_who_record_review_approve_fulfil_or_audit(runtime, number, role):
    somebody = made_actor(role, username="some.body")
    releases = runtime.sharing.releases
    for act in (
        lambda: releases.list(somebody),
        lambda: releases.show(somebody, number),
        lambda: releases.original(somebody, number),
    ):
        with pytest.raises(DeniedError):
            act()


def test_a_package_is_listed_until_it_is_booked_even_where_its_folder_is_gone(
    runtime, plate, made, tmp_path
):
    """A purge of the service's folder takes the files, and not what is known of them."""
    left = released(runtime, plate, tmp_path / "stick")
    shutil.rmtree(made.folder)
    waiting = {one.id: one for one in runtime.evidence.unbooked(CUSTODIAN)}
    assert {made.id, left.id} <= waiting.keys()
    assert (waiting[made.id].begun_by, waiting[made.id].made_at) == (made.begun_by, made.made_at)
    for one in (made, left):
        runtime.evidence.book(CUSTODIAN, one.id, "2026-77")
    assert not {made.id, left.id} & {one.id for one in runtime.evidence.unbooked(CUSTODIAN)}


def test_a_package_that_failed_waits_for_no_booking(runtime, tmp_path):
    with pytest.raises(EvidenceError):
        packed(runtime, new_plate(), tmp_path / "empty")
    newest = runtime.evidence.all(ANALYST)[0]
    assert newest.state.value == "failed"
    assert newest.id not in {one.id for one in runtime.evidence.unbooked(CUSTODIAN)}


def test_the_same_holds_over_http(settings, policy, database, plate):
    with open_service(settings, policy, database, FixedClock(SEEN.replace(month=11))) as service:
        store_pictured(service.runtime, plate, 0)
        out = service.runtime.settings.home / f"case-{plate}"
        made = packed(service.runtime, plate, out)
        for role in (Role.OFFICER, Role.ANALYST, Role.SUPERVISOR):
            with service.http(service.token(role)) as http:
                for path in ("/v1/evidence", "/v1/evidence/unbooked"):
                    answer = http.get(path)
                    assert (answer.status_code, plate in answer.text) == (200, False), path
                shown = http.get(f"/v1/evidence/{made.id}")
                assert (shown.status_code, plate in shown.text) == (422, False)
                assert http.get("/v1/releases").status_code == 403
                assert http.get("/v1/releases/1/original").status_code == 403
        with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
            waiting = http.get("/v1/evidence/unbooked").json()["packages"]
            assert made.id in {one["id"] for one in waiting}
            assert plate in http.get(f"/v1/evidence/{made.id}").text

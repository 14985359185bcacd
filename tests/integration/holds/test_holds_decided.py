"""A hold that waits, as it is typed and over HTTP: with the same words as the deed."""

from __future__ import annotations

import pytest

from tests.conftest import FixedClock
from tests.held_reads import CASE, WHY, new_plate
from tests.packed_reads import SEEN, store_pictured
from tests.service import open_service
from tests.typed_commands import signing_in, typing
from workbench.domain.person import Role

PURPOSE = "active_investigation"
LONG = ("--from", "2026-09-01 00:00", "--to", "2026-10-20 00:00")
WIDE = {"search": {"period": {"start": "2026-09-01T00:00:00Z", "end": "2026-10-20T00:00:00Z"}}}
NOTE = "The series needs it"


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    return typing(settings, monkeypatch, capsys)


@pytest.fixture(scope="module")
def service(settings, policy, database):
    clock = FixedClock(SEEN.replace(month=11, day=2))
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def test_a_wide_hold_waits_is_approved_and_released_by_commands(run, database, policy, runtime):
    plate = new_plate()
    store_pictured(runtime, plate, 0)
    sign_in = signing_in(database, policy)
    analyst, custodian = sign_in(Role.ANALYST), sign_in(Role.RECORDS_CUSTODIAN)
    placing = ("holds", "place", "--purpose", PURPOSE, "--case", CASE, "--reason", WHY, *LONG)
    placed = run(*placing, "--json", token=analyst)
    assert (placed.code, placed.json["state"], placed.json["reads"]) == (1, "waiting", None)
    number = placed.json["id"]
    assert "waiting" in run("holds", "list", token=analyst).out
    own = run("holds", "approve", number, "--reason", NOTE, token=analyst)
    assert own.code == 2
    told = run("holds", "show", number, token=custodian).out
    assert "A second person is needed, because it names no plate" in told
    early = run("holds", "release", number, "--reason", NOTE, token=custodian)
    assert "The hold is waiting" in early.err
    approved = run("holds", "approve", number, "--reason", NOTE, token=custodian)
    assert f"Hold {number}: standing" in approved.out
    assert NOTE in approved.out
    under = ("--purpose", PURPOSE, "--case", CASE, "--reason", WHY, "--json")
    counted = run("holds", "count", number, *under, token=custodian).json
    assert counted["reads"] >= 1
    assert counted["only"] is not None
    done = run("holds", "release", number, "--reason", NOTE, "--json", token=custodian)
    assert done.json["state"] == "released"
    assert run("holds", "count", number, token=analyst).code == 2, "no purpose, no count"


@pytest.mark.parametrize(("deed", "who"), [("refuse", 1), ("withdraw", 0)])
def test_a_waiting_hold_is_put_aside_by_command(run, database, policy, deed, who):
    sign_in = signing_in(database, policy)
    people = sign_in(Role.OFFICER), sign_in(Role.SUPERVISOR)
    placing = ("holds", "place", "--purpose", PURPOSE, "--case", CASE, "--reason", WHY, *LONG)
    said = run(*placing, token=people[0])
    assert "waits for a second person" in said.err
    number = int(said.out.split()[1])
    assert run("holds", deed, number, "--reason", NOTE, token=people[1 - who]).code == 2
    done = run("holds", deed, number, "--reason", NOTE, "--json", token=people[who])
    assert done.json["state"] == {"refuse": "refused", "withdraw": "withdrawn"}[deed]


def test_a_supervisor_sees_and_decides_what_waits_over_http(service):
    with service.http(service.token(Role.OFFICER)) as http:
        asked = {"purpose": PURPOSE, "reason": WHY, "case_number": CASE}
        mine = http.post("/v1/inquiries", json=asked).json()["id"]
        body = {"case_number": CASE, "reason": WHY, "reads": WIDE}
        numbers = [
            http.post(f"/v1/inquiries/{mine}/holds", json=body).json()["id"] for _ in range(2)
        ]
    with service.http(service.token(Role.SUPERVISOR)) as http:
        waiting = http.get(f"/v1/holds/{numbers[0]}").json()
        assert (waiting["state"], waiting["whole"], waiting["reason"]) == ("waiting", True, WHY)
        assert waiting["waits_because"]
        little = http.post(f"/v1/holds/{numbers[0]}/approve", json={"reason": "x"})
        assert (little.status_code, little.json()["error"]) == (422, "FormError")
        approved = http.post(f"/v1/holds/{numbers[0]}/approve", json={"reason": NOTE}).json()
        assert (approved["state"], approved["approved_because"]) == ("standing", NOTE)
        assert not {"reads", "only"} & approved.keys()
        refused = http.post(f"/v1/holds/{numbers[1]}/refuse", json={"reason": NOTE}).json()
        assert refused["state"] == "refused"
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as http:
        http.post(f"/v1/holds/{numbers[0]}/release", json={"reason": NOTE})


def test_asking_for_a_purge_names_the_hold_that_waits(service):
    with service.http(service.token()) as http:
        asked = {"purpose": PURPOSE, "reason": WHY, "case_number": CASE}
        mine = http.post("/v1/inquiries", json=asked).json()["id"]
        body = {"case_number": CASE, "reason": WHY, "reads": WIDE}
        number = http.post(f"/v1/inquiries/{mine}/holds", json=body).json()["id"]
        with service.http(service.token(Role.RECORDS_CUSTODIAN)) as custodian:
            refused = custodian.post("/v1/retention/purges")
        assert (refused.status_code, refused.json()["error"]) == (409, "HoldWaitsError")
        assert f"hold {number}" in refused.json()["given"]
        http.post(f"/v1/holds/{number}/withdraw", json={"reason": "Placed by mistake"})

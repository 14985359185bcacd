"""Retention over HTTP: a purge goes on after the answer, and shows how it stands."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.service import Service, open_service
from workbench.audit.keys import known_public_keys
from workbench.domain.person import Role
from workbench.retention.certificate import check_certificate
from workbench.service.server import serving

OLD = datetime(2025, 9, 5, 12, tzinfo=UTC)
AT = "/v1/retention"
GIVEN = {
    "resolution": "2026-118",
    "resolution_date": "2024-03-18",
    "attorney": "A. Attorney",
    "consented_on": "2024-03-20",
}
OTHERS = [role for role in Role if role is not Role.RECORDS_CUSTODIAN]


@pytest.fixture
def service(site):
    with open_service(site.settings, site.policy, site.database, site.clock) as opened:
        yield opened


@pytest.fixture
def custodian(service: Service):
    with service.http(service.token(Role.RECORDS_CUSTODIAN)) as client:
        yield client


def ended(client):
    """Wait until no purge runs; return the list of purges."""
    until = time.monotonic() + 30
    while (told := client.get(f"{AT}/purges").json())["running"]:
        assert time.monotonic() < until, told
        time.sleep(0.02)
    return told


def purge_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "workbench-purge"]


def test_a_purge_goes_on_after_the_answer_and_leaves_its_papers(site, service, custodian):
    site.read(OLD)
    held = site.read(OLD)
    site.hold(held)
    begun = custodian.post(f"{AT}/purges")
    assert (begun.status_code, begun.json()["state"]) == (202, "running"), begun.text
    told = ended(custodian)
    assert site.reads() == {held}
    (past,) = told["purges"]
    assert (past["state"], past["problem"], past["gone"]) == ("done", None, {"reads": 1})
    assert past["begun_by"] == begun.json()["begun_by"]
    paper = custodian.get(f"{AT}/purges/{past['purge']}/certificate")
    keys = known_public_keys(site.settings.home / "keys")
    assert check_certificate(paper.text, keys)["rows"][0]["gone"] == 1
    shown = custodian.get(f"{AT}/purges/{past['purge']}/certificate.html")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "Certificate of destruction" in shown.text
    written = site.settings.home / "certificates" / f"destruction-{past['purge']:06d}.html"
    assert shown.text == written.read_text()
    assert custodian.get(f"{AT}/purges/{past['purge'] + 1}/certificate").status_code == 404
    started, done = site.logged("retention:purge")
    assert (started["outcome"], done["outcome"]) == ("started", "done")
    origin = site.all(
        "SELECT username, origin FROM audit_record WHERE kind = 'retention:purge' AND seq > :since",
        since=site.since,
    )
    assert {(row.username, row.origin["channel"]) for row in origin} == {
        (past["begun_by"], "client")
    }
    until = time.monotonic() + 5
    while purge_threads() and time.monotonic() < until:
        time.sleep(0.01)
    assert purge_threads() == []


def test_a_second_purge_meanwhile_is_refused_and_a_failed_one_says_why(
    site, custodian, caplog, monkeypatch
):
    short = text("SET LOCAL lock_timeout = '1s'")
    monkeypatch.setattr("workbench.retention.locking._SHORT", short)
    number = site.read(OLD)
    with site.database.service.begin() as search:
        search.exec_driver_sql("SELECT count(*) FROM detection")
        assert custodian.post(f"{AT}/purges").status_code == 202
        second = custodian.post(f"{AT}/purges")
        assert (second.status_code, second.json()["error"]) == (409, "PurgeBusyError")
        running = custodian.get(f"{AT}/purges").json()
        assert running["running"]
        assert {one["state"] for one in running["purges"]} <= {"running"}
        told = ended(custodian)
    assert site.reads() == {number}
    (failed,) = told["purges"]
    assert (failed["state"], failed["ended_at"]) == ("failed", None)
    assert "try again" in failed["problem"]
    assert "try again" in caplog.text
    logged = site.logged("retention:purge")[-1]
    assert (logged["outcome"], logged["purge"]) == ("failed", failed["purge"])
    assert custodian.post(f"{AT}/purges").status_code == 202
    states = [(one["state"], one["gone"]) for one in ended(custodian)["purges"]]
    assert states == [("done", {"reads": 1}), ("done", {})]
    assert site.reads() == set()


def test_a_stopped_service_leaves_the_purge_to_the_next(site, service):
    """It ends after the part that is being done; what was done is certified later."""
    for month in (7, 8, 9):
        site.read(OLD.replace(month=month))
    token = service.token(Role.RECORDS_CUSTODIAN)
    search = site.database.service.connect()
    with serving(service.runtime) as url, service.http(token) as client:
        search.exec_driver_sql("SELECT count(*) FROM detection")
        assert client.post(f"{url}{AT}/purges").status_code == 202
        until = time.monotonic() + 10
        while not site.one("SELECT count(*) FROM purge") and time.monotonic() < until:
            time.sleep(0.01)
        searched = threading.Timer(0.5, search.close)
        searched.start()  # the month waits for it, and the service is told to stop meanwhile
    searched.join()
    assert purge_threads() == []
    assert site.one("SELECT count(*) FROM purge WHERE ended_at IS NULL") == 1
    assert "was stopped" in site.logged("retention:purge")[-1]["problem"]
    with service.http(token) as client:
        (left,) = client.get(f"{AT}/purges").json()["purges"]
        assert left["state"] == "failed"
        assert client.post(f"{AT}/purges").status_code == 202
        told = ended(client)["purges"]
    assert [one["state"] for one in told] == ["done", "done"]
    assert sum(one["gone"].get("reads", 0) for one in told) == 3
    assert site.reads() == set()


def test_a_purge_that_was_killed_shows_and_the_next_finishes_it(site, custodian):
    with site.database.owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO purge (counted_from, policy_version) VALUES (now(), 'test')"
        )
    assert [one["state"] for one in ended(custodian)["purges"]] == ["cut_off"]
    assert custodian.post(f"{AT}/purges").status_code == 202
    assert [one["state"] for one in ended(custodian)["purges"]] == ["done", "done"]


def test_authorities_are_recorded_and_a_purge_without_one_is_refused_at_once(site, custodian):
    number = site.read(OLD)
    with site.database.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM retention_authority")
    refused = custodian.post(f"{AT}/purges")
    assert (refused.status_code, refused.json()["error"]) == (422, "RetentionError")
    assert "attorney's consent" in refused.json()["what"]
    assert not custodian.get(f"{AT}/purges").json()["running"]
    for bad in (
        {"resolution_date": "18 March"}, {"resolution_date": 20240318}, {"attorney": " "},
        {"consented_on": "2999-01-01"}, {"recorded_by": "somebody"},
    ):  # fmt: skip
        answer = custodian.post(f"{AT}/authorities", json=GIVEN | bad)
        assert answer.status_code == 422, (bad, answer.text)
    made = custodian.post(f"{AT}/authorities", json=GIVEN)
    assert (made.status_code, made.json()["in_force"]) == (201, True), made.text
    assert custodian.get(f"{AT}/authorities").json() == {"authorities": [made.json()]}
    assert custodian.post(f"{AT}/purges").status_code == 202
    ended(custodian)
    assert number not in site.reads()


def test_what_lengths_would_cost_and_what_would_go(site, custodian):
    site.read(OLD)
    told = custodian.get(f"{AT}/simulation").json()
    assert "365 days" not in json.dumps(told["kinds"])
    assert told["lengths"][0]["keep"] == "3 minutes"
    rows = custodian.get(f"{AT}/preview").json()["rows"]
    assert [(row["kind"], row["gone"]) for row in rows] == [("reads", 1)]
    assert [one["outcome"] for one in site.logged("retention:simulate")] == ["returned"]


def test_nobody_but_the_custodian_purges_or_authorises_over_http(site, service):
    number = site.read(OLD)
    for role in OTHERS:
        with service.http(service.token(role)) as client:
            assert client.post(f"{AT}/purges").status_code == 403, role
            assert client.post(f"{AT}/authorities", json=GIVEN).status_code == 403, role
    with service.http(service.token(Role.ANALYST)) as client:
        for path in ("purges", "preview", "authorities", "simulation", "purges/1/certificate"):
            assert client.get(f"{AT}/{path}").status_code == 403, path
    with service.http(service.token(Role.AUDITOR)) as client:
        assert client.get(f"{AT}/purges").json()["purges"] == []
    assert site.reads() == {number}
    assert site.one("SELECT count(*) FROM purge") == 0

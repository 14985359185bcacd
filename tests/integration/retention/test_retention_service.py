"""Retention over HTTP: a purge is asked for, done by another process, and shows how it stands."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.retention import JOB
from tests.service import Service, open_service
from workbench.audit.keys import known_public_keys
from workbench.domain.person import Role
from workbench.errors import PurgeBusyError
from workbench.retention.certificate import check_certificate
from workbench.retention.working import PurgeWorker

OLD = datetime(2025, 9, 5, 12, tzinfo=UTC)
AT = "/v1/retention"
GIVEN = {
    "resolution": "2026-118",
    "resolution_date": "2024-03-18",
    "attorney": "Alex Attorney",
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


@pytest.fixture
def worker(site):
    """What `workbench retention work` runs; the test gives it its turns."""
    purger = site.database.purger
    return PurgeWorker(
        site.runtime.retention.purging(purger), purger, clock=site.clock, origin=JOB.origin
    )


@pytest.fixture
def working(worker):
    """The same, at work in a thread."""
    stopping = threading.Event()
    thread = threading.Thread(target=worker.work, args=(stopping,), kwargs={"poll_s": 0.02})
    thread.start()
    yield
    stopping.set()
    thread.join()


def ended(client):
    """Wait until nothing that was asked for waits or runs; return the list of purges."""
    until = time.monotonic() + 30
    while (asked := (told := client.get(f"{AT}/purges").json())["asked"]) and (
        asked["state"] != "failed"
    ):
        assert time.monotonic() < until, told
        time.sleep(0.02)
    return told


@pytest.mark.usefixtures("working")
def test_a_purge_that_is_asked_for_is_done_and_leaves_its_papers(site, custodian):
    site.read(OLD)
    held = site.read(OLD)
    site.hold(held)
    asked = custodian.post(f"{AT}/purges")
    assert asked.status_code == 202, asked.text
    told = ended(custodian)
    assert site.reads() == {held}
    (past,) = told["purges"]
    assert (past["state"], past["problem"], past["gone"]) == ("done", None, {"reads": 1})
    assert past["begun_by"] == asked.json()["asked_by"]
    paper = custodian.get(f"{AT}/purges/{past['purge']}/certificate")
    keys = known_public_keys(site.settings.home / "keys")
    assert check_certificate(paper.text, keys)["rows"][0]["gone"] == 1
    shown = custodian.get(f"{AT}/purges/{past['purge']}/certificate.html")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "Certificate of destruction" in shown.text
    written = site.settings.home / "certificates" / f"destruction-{past['purge']:06d}.html"
    assert shown.text == written.read_text()
    assert custodian.get(f"{AT}/purges/{past['purge'] + 1}/certificate").status_code == 404


@pytest.mark.usefixtures("working")
def test_who_asked_and_what_did_it_are_both_in_the_log(site, custodian):
    site.read(OLD)
    asked = custodian.post(f"{AT}/purges").json()
    ended(custodian)
    rows = site.all(
        "SELECT kind, username, outcome, origin, details FROM audit_record"
        " WHERE kind IN ('retention:ask', 'retention:purge') AND seq > :since ORDER BY seq",
        since=site.since,
    )
    by_person, *by_job = rows
    assert (by_person.kind, by_person.username) == ("retention:ask", asked["asked_by"])
    assert by_person.details["authority"]["resolution"] == "2026-118"
    assert [row.outcome for row in by_job] == ["started", "done"]
    assert {(row.username, row.origin["channel"]) for row in by_job} == {(None, "job")}
    assert {(row.details["request"], row.details["asked_by"]) for row in by_job} == {
        (asked["request"], asked["asked_by"])
    }


def test_what_nobody_is_there_to_do_says_so_and_is_done_when_somebody_comes(
    site, custodian, worker
):
    number = site.read(OLD)
    asked = custodian.post(f"{AT}/purges")
    assert (asked.status_code, asked.json()["state"]) == (202, "unattended"), asked.text
    told = custodian.get(f"{AT}/purges").json()["asked"]
    assert told["state"] == "unattended"
    assert "workbench retention work" in told["problem"]
    assert site.reads() == {number}
    with worker.attending():
        assert custodian.get(f"{AT}/purges").json()["asked"]["state"] == "waiting"
        assert worker.work_once(threading.Event())
        assert not worker.work_once(threading.Event())
    assert custodian.get(f"{AT}/purges").json()["asked"] is None
    assert site.reads() == set()


def test_there_is_one_that_works_and_one_that_waits(site, custodian, worker):
    assert custodian.post(f"{AT}/purges").status_code == 202
    second = custodian.post(f"{AT}/purges")
    assert (second.status_code, second.json()["error"]) == (409, "PurgeBusyError")
    with worker.attending(), pytest.raises(PurgeBusyError, match="Another process"):
        worker.work(threading.Event())
    assert site.one("SELECT count(*) FROM purge_request") == 1


def test_one_that_fails_says_why_and_the_next_may_be_asked_for(
    site, custodian, worker, caplog, monkeypatch
):
    short = text("SET LOCAL lock_timeout = '1s'")
    monkeypatch.setattr("workbench.retention.locking._SHORT", short)
    number = site.read(OLD)
    assert custodian.post(f"{AT}/purges").status_code == 202
    with site.database.service.begin() as search:
        search.exec_driver_sql("SELECT count(*) FROM detection")
        assert worker.work_once(threading.Event())
        told = custodian.get(f"{AT}/purges").json()
    assert site.reads() == {number}
    (failed,) = told["purges"]
    assert (failed["state"], failed["ended_at"]) == ("failed", None)
    assert (told["asked"]["state"], told["asked"]["purge"]) == ("failed", None)
    for said in (failed["problem"], told["asked"]["problem"], caplog.text):
        assert "try again" in said
    logged = site.logged("retention:purge")[-1]
    assert (logged["outcome"], logged["purge"]) == ("failed", failed["purge"])
    assert custodian.post(f"{AT}/purges").status_code == 202
    assert worker.work_once(threading.Event())
    told = custodian.get(f"{AT}/purges").json()
    assert [(one["state"], one["gone"]) for one in told["purges"]] == [
        ("done", {"reads": 1}),
        ("done", {}),
    ]
    assert site.reads() == set()


def test_one_that_is_stopped_ends_after_a_part_and_the_next_finishes_it(site, custodian, worker):
    for month in (7, 8, 9):
        site.read(OLD.replace(month=month))
    assert custodian.post(f"{AT}/purges").status_code == 202
    stopped = threading.Event()
    stopped.set()
    assert worker.work_once(stopped)
    assert site.one("SELECT count(*) FROM purge WHERE ended_at IS NULL") == 1
    assert "was stopped" in custodian.get(f"{AT}/purges").json()["asked"]["problem"]
    assert custodian.post(f"{AT}/purges").status_code == 202
    assert worker.work_once(threading.Event())
    told = custodian.get(f"{AT}/purges").json()["purges"]
    assert [one["state"] for one in told] == ["done", "done"]
    assert sum(one["gone"].get("reads", 0) for one in told) == 3
    assert site.reads() == set()


def test_one_that_was_killed_is_taken_again(site, custodian, worker):
    number = site.read(OLD)
    assert custodian.post(f"{AT}/purges").status_code == 202
    with site.database.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE purge_request SET taken_at = now()")
        connection.exec_driver_sql(
            "INSERT INTO purge (counted_from, policy_version) VALUES (now(), 'test')"
        )
    told = custodian.get(f"{AT}/purges").json()
    assert [one["state"] for one in told["purges"]] == ["cut_off"]
    assert told["asked"]["state"] == "unattended"
    assert worker.work_once(threading.Event())
    told = custodian.get(f"{AT}/purges").json()["purges"]
    assert [one["state"] for one in told] == ["done", "done"]
    assert number not in site.reads()


def test_a_request_that_nobody_is_on_record_for_deletes_nothing(site, custodian, worker):
    number = site.read(OLD)
    with site.database.service.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO purge_request (asked_at, asked_by, access_id)"
            " VALUES (now(), 'r.custodian', 1)"
        )
    assert worker.work_once(threading.Event())
    assert site.reads() == {number}
    assert "no record" in custodian.get(f"{AT}/purges").json()["asked"]["problem"]


def test_authorities_are_recorded_and_a_purge_without_one_is_refused_at_once(
    site, custodian, worker
):
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
    assert worker.work_once(threading.Event())
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

"""Hits by command and over HTTP: the same rules, with exit codes and statuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.access import CHEAP, Staff
from tests.hits import ANSWER, BASIS, SEEN_AT, store_hits
from tests.service import open_service
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.audit import AuditLog
from workbench.cli import main
from workbench.domain.person import Role
from workbench.hotlists.hits.truth import TRUTH_DTYPES

EVERYBODY = (Role.OFFICER, Role.DISPATCHER, Role.ANALYST)


@pytest.fixture
def run(settings, database, policy, clock, monkeypatch, capsys):
    """Commands of one person with every role of the street, and how they ended."""
    clock.at = datetime.now(UTC)  # commands live by the machine's clock
    audit = AuditLog(
        database.service,
        clock=clock,
        organisation=policy.department.name.value,
        policy_version=policy.version,
    )
    access = open_access(
        database.service,
        policy=policy,
        audit=audit,
        clock=clock,
        key=load_or_make_key(settings.home / "keys"),
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    staff = Staff(access, audit, database, clock)
    name, totp = staff.hired(*EVERYBODY)
    access.grants.record_training(staff.admin, name, system="LEARN", completed_at=clock())
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("WORKBENCH_TOKEN", staff.enter(name, totp).token)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["hits", *map(str, arguments)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def test_a_hit_by_command_from_alert_to_closing(run, database, tmp_path):
    seen_at = datetime.now(UTC) - timedelta(hours=1)
    camera = f"cam-{seen_at.timestamp()}"
    (hit,) = store_hits(
        database.service, {"seen_at": seen_at, "made_at": seen_at, "camera_id": camera}
    )
    response = tmp_path / "response.txt"
    response.write_text(ANSWER["response"])
    answer = ("--response", response, "--operator", "D204", "--result", "stolen")
    call = ("--type", "stolen_vehicle", "--vehicle", "silver sedan", "--direction", "north")
    seen = ("--plate-picture", "--state", "agrees", "--make", "agrees", "--colour", "cannot_tell")
    for arguments, code, state in (
        (("open", hit), 0, "opened"),
        (("compare", hit, *seen), 0, "compared"),
        (("run-plate", hit), 1, "compared"),
        (("broadcast", hit, "--channel", "Patrol main", "--from", "vehicle"), 0, "broadcast"),
        (("ask", hit, "--priority", "urgent"), 0, "broadcast"),
        (("refuse", hit, *answer), 0, "refused"),
        (("confirm", hit, *answer), 0, "confirmed"),
        (("call", hit, *call), 0, "called"),
        (("found", hit, "--occupancy", "unoccupied", "--recovered"), 0, "called"),
        (("stop", hit, "--basis", BASIS), 0, "called"),
        (("close", hit, "--disposition", "correct", "--outcome", "recovered"), 0, "closed"),
        (("score", hit, "--disposition", "misread", "--plate-picture"), 0, "closed"),
    ):
        ended, out, err = run(*arguments, "--json")
        assert (ended, json.loads(out)["state"]) == (code, state), (arguments, err)
    ended, out, _ = run("show", hit, "--json")
    shown = json.loads(out)
    assert (ended, len(shown["events"])) == (0, 12)
    assert [one["violation"] for one in shown["next"]["violations"]] == [
        "plate_run_before_broadcast"
    ]
    ended, out, _ = run("list", "--camera", camera, "--json")
    assert [one["id"] for one in json.loads(out)["hits"]] == [hit]
    ended, out, _ = run("truth", "--weeks", 1, "--json")
    rates = json.loads(out)["rates"]
    assert {camera, "SVS"} & {row["value"] for row in rates}
    assert set(rates[0]) == set(TRUTH_DTYPES)
    for words in (("show", hit), ("list",), ("truth",)):
        ended, out, err = run(*words)
        assert (ended, bool(out), err) == (0, True, "")


def test_an_act_that_is_refused_is_one_line_and_exit_code_2(run, database):
    (hit,) = store_hits(database.service)
    ended, out, err = run("stop", hit, "--basis", BASIS)
    assert (ended, out) == (2, "")
    assert err.startswith("HitError: ")
    assert "Nobody has opened" in err
    assert run("show", 2**62)[0] == 2


def test_what_is_overdue_is_exit_code_1(run, database):
    seen_at = datetime.now(UTC) - timedelta(hours=1)
    (hit,) = store_hits(database.service, {"seen_at": seen_at, "made_at": seen_at})
    run("open", hit, "--at", seen_at.isoformat())
    ask = ("ask", hit, "--priority", "urgent", "--at", (seen_at + timedelta(minutes=1)).isoformat())
    assert run(*ask)[0] == 0
    ended, out, _ = run("queue", "--json")
    mine = {row["due"] for row in json.loads(out)["queue"] if row["hit_id"] == hit}
    assert (ended, mine) == (1, {"answer", "second_request", "compare"})
    ended, out, _ = run("queue")
    assert ended == 1
    assert "OVERDUE" in out


def test_a_late_list_is_named_so_by_every_command_that_names_it(run, database):
    seen_at = datetime.now(UTC) - timedelta(hours=1)
    camera = f"cam-{seen_at.timestamp()}"
    about = {"seen_at": seen_at, "made_at": seen_at, "camera_id": camera}
    (hit,) = store_hits(database.service, about)  # its only load came on 2 November
    listed = run("list", "--camera", camera)[1]
    assert "(short, stale)" in listed
    late = json.loads(run("list", "--camera", camera, "--json")[1])["late"]
    assert list(late.values()) == [["short", "stale"]]
    shown = run("show", hit)[1]
    assert "STALE: what it was matched with came in at 2026-11-02 14:50 UTC" in shown
    assert "is short, stale now" in shown
    assert json.loads(run("show", hit, "--json")[1])["list_late"] == ["short", "stale"]
    (code,) = late
    assert f"{code} (short, stale)" in run("queue")[1]
    assert json.loads(run("queue", "--json")[1])["late"][code] == ["short", "stale"]


def test_a_sample_is_drawn_by_the_job(run, database):
    ended, out, _ = run("draw", "--as-job", "--seed", 4, "--week", "2026-W02", "--json")
    assert (ended, json.loads(out)) == (0, {"week": "2026-W02", "waiting": 0, "hits": []})


@pytest.fixture
def service(settings, policy, database, clock):
    with open_service(settings, policy, database, clock) as opened:
        yield opened


def test_hits_over_http(service, database, clock):
    (hit,) = store_hits(database.service)
    with service.http(service.token(*EVERYBODY)) as http:
        acts = f"/v1/hits/{hit}/acts"
        assert http.post(acts, json={"act": "open"}).status_code == 201
        confirm = {"act": "confirm", **ANSWER, "happened_at": "2026-11-02T17:59:00+00:00"}
        assert http.post(acts, json=confirm).json()["state"] == "confirmed"
        broadcast = {"act": "broadcast", "channel": "Patrol main", "place": "desktop"}
        assert http.post(acts, json=broadcast).json()["violations"] == []
        stop = http.post(acts, json={"act": "stop", "basis": BASIS})
        (broken,) = stop.json()["violations"]
        assert (stop.status_code, broken["section"]) == (201, "426.5 (d)")
        refused = http.post(acts, json={"act": "stop", "basis": "ALPR hit ALPR hit ALPR hit"})
        assert (refused.status_code, refused.json()["error"]) == (422, "HitError")
        shown = http.get(f"/v1/hits/{hit}").json()
        assert (shown["hit"]["state"], len(shown["events"])) == ("broadcast", 4)
        assert shown["hit"]["seen_at"] == SEEN_AT.isoformat()
        listed = http.get("/v1/hits", params={"after_id": hit - 1, "state": "broadcast"}).json()
        assert [one["id"] for one in listed["hits"]] == [hit]
        assert (listed["late"], shown["list_late"]) == ({}, [])
        waits = http.get("/v1/hits/queue").json()["queue"]
        assert "compare" in {row["due"] for row in waits if row["hit_id"] == hit}
        assert http.get("/v1/hits/rates").status_code == 200
        assert http.get(f"/v1/hits/{2**62}").status_code == 404
    clock.move(hours=13)
    with service.http(service.token(Role.OFFICER)) as http:
        late = http.get("/v1/hits", params={"after_id": hit - 1}).json()["late"]
        assert late[shown["hit"]["list_code"]] == ["stale"]
        assert http.get(f"/v1/hits/{hit}").json()["list_late"] == ["stale"]


@pytest.mark.parametrize(
    "body",
    [
        {"act": "fly"},
        {"act": "stop"},
        {"act": "open", "more": 1},
        {"act": "compare", "plate_picture": "yes"},
        {"act": "open", "happened_at": "2026-11-02T17:59:00"},
        {"act": "stop", "basis": "x\x00" * 20},
    ],
)
def test_a_body_that_cannot_be_taken_is_refused(service, database, body):
    (hit,) = store_hits(database.service)
    with service.http(service.token(Role.OFFICER)) as http:
        assert http.post(f"/v1/hits/{hit}/acts", json=body).status_code == 422


def test_only_those_whom_the_policy_names_come_in(service, database):
    (hit,) = store_hits(database.service)
    with service.http(service.token(Role.AUDITOR)) as http:
        for path in ("/v1/hits", f"/v1/hits/{hit}", "/v1/hits/queue", "/v1/hits/rates"):
            assert http.get(path).status_code == 403
        assert http.post(f"/v1/hits/{hit}/acts", json={"act": "open"}).status_code == 403

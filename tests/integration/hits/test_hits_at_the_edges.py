"""Hits by command and over HTTP: the same rules, with exit codes and statuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.access import CHEAP, Staff
from tests.hits import (
    ANSWER,
    BASIS,
    FACTS,
    SEEN_AT,
    enrolled,
    store_hits,
    store_hits_of_reads,
)
from tests.people import made_actor
from tests.service import open_service
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.audit import AuditLog
from workbench.cli import main
from workbench.domain.person import Role
from workbench.hotlists.hits.acts import Review
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


def does(run, *arguments, code=0):
    ended, out, err = run(*arguments, "--json")
    assert ended == code, (arguments, err)
    return json.loads(out)


@pytest.fixture
def seen_hit(run, runtime, tmp_path):
    """A hit of an hour ago whose plate who signs in has opened by command, and its camera."""
    seen_at = datetime.now(UTC) - timedelta(hours=1)
    camera = f"cam-{seen_at.timestamp()}"
    about = {"seen_at": seen_at, "made_at": seen_at, "camera_id": camera}
    (hit,) = store_hits_of_reads(runtime, about)
    assert run("open", hit)[0] == 0
    assert "an own look at the picture of the plate" in run("compare", hit, *SEEN)[2]
    read = does(run, "read", hit)["read"]
    assert run("picture", hit, read["plate_picture"], "--to", tmp_path / "plate.jpg")[0] == 0
    return hit, camera


SEEN = ("--plate-picture", "--state", "agrees", "--make", "agrees", "--colour", "cannot_tell")
STOP = ("--basis", "observed_violation", "--facts", FACTS, "--code-section", "VC 21453(a)")


def test_what_will_be_a_violation_is_recorded_by_command_only_knowingly(run, seen_hit):
    hit, _ = seen_hit
    ended, out, err = run("run-plate", hit)
    assert (ended, out) == (2, "")
    assert "ViolationAheadError" in err
    assert "record it knowing plate_run_before_broadcast" in err
    recorded = does(run, "run-plate", hit, "--knowing", "plate_run_before_broadcast", code=1)
    (shown,) = does(run, "show", hit)["next"]["violations"]
    assert (shown["violation"], shown["event"]) == (
        "plate_run_before_broadcast",
        recorded["event"]["id"],
    )


def test_a_hit_by_command_from_alert_to_closing(run, runtime, tmp_path, seen_hit):
    hit, camera = seen_hit
    response = tmp_path / "response.txt"
    response.write_text(ANSWER["response"])
    answer = ("--response", response, "--result", "stolen")
    again = ("--why", "Misheard on the radio", "--set", "direction=south on Vernon")
    call = ("--type", "stolen_vehicle", "--vehicle", "silver sedan", "--direction", "north")
    assert does(run, "compare", hit, *SEEN)["state"] == "compared"
    does(run, "ask", hit, "--priority", "urgent")
    assert does(run, "refuse", hit, *answer)["state"] == "refused"
    assert does(run, "confirm", hit, *answer)["state"] == "confirmed"
    assert run("broadcast", hit, "--channel", "Patrol main", "--from", "vehicle")[0] == 2
    assert does(run, "broadcast", hit, "--channel", "Patrol main")["state"] == "broadcast"
    called = does(run, "call", hit, *call)
    assert does(run, "correct", hit, called["event"]["id"], *again)["state"] == "called"
    does(run, "found", hit, "--occupancy", "unoccupied", "--recovered")
    stopped = does(run, "stop", hit, *STOP)["event"]["id"]
    close = ("close", hit, "--disposition", "correct", "--outcome", "recovered")
    assert "waits for review" in run(*close)[2]
    review = ("review", hit, stopped, "--approve", "--note", "Facts and section fit")
    assert "hits:review is for supervisor" in run(*review)[2]
    enrolled(runtime.database, "s.sergeant", Role.SUPERVISOR)
    approved = Review(event=stopped, approved=True, note="Facts and section fit")
    runtime.clock.at = datetime.now(UTC)
    runtime.hits.act(made_actor(Role.SUPERVISOR, username="s.sergeant"), hit, approved)
    assert does(run, *close)["state"] == "closed"
    scored = ("score", hit, "--disposition", "misread", "--plate-picture")
    assert does(run, *scored)["state"] == "closed"
    shown = does(run, "show", hit)
    assert (len(shown["events"]), shown["next"]["violations"]) == (13, [])
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
    ended, out, err = run("stop", hit, "--basis", "welfare", "--facts", FACTS)
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
        ahead = http.post(acts, json=confirm)
        assert (ahead.status_code, ahead.json()["error"]) == (409, "ViolationAheadError")
        assert ahead.json()["where"]["knowing"] == "back_dated"
        confirm["knowing"] = ["back_dated"]
        assert http.post(acts, json=confirm).json()["state"] == "confirmed"
        broadcast = {"act": "broadcast", "channel": "Patrol main"}
        assert http.post(acts, json=broadcast).json()["violations"] == []
        ahead = http.post(acts, json={"act": "stop", **BASIS})
        assert ahead.status_code == 409
        assert "426.5 (d)" in ahead.json()["what"]
        stop = http.post(
            acts, json={"act": "stop", **BASIS, "knowing": ["stop_without_comparison"]}
        )
        (broken,) = stop.json()["violations"]
        assert (stop.status_code, broken["section"]) == (201, "426.5 (d)")
        refused = http.post(acts, json={"act": "stop", **BASIS, "facts": "x"})
        assert (refused.status_code, refused.json()["error"]) == (422, "FormError")
        event = stop.json()["event"]["id"]
        withdraw = {"act": "correct", "event": event, "why": "It was another car"}
        assert http.post(acts, json=withdraw).status_code == 422
        taken = http.post(acts, json=withdraw | {"withdrawn": True})
        assert taken.status_code == 201
        review = {"act": "review", "event": event, "approved": True, "note": "Facts fit well"}
        assert http.post(acts, json=review).status_code == 403
        shown = http.get(f"/v1/hits/{hit}").json()
        assert (shown["hit"]["state"], len(shown["events"])) == ("broadcast", 7)
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
        {"act": "stop", "basis": "hunch", "facts": FACTS},
        {"act": "stop", "basis": "welfare", "facts": "x\x00" * 20},
        {"act": "open", "knowing": ["everything"]},
        {"act": "review", "event": 0, "approved": True, "note": "It fits"},
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

"""Equipment, shifts and faults by command: what is done, and exit codes for a timer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.access import CHEAP, Staff
from tests.fleet import Depot
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.cli import main
from workbench.detections.cameras import CameraKind
from workbench.domain.person import Role


@pytest.fixture
def depot(runtime, settings, database, policy, clock) -> Depot:
    clock.at = datetime.now(UTC) - timedelta(minutes=5)  # commands live by the machine's clock
    access = open_access(
        database.service,
        policy=policy,
        audit=runtime.audit,
        clock=clock,
        key=load_or_make_key(settings.home / "keys"),
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )
    return Depot(runtime, Staff(access, runtime.audit, database, clock), clock)


class Run:
    """Commands of people with some roles, and how they ended."""

    def __init__(self, depot: Depot, monkeypatch: Any, capsys: Any) -> None:
        self.depot, self._monkeypatch, self._capsys = depot, monkeypatch, capsys

    def sign_in(self, *roles: Role) -> str:
        name, totp = self.depot.staff.hired(*roles)
        for system in ("CDMS", "LEARN"):
            self.depot.train(name, system)
        token = self.depot.staff.enter(name, totp).token
        self._monkeypatch.setenv("WORKBENCH_TOKEN", token)
        return name

    def __call__(self, *arguments: object) -> tuple[int, Any, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments), "--json"])
        told = self._capsys.readouterr()
        return int(ended.value.code or 0), json.loads(told.out or "null"), told.err

    def shown(self, *arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        return int(ended.value.code or 0), self._capsys.readouterr().out


@pytest.fixture
def run(depot, settings, monkeypatch, capsys) -> Run:
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "250")
    return Run(depot, monkeypatch, capsys)


def test_a_camera_from_its_site_to_its_repair(run, depot):
    camera_id = depot.camera(CameraKind.TRAILER)
    run.sign_in(Role.ALPR_ADMINISTRATOR)
    site = f"Corner {camera_id}"
    where = ("--address", "1 Made Up Street", "--lon", -121.28, "--lat", 38.74, "--public-owner")
    assert run("equipment", "add-site", site, *where)[0] == 0
    assert run("equipment", "put", camera_id, "--site", site, "--heading", 90)[0] == 0
    code, told, _ = run("equipment", "inspect", camera_id)
    assert (code, told["passed"]) == (0, True)
    failed = ("--failed", "No visible damage=Window broken", "--damage", "--out-of-service")
    code, told, _ = run("equipment", "inspect", camera_id, *failed)
    assert (code, told["passed"]) == (0, False)
    assert run("equipment", "inspect", camera_id, "--failed", "Smell=bad")[0] == 2
    code, told, _ = run("faults", "list")
    (fault,) = [one for one in told["faults"] if one["camera_id"] == camera_id]
    assert (code, fault["needs_paper"]) == (1, "crime_report"), "nobody was told yet"
    told = depot.told()
    people = ("--supervisor", told.supervisor, "--administrator", told.administrator)
    number = fault["id"]
    assert run("faults", "report", number, *people)[0] == 2, "without the crime report"
    assert run("faults", "report", number, *people, "--paper", "26-1")[0] == 2, (
        "no number of a crime report"
    )
    assert run("faults", "report", number, *people, "--paper", told.paper_number)[0] == 0
    assert run("faults", "repair", number, "--done", "Glued")[0] == 2, "no mechanic"
    code, told, _ = run("equipment", "health")
    assert (code, told["well"]) == (1, False)
    mine = [(one["what"], one["on"]) for one in told["findings"] if one["on"] == camera_id]
    assert mine == [("out_of_service", camera_id)]
    run.sign_in(Role.GARAGE)
    code, told, _ = run("faults", "repair", number, "--done", "New window")
    assert (code, told["state"]) == (0, "repaired")
    code, told, _ = run("equipment", "camera", camera_id)
    assert [len(told[name]) for name in ("places", "inspections", "faults")] == [1, 2, 1]
    assert told["coverage"]["kind"] == "trailer"
    for words in (
        ("equipment", "camera", camera_id),
        ("equipment", "list"),
        ("equipment", "coverage"),
        ("faults", "list", "--all"),
    ):
        assert camera_id in run.shown(*words)[1]
    run.sign_in(Role.ALPR_ADMINISTRATOR)
    assert run("equipment", "take-down", camera_id, "--because", "Sold")[0] == 0
    assert site in [one["name"] for one in run("equipment", "list")[1]["sites"]]


def test_a_car_from_its_first_day_to_an_exception(run, depot, clock):
    unit = f"U{depot.camera()}"
    camera_id = depot.camera(CameraKind.VEHICLE)
    officer = run.sign_in(Role.OFFICER)
    run.sign_in(Role.ALPR_ADMINISTRATOR)
    assert run("equipment", "add-car", unit, "--description", "Patrol car")[0] == 0
    assert run("equipment", "put", camera_id, "--car", unit)[0] == 0
    assert run("shifts", "assign", officer, unit)[0] == 0
    assert unit in run.shown("shifts", "assigned")[1]
    run.sign_in(Role.SUPERVISOR)
    begin = ("shifts", "start", unit, "--affixed", "--software", "--officer", officer)
    assert run(*begin, "--green", "Moon")[0] == 2
    code, told, _ = run(*begin, "--green", "GPS", "--words", "The rest is dark")
    assert (code, told["ready"]) == (1, False)
    number = told["id"]
    assert run("shifts", "pursuit", number, "--because", "supervisor")[0] == 0
    assert run("shifts", "end", number)[0] == 0
    code, told, _ = run("shifts", "exceptions")
    mine = [one["what"] for one in told["exceptions"] if one["vehicle"] == unit]
    assert (code, mine) == (1, ["no_reads", "not_ready"])
    (shift,) = [one for one in run("shifts", "list")[1]["shifts"] if one["id"] == number]
    assert [left["because"] for left in shift["left_pursuits"]] == ["supervisor"]
    code, out = run.shown("shifts", "exceptions")
    assert (code, unit in out) == (1, True)
    assert run.shown("shifts", "list")[0] == 0
    run.sign_in(Role.ALPR_ADMINISTRATOR)
    assert run("shifts", "unassign", officer, unit)[0] == 0
    sold = ("--description", "Sold", "--unmarked", "--sold", "--change")
    assert run("equipment", "add-car", unit, *sold)[1]["active"] is False
    assert run("shifts", "assign", officer, unit)[0] == 2, "the car is not used any more"


def test_an_inspection_that_was_not_done_is_exit_code_1(run, depot, clock):
    clock.at = datetime(2026, 8, 1, tzinfo=UTC)
    camera_id = depot.camera()
    code, told, _ = run("equipment", "inspections", "--quarter", "2026Q3")
    mine = [one for one in told["overdue"] if one["camera_id"] == camera_id]
    assert (code, mine[0]["quarter"], mine[0]["made_up_at"]) == (1, "2026Q3", None)
    assert told["waiting"] >= 1
    assert run("equipment", "inspections", "--quarter", "2020Q1") == (
        0,
        {"overdue": [], "waiting": 0},
        "",
    )
    assert run("equipment", "inspections", "--quarter", "last")[0] == 2
    assert camera_id in run.shown("equipment", "inspections", "--quarter", "2026Q3")[1]

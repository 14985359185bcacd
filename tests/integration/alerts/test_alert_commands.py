"""`workbench alerts`: what it prints, exit codes for a timer, and that it stops when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import NamedTuple

import pytest

from tests.access import CHEAP, Staff
from tests.alerted_hits import made_hit
from tests.receivers import web_receiver
from workbench.access import Passwords, load_or_make_key, open_access
from workbench.cli import main
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.runtime import build_runtime


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    error: str


@pytest.fixture
def now(settings, policy, database):
    """Everything put together with the clock that commands go by."""
    return build_runtime(settings, policy, database, clock=system_clock)


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    """Run a command in this process, on the tests' database."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "300")

    def command(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(["alerts", *map(str, arguments)])
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return command


@pytest.fixture
def signed_in(settings, policy, now, monkeypatch):
    """Sign a new person in for the commands that ask who it is."""

    def enter(role: Role) -> None:
        access = open_access(
            now.database.service,
            policy=policy,
            audit=now.audit,
            clock=system_clock,
            key=load_or_make_key(settings.home / "keys"),
            passwords=Passwords(policy.sign_in, hasher=CHEAP),
        )
        staff = Staff(access, now.audit, now.database, system_clock)
        monkeypatch.setenv("WORKBENCH_TOKEN", staff.enter(*staff.hired(role)).token)

    return enter


def queue_hit(now) -> int:
    with now.database.service.begin() as connection:
        number = made_hit(connection, system_clock())
        now.alerts.queue.queue_alerts(connection, [number])
    return number


def test_from_setting_a_target_up_to_a_hit_that_arrives(run, now, signed_in, settings):
    signed_in(Role.ALPR_ADMINISTRATOR)
    with web_receiver() as receiver:
        options = ("--secret", "by-hand", "--internal", "--level", "high", "--quiet", "22:00-06:00")
        added = run("targets", "add", "cad-desk", "webhook", receiver.url, *options)
        assert added.code == 0, added.error
        secret = (settings.home / "keys" / "alerts" / "by-hand").read_text().strip()
        assert "by-hand" in added.out
        assert secret not in added.out
        listed = json.loads(run("targets", "list", "--json").out)["targets"]
        (mine,) = (one for one in listed if one["target"]["name"] == "cad-desk")
        assert (mine["target"]["levels"], mine["target"]["quiet"]) == (["high"], "22:00-06:00")
        assert "cad-desk" in run("targets", "list").out
        number = queue_hit(now)
        sent = run("send", "--json")
        assert (sent.code, json.loads(sent.out)) == (0, {"sent": 1, "waiting": 0, "dead": 0})
        assert receiver.got[0].json["hit"]["number"] == number
    assert f"hit {number}" in run("list", "--state", "sent").out
    assert "7ABC123" not in run("list", "--json").out
    assert "is off" in run("targets", "off", "cad-desk").out
    assert "is on" in run("targets", "on", "cad-desk").out


def test_what_is_dead_is_code_1_and_a_person_retries_it(run, now, target, signed_in):
    with web_receiver() as receiver:
        one = target(receiver.url)
        queue_hit(now)
        signed_in(Role.ALPR_ADMINISTRATOR)
        assert run("targets", "off", one.name).code == 0
        assert run("targets", "on", one.name).code == 0
        listed = run("dead", "--json")
        assert listed.code == 1
        dead = [d for d in json.loads(listed.out)["deliveries"] if d["target"] == one.name]
        assert [d["last_error"] for d in dead] == ["The target was switched off"]
        assert "1 wait again" in run("retry", dead[0]["id"]).out
        assert run("retry", dead[0]["id"]).code == 2
        assert json.loads(run("send", "--json").out)["sent"] == 1


def test_a_target_is_tried_by_command(run, target, signed_in):
    signed_in(Role.ALPR_ADMINISTRATOR)
    with web_receiver() as receiver:
        receiver.answers = [200, 200, 503]
        one = target(receiver.url)
        taken = run("targets", "test", one.name)
        assert (taken.code, f"{one.name} took test" in taken.out) == (0, True)
        told = run("targets", "test", one.name, "--json")
        assert json.loads(told.out)["problem"] is None
        refused = run("targets", "test", one.name)
        assert (refused.code, "503" in refused.error) == (1, True)
    assert {one.json["kind"] for one in receiver.got} == {"test"}
    assert run("targets", "test", "no-such-target").code == 2


def test_an_officer_sets_no_target_up(run, signed_in):
    signed_in(Role.OFFICER)
    refused = run("targets", "add", "mine", "email", "o.officer@example.gov")
    assert refused.code == 2
    assert "DeniedError" in refused.error


@pytest.mark.parametrize(
    "arguments",
    [
        ("retry",),
        ("retry", "1", "--all"),
        ("targets", "add", "x", "email", "x@example.gov", "--quiet", "22-6"),
        ("targets", "add", "x", "webhook", "http://10.0.0.1/", "--secret", "x", "--internal"),
    ],
)
def test_what_makes_no_sense_is_code_2_and_says_what_does(run, arguments):
    refused = run(*arguments)
    assert refused.code == 2
    assert "allowed:" in refused.error


def test_a_watching_worker_sends_and_stops_when_told(settings, database, now, target):
    with web_receiver() as receiver:
        target(receiver.url)
        command = [
            sys.executable,
            "-c",
            "from workbench.cli import main; main(['alerts', 'watch'])",
        ]
        environment = os.environ | {"WORKBENCH_HOME": str(settings.home)}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as watching:
            assert watching.stdout
            assert watching.stdout.readline() == "watching\n"
            queue_hit(now)
            receiver.wait_for(1)
            line = watching.stdout.readline()
            watching.send_signal(signal.SIGTERM)
            rest = watching.communicate(timeout=20)
    assert "sent, try 1" in line
    assert (watching.returncode, rest) == (0, ("", ""))

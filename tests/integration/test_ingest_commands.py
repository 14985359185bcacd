"""The commands: what they print, and exit codes that a timer can act on."""

from __future__ import annotations

import json
from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.deliveries import SAMPLES
from workbench.cli import main


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    """Run a command in this process, on the tests' database."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return command


@pytest.fixture
def camera() -> str:
    return f"cmd-{uuid4().hex[:8]}"


def test_reads_are_taken_in_and_taken_in_again(run, camera, tmp_path):
    file = tmp_path / "reads.csv"
    file.write_text(f"plate,seen_at,camera\n7ABC123,2026-11-01T12:00:00Z,{camera}\n")
    first = run("ingest", "reads", tmp_path, "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["stored"] == 1
    again = json.loads(run("ingest", "reads", file, "--json").stdout)
    assert (again["stored"], again["already"]) == (0, 1)


def test_what_is_quarantined_is_code_1_and_can_be_listed_shown_and_retried(run, camera, tmp_path):
    file = tmp_path / f"{camera}.json"
    record = json.loads((SAMPLES / "openalpr.json").read_text()) | {"img_width": hash(camera)}
    file.write_text(json.dumps(record))
    taken = run("ingest", "reads", file)
    assert taken.returncode == 1
    assert "quarantine list" in taken.stderr
    waiting = json.loads(run("ingest", "quarantine", "list", "--limit", 9999, "--json").stdout)
    mine = [one["id"] for one in waiting["waiting"] if one["name"] == file.name]
    assert len(mine) == 2
    shown = run("ingest", "quarantine", "show", mine[0])
    assert "No camera is named" in shown.stdout
    assert '"alpr_results"' in shown.stdout
    assert run("ingest", "quarantine", "retry", mine[0]).returncode == 1
    retried = run("ingest", "quarantine", "retry", *mine, "--camera", camera, "--json")
    assert (retried.returncode, json.loads(retried.stdout)["resolved"]) == (0, 2)


def test_a_file_that_is_not_there_is_code_2_and_the_others_are_taken_in(run, camera, tmp_path):
    file = tmp_path / "reads.csv"
    file.write_text(f"plate,seen_at,camera\n7ABC123,2026-11-01T12:00:00Z,{camera}\n")
    result = run("ingest", "reads", tmp_path / "nowhere.csv", file, "--json")
    assert result.returncode == 2
    assert json.loads(result.stdout)["stored"] == 1


@pytest.mark.parametrize(
    "options", [("--format", "nosuch"), ("--zone", "Mars/Crater"), ("--template", "nosuch")]
)
def test_a_wrong_option_is_refused_with_what_is_allowed(run, options, tmp_path):
    file = tmp_path / "reads.csv"
    file.write_text(f"plate,seen_at,camera\n7ABC123,2026-11-01T12:00:00Z,{uuid4()}\n")
    result = run("ingest", "reads", file, *options)
    assert result.returncode in {1, 2}
    assert "allowed" in result.stderr


def test_formats_are_listed_with_their_schemas(run):
    listed = json.loads(run("ingest", "formats", "--json").stdout)["formats"]
    assert {"name", "title", "schema"} == set(listed[0])
    assert "hikvision" in {one["name"] for one in listed}
    assert "Hikvision" in run("ingest", "formats").stdout


def test_cameras_are_added_once_and_listed(run, camera):
    place = ("--lon", "-121.288", "--lat", "38.75")
    assert run("cameras", "add", camera, "--name", "Gate", *place).returncode == 0
    assert run("cameras", "add", camera, "--name", "Gate", *place).returncode == 2
    assert run("cameras", "add", f"{camera}-2", "--name", "Gate").returncode == 2
    listed = json.loads(run("cameras", "list", "--json").stdout)["cameras"]
    (mine,) = [one for one in listed if one["id"] == camera]
    assert mine["position"] == {"lon": -121.288, "lat": 38.75}
    assert camera in run("cameras", "list").stdout

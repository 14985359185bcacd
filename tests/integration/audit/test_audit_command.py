"""`workbench audit`: exit codes that a timer can act on, and every use of it logged."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from tests.access import open_staff
from workbench.audit import EventKind, Outcome
from workbench.audit.keys import PUBLIC_NAME
from workbench.cli import main
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.resources import resource_root


@pytest.fixture(scope="module")
def tokens(own_database, policy) -> dict[Role, str]:
    """Sessions of somebody who may read the log and of somebody who may not."""
    staff = open_staff(own_database, policy, system_clock)
    roles = (Role.AUDITOR, Role.ANALYST)
    return {role: staff.enter(*staff.hired(role, username=f"t.{role}")).token for role in roles}


@pytest.fixture
def run(own_home, tokens, log, monkeypatch, capsys):
    """Run `workbench audit ...` on the log and return exit code, output and errors."""
    monkeypatch.setenv("WORKBENCH_HOME", str(own_home))
    monkeypatch.setenv("WORKBENCH_TOKEN", tokens[Role.AUDITOR])

    def run_audit(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["audit", *map(str, arguments)])
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return run_audit


def test_a_whole_chain_is_exit_code_0_and_is_logged(run, log, search):
    log.append(search)
    code, output, _ = run("verify")
    assert code == 0
    assert output.startswith("The chain holds. Records: 1;")
    record = log.head()
    assert (record.seq, record.kind, record.outcome) == (2, EventKind.AUDIT_VERIFY, Outcome.DONE)
    assert record.origin["channel"] == "command"
    assert record.origin["agent"].startswith("os:")


def test_a_broken_chain_is_exit_code_1_and_is_logged(run, log, search, forge):
    for _ in range(3):
        log.append(search)
    forge("UPDATE audit_record SET reason = 'nothing' WHERE seq = 2")
    code, output, _ = run("verify")
    assert code == 1
    assert output.startswith("BROKEN at record 2: Record 2 was edited")
    assert log.head().outcome == Outcome.FAILED
    assert log.head().details["found"]["broken_seq"] == 2
    code, output, _ = run("verify", "--json")
    assert code == 1
    found = json.loads(output)
    assert (found["whole"], found["broken_seq"], found["fault"]) == (False, 2, "edited")


def test_a_broken_chain_is_not_signed(run, log, search, forge, tmp_path):
    log.append(search)
    forge("UPDATE audit_record SET reason = 'nothing' WHERE seq = 1")
    code, output, _ = run("checkpoint", "--out", tmp_path / "c.json")
    assert code == 1
    assert "BROKEN at record 1" in output
    assert not (tmp_path / "c.json").exists()


def test_an_empty_log_is_not_signed(run, tmp_path):
    code, _, errors = run("checkpoint", "--out", tmp_path / "c.json")
    assert code == 2
    assert "empty" in errors


def test_a_checkpoint_is_written_logged_and_used(run, log, search, own_home, tmp_path, forge):
    log.append(search)
    file = tmp_path / "away" / "c.json"
    code, output, _ = run("checkpoint", "--out", file)
    assert code == 0
    assert "Record 1 signed" in output
    stated = json.loads(file.read_text())
    schema = resource_root() / "data_schema" / "audit" / "checkpoint.v1.schema.json"
    jsonschema.validate(stated, json.loads(schema.read_text()))
    assert log.head().kind == EventKind.AUDIT_CHECKPOINT
    assert log.head().details["hash"] == stated["hash"] == log.read(1).hash

    for given in (file, file.parent):
        code, output, _ = run("verify", "--checkpoint", given)
        assert (code, "checkpoint of record 1 agrees" in output) == (0, True)
    code, output, _ = run(
        "verify", "--checkpoint", file, "--public-key", own_home / "keys" / PUBLIC_NAME, "--json"
    )
    assert (code, json.loads(output)["checkpoints"]) == (0, [1])

    forge("TRUNCATE audit_record")
    assert run("verify")[0] == 1  # the ledger knows, whoever has the checkpoint
    code, output, _ = run("verify", "--checkpoint", file)
    assert (code, "BROKEN at record 1" in output) == (1, True)


def test_the_usual_place_of_a_checkpoint_names_the_record(run, log, search, own_home):
    log.append(search)
    code, output, _ = run("checkpoint", "--json")
    assert code == 0
    assert json.loads(output)["file"] == str(own_home / "checkpoints" / "audit-000000000001.json")
    code, _, errors = run("verify", "--checkpoint", own_home / "keys")
    assert (code, "Not" in errors or "no checkpoint" in errors) == (2, True)
    (own_home / "checkpoints" / "audit-000000000001.json").unlink()


def test_a_checkpoint_that_was_changed_is_exit_code_2(run, log, search, tmp_path):
    log.append(search)
    run("checkpoint", "--out", tmp_path / "c.json")
    stated = json.loads((tmp_path / "c.json").read_text())
    (tmp_path / "c.json").write_text(json.dumps(stated | {"seq": 7}))
    code, _, errors = run("verify", "--checkpoint", tmp_path / "c.json")
    assert code == 2
    assert errors.startswith("CheckpointError: ")


@pytest.mark.parametrize(("form", "first"), [("jsonl", '{"export"'), ("csv", "seq,")])
def test_an_export_is_written_and_logged(run, log, search, tmp_path, form, first):
    log.append(search)
    out = tmp_path / f"audit.{form}"
    code, output, _ = run("export", "--format", form, "--out", out, "--json")
    assert code == 0
    assert json.loads(output)["records"] == 2
    assert out.read_text().startswith(first)
    assert (log.head().kind, log.head().outcome) == (EventKind.AUDIT_EXPORT, Outcome.DONE)
    code, _, errors = run("export", "--format", form, "--out", out)
    assert code == 2
    assert "never overwritten" in errors


def test_an_export_of_a_period_takes_local_time(run, log, search, tmp_path, clock):
    log.append(search)  # 2026-11-02 10:00 in Roseville
    clock.move(hours=1)
    log.append(search)
    out = tmp_path / "a.jsonl"
    asked = ("--from", "2026-11-02 10:00", "--to", "2026-11-02 11:00")
    code, output, _ = run("export", "--out", out, *asked, "--kind", "detection:search", "--json")
    assert code == 0
    about = json.loads(output)
    assert (about["records"], about["first_seq"], about["filtered"]) == (1, 1, True)
    assert about["start"] == "2026-11-02T18:00:00.000000Z"


def test_an_hour_that_comes_twice_is_exported_whole(run, log, search, tmp_path, clock):
    clock.at = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # 00:30 in Roseville
    for _ in range(5):  # 00:30, 01:30, again 01:30, 02:30, 03:30
        log.append(search)
        clock.move(hours=1)
    asked = ("--from", "2026-11-01 01:00", "--to", "2026-11-01 01:45")
    code, output, _ = run("export", "--out", tmp_path / "a.jsonl", *asked, "--json")
    assert code == 0
    assert json.loads(output)["records"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "yesturday"),
        ("--from", "2026-11-02", "--to", "2026-11-01"),
        ("--kind", "detection:stare"),
    ],
)
def test_what_cannot_be_meant_is_exit_code_2_and_exports_nothing(run, tmp_path, arguments):
    out = tmp_path / "a.jsonl"
    assert run("export", "--out", out, *arguments)[0] == 2
    assert not out.exists()


def test_showing_is_logged_too(run, log, search):
    for _ in range(3):
        log.append(search)
    code, output, _ = run("show", "--limit", "2")
    assert code == 0
    lines = output.splitlines()
    assert len(lines) == 2
    assert "audit:read" in lines[0]
    assert "2026-11-02 10:00:00.000-08:00  detection:search      r.example" in lines[1]
    assert log.head().kind == EventKind.AUDIT_READ
    code, output, _ = run("show", "--json", "--kind", "detection:search")
    assert [row["seq"] for row in json.loads(output)] == [3, 2, 1]


@pytest.mark.parametrize("arguments", [("show",), ("export", "--out", "audit.jsonl")])
def test_who_may_not_read_the_log_is_refused_and_logged(
    run, log, tokens, monkeypatch, tmp_path, arguments
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_TOKEN", tokens[Role.ANALYST])
    code, output, errors = run(*arguments)
    assert (code, output) == (2, "")
    assert errors.startswith("DeniedError: ")
    assert (log.head().kind, log.head().username) == (EventKind.ACCESS_DENY, "t.analyst")
    assert list(tmp_path.iterdir()) == []


def test_who_reads_or_exports_is_logged(run, log, tmp_path):
    run("show")
    assert (log.head().kind, log.head().username) == (EventKind.AUDIT_READ, "t.auditor")
    assert log.head().origin["channel"] == "command"
    run("export", "--out", tmp_path / "a.jsonl")
    assert (log.head().kind, log.head().username) == (EventKind.AUDIT_EXPORT, "t.auditor")


def test_a_timer_exports_without_a_person(run, log, monkeypatch, tmp_path):
    monkeypatch.delenv("WORKBENCH_TOKEN")
    assert run("export", "--out", tmp_path / "a.jsonl", "--as-job")[0] == 0
    assert (log.head().username, log.head().origin["channel"]) == (None, "job")
    assert log.head().origin["agent"].startswith("os:")

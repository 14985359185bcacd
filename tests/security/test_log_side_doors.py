"""A log that was cut, forked, emptied, rolled back or replaced is found, and is never signed.

Whoever does it here is the database's owner, with the guards off, and may have taken the
checkpoints' folder away as well.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from workbench.audit import AuditLog, Entry, EventKind
from workbench.cli import main
from workbench.cli.log_state import checkpoint_overdue
from workbench.errors import ChainBrokenError
from workbench.policy import load_policy
from workbench.retention.head_keeper import HeadKeeper
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import open_all_roles
from workbench.storage.guards import guard_faults
from workbench.storage.migrations import migrate
from workbench.storage.server_log import refused_attempts

TRIGGERS = ("audit_record_rows_stay", "audit_record_stays")


@pytest.fixture(scope="module")
def own_home():
    folder = Path(tempfile.mkdtemp(prefix="workbench-heads-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the database has stopped
    return folder


@pytest.fixture(scope="module")
def own_database(own_home):
    with open_all_roles(Settings(home=own_home)) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def forge(own_database):
    """Run statements as the owner with the guards off."""

    def run(*statements):
        with own_database.owner.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE audit_record DISABLE TRIGGER USER")
            for statement in statements:
                connection.exec_driver_sql(statement)
            for trigger in TRIGGERS:
                connection.exec_driver_sql(
                    f"ALTER TABLE audit_record ENABLE ALWAYS TRIGGER {trigger}"
                )

    return run


@pytest.fixture
def log(own_database, own_home, clock, forge):
    """A log of ten records, of which nothing was signed."""
    forge("TRUNCATE audit_record", "DROP TABLE IF EXISTS saved")
    for signed in ("ledger", "pictures/ledger", "checkpoints"):
        shutil.rmtree(own_home / signed, ignore_errors=True)
    log = AuditLog(own_database.service, clock=clock, organisation="o", policy_version="p")
    written(log, 10)
    return log


@pytest.fixture
def runtime(own_database, own_home, log, clock):
    return build_runtime(Settings(home=own_home), load_policy(), own_database, clock=clock)


@pytest.fixture
def run(own_home, monkeypatch, capsys):
    """Run a command; return its exit code and everything it said."""
    monkeypatch.setenv("WORKBENCH_HOME", str(own_home))

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, arguments)))
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out + output.err

    return command


def written(log, count, **details):
    for _ in range(count):
        log.append(Entry(EventKind.AUDIT_READ, None, details=details))


def forged(log, count):
    written(log, count, said="another thing")


def findings(run):
    _, said = run("doctor", "--json")
    return {each["subject"]: each for each in json.loads(said)}


FORGERIES = {
    "cut tail": lambda forge, _: forge("DELETE FROM audit_record WHERE seq > 5"),
    "cut head": lambda forge, _: forge("DELETE FROM audit_record WHERE seq < 3"),
    "emptied": lambda forge, _: forge("TRUNCATE audit_record"),
    "forked, with right hashes": lambda forge, log: (
        forge("DELETE FROM audit_record WHERE seq > 5"),
        forged(log, 20),
    ),
    "rolled back to a dump": lambda forge, log: (
        forge(
            "CREATE TABLE saved AS SELECT * FROM audit_record WHERE seq <= 7",
            "TRUNCATE audit_record",
            "INSERT INTO audit_record SELECT * FROM saved",
        ),
        forged(log, 1),
    ),
    "replaced by another log": lambda forge, log: (
        forge("TRUNCATE audit_record"),
        forged(log, 40),
    ),
}


@pytest.mark.parametrize("checkpoints", ["kept", "taken away"])
@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_log_is_found_and_never_signed(log, run, forge, own_home, forgery, checkpoints):
    assert run("audit", "checkpoint")[0] == 0
    signed = len(list((own_home / "checkpoints").iterdir()))
    assert run("audit", "verify")[0] == 0
    assert findings(run)["audit log"]["ok"]
    forgery(forge, log)
    if checkpoints == "taken away":
        shutil.rmtree(own_home / "checkpoints")
        signed = 0
    code, said = run("audit", "checkpoint")
    assert (code, "BROKEN" in said) == (1, True), said
    assert len(list((own_home / "checkpoints").glob("*"))) == signed
    code, said = run("audit", "verify")
    assert (code, "BROKEN" in said) == (1, True), said
    assert not findings(run)["audit log"]["ok"]
    assert run("init", "--check")[0] == 1


def test_a_head_that_a_running_service_signed_is_enough(log, runtime, run, forge, own_home):
    assert runtime.log_heads.keep("start") == 1
    assert not (own_home / "checkpoints").exists()
    forge("DELETE FROM audit_record WHERE seq > 5")
    assert run("audit", "verify")[0] == 1
    forged(log, 9)
    with pytest.raises(ChainBrokenError, match="another one"):
        runtime.log_heads.keep("interval")
    assert run("audit", "checkpoint")[0] == 1


@pytest.mark.parametrize("place", ["ledger", "pictures/ledger"])
def test_one_place_of_the_ledger_is_enough_and_its_loss_is_told(log, run, forge, own_home, place):
    run("audit", "checkpoint")
    shutil.rmtree(own_home / place)
    code, said = run("audit", "verify")
    assert (code, "missing" in said) == (1, True), said
    forge("TRUNCATE audit_record")
    code, said = run("audit", "verify")
    assert "BROKEN at record 1" in said


def test_a_ledger_that_is_gone_altogether_is_missed(log, run, own_home):
    run("audit", "checkpoint")
    for place in ("ledger", "pictures/ledger"):
        shutil.rmtree(own_home / place)
    code, said = run("audit", "verify")
    assert (code, "the log says that 1 was made" in said) == (1, True), said


def test_a_checkpoint_that_was_taken_away_is_missed(log, run, own_home):
    run("audit", "checkpoint")
    (file,) = (own_home / "checkpoints").iterdir()
    file.unlink()
    code, said = run("audit", "verify")
    assert (code, f"{file.name}: the checkpoint was taken away" in said) == (1, True), said


@pytest.mark.parametrize("change", [{"seq": 3}, {"key_id": "0" * 16}, {"hash": "0" * 64}])
def test_a_checkpoint_that_was_forged_is_found(log, run, own_home, change):
    run("audit", "checkpoint")
    (file,) = (own_home / "checkpoints").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    code, said = run("audit", "verify")
    assert (code, file.name in said) == (1, True), said
    assert run("audit", "checkpoint")[0] == 1


def test_an_entry_of_the_ledger_that_was_forged_is_found(log, run, own_home):
    run("audit", "checkpoint")
    (file,) = (own_home / "ledger" / "heads").iterdir()
    file.write_text(file.read_text().replace('"kind": "log:head"', '"kind": "log:restored"'))
    code, said = run("audit", "verify")
    assert (code, "was changed" in said) == (1, True), said


def test_a_third_place_out_of_reach_keeps_what_this_machine_loses(
    log, run, forge, own_home, tmp_path, monkeypatch
):
    monkeypatch.setenv("WORKBENCH_LEDGER_URL", str(tmp_path / "elsewhere"))
    run("audit", "checkpoint")
    for place in ("ledger", "pictures/ledger", "checkpoints"):
        shutil.rmtree(own_home / place)
    forge("TRUNCATE audit_record")
    forged(log, 30)
    code, said = run("audit", "verify")
    assert (code, "BROKEN at record 10" in said) == (1, True), said


OFF = {
    "switched off": "ALTER TABLE audit_record DISABLE TRIGGER audit_record_rows_stay",
    "only for others": "ALTER TABLE audit_record ENABLE REPLICA TRIGGER audit_record_stays",
    "dropped": "DROP TRIGGER audit_record_stays ON audit_record",
    "never fires": "CREATE OR REPLACE TRIGGER audit_record_rows_stay BEFORE UPDATE OR DELETE"
    " ON audit_record FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse_audit_change();"
    " ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_rows_stay",
    "fires after": "CREATE OR REPLACE TRIGGER audit_record_rows_stay BEFORE UPDATE"
    " ON audit_record FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();"
    " ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_rows_stay",
    "function replaced": "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger"
    " LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NEW; END'",
    "function loosened": "ALTER FUNCTION refuse_audit_change() RESET search_path",
    "one more": "CREATE TRIGGER quiet BEFORE INSERT ON audit_record"
    " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "a right too many": "GRANT UPDATE ON audit_record TO workbench_service",
}


@pytest.mark.parametrize("change", OFF.values(), ids=OFF)
def test_a_guard_that_was_touched_is_found_and_nothing_is_signed(log, run, own_database, change):
    with own_database.owner.begin() as connection:
        assert guard_faults(connection) == ()
    assert run("audit", "checkpoint")[0] == 0
    assert run("init", "--check")[0] == 0
    with own_database.owner.begin() as connection:
        connection.exec_driver_sql(change)
    try:
        code, said = run("init", "--check")
        assert (code, "audit_" in said) == (1, True), said
        assert not findings(run)["guards"]["ok"]
        assert run("audit", "checkpoint")[0] == 1
    finally:
        with own_database.owner.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS quiet ON audit_record")
        migrate(own_database)
    with own_database.owner.connect() as connection:
        assert guard_faults(connection) == ()
    assert run("init", "--check")[0] == 0


@pytest.mark.parametrize(("after_h", "overdue"), [(29, False), (30, False), (31, True)])
def test_doctor_says_when_the_log_went_on_unsigned_for_too_long(runtime, clock, after_h, overdue):
    runtime.log_heads.keep("start")
    clock.move(hours=after_h)
    written(runtime.audit, 1)
    found = checkpoint_overdue(runtime, runtime.log_heads.evidence())
    assert (found is not None) is overdue
    assert runtime.policy.audits.checkpoint_within_hours.value == 30


@pytest.mark.parametrize(
    ("records", "minutes", "due"),
    [(0, 61, False), (1, 59, False), (1, 60, True), (999, 1, False), (1000, 1, True)],
)
def test_a_running_service_signs_by_records_and_minutes(runtime, clock, records, minutes, due):
    keeper = HeadKeeper(runtime.log_heads, audit=runtime.audit, policy=runtime.policy, clock=clock)
    keeper.keep("start")
    written(runtime.audit, records)
    clock.at += timedelta(minutes=minutes)
    assert keeper.keep_due() is due
    assert runtime.log_heads.newest()[0] == (10 + records if due else 10)


def test_a_service_signs_when_it_starts_and_when_it_stops(runtime, own_home):
    keeper = HeadKeeper(
        runtime.log_heads, audit=runtime.audit, policy=runtime.policy, clock=runtime.clock
    )
    with keeper.while_open():
        assert runtime.log_heads.newest()[0] == 10
        written(runtime.audit, 2)
    assert runtime.log_heads.newest()[0] == 12
    whys = [
        json.loads(json.loads(file.read_text())["content"])["why"]
        for file in sorted((own_home / "ledger" / "heads").iterdir())
    ]
    assert whys == ["start", "stop"]


def test_a_restored_backup_is_acknowledged_by_name_and_stays_told(log, runtime, run, forge):
    run("audit", "checkpoint")
    runtime.log_heads.keep("stop")
    forge("DELETE FROM audit_record WHERE seq > 5")
    forged(log, 2)
    said = runtime.log_heads.acknowledge_restored(by="r.custodian", reason="Disk of 2 November")
    assert "r.custodian put a backup in place (Disk of 2 November)" in said
    code, told = run("audit", "verify")
    assert (code, said in told) == (0, True), told
    assert run("audit", "checkpoint")[0] == 0
    forge("DELETE FROM audit_record WHERE seq > 6")
    assert run("audit", "verify")[0] == 1


def test_what_the_database_refused_is_on_record_with_role_and_time(run, own_database, own_home):
    before = len(refused_attempts(own_home))
    for engine, statement in (
        (own_database.service, "UPDATE audit_record SET plate = '7SECRET'"),
        (own_database.owner, "DELETE FROM audit_record"),
        (own_database.service, "DELETE FROM detection"),
    ):
        with pytest.raises(Exception, match="denied|refused"), engine.begin() as connection:
            connection.execute(text(statement))
    found = refused_attempts(own_home)[before:]
    assert [(each.role, each.what.split(" for ")[0]) for each in found] == [
        ("workbench_service", "permission denied"),
        ("workbench_owner", "DELETE of audit_record is refused: the audit log only grows"),
        ("workbench_service", "permission denied"),
    ]
    assert all(each.at.endswith("UTC") for each in found)
    assert "7SECRET" not in (own_home / "database" / "log").read_text(errors="replace")
    _, said = run("audit", "verify")
    assert "The database refused" in said
    assert "workbench_owner: DELETE of audit_record is refused" in said
    assert findings(run)["refused"]["note"].startswith(f"{before + 3} attempts")

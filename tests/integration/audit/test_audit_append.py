"""Writing: one at a time, whole or not at all, never forked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import NullPool, create_engine, text

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.audit.statements import LOCK_DURABLE
from workbench.audit.verify import verify_log
from workbench.domain.person import Channel, Designation, Origin, Role
from workbench.errors import AuditError, AuditWriteError, ChainBrokenError

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)
ZEROS = "0" * 64


def count(database) -> int:
    with database.service.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM audit_record")).scalar_one()


def test_a_record_holds_what_was_said(log, search, clock):
    clock.at = datetime(2026, 11, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-7)))
    record = log.append(replace(search, inquiry_id=UUID(int=5), details={"note": "ö\u2028"}))
    assert record == log.read(1)
    assert record.seq == 1
    assert record.recorded_at == datetime(2026, 11, 1, 8, 30, 0, 123456, tzinfo=UTC)
    assert record.recorded_at.utcoffset() == timedelta(0)
    assert record.roles == ("analyst", "officer")
    assert record.criteria == {"look": "search", "plate": "7AB?1*", "limit": 1000}
    assert record.origin == {
        "channel": "client",
        "address": "192.0.2.7",
        "session": "s-1",
        "agent": "workbench",
    }
    assert record.inquiry_id == UUID(int=5)
    assert record.details == {"note": "ö\u2028"}
    assert (record.policy_version, record.outcome) == ("example-1", None)
    assert record.previous_hash == ZEROS


def test_a_record_follows_the_one_before(log, search):
    first, second = log.append(search), log.append(search)
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous_hash == first.hash
    assert log.head() == second


def test_an_empty_log_has_no_head_and_is_whole(log, own_database):
    assert log.head() is None
    assert verify_log(own_database.service).whole


def test_a_job_is_logged_under_the_organisation(log):
    entry = Entry(EventKind.READS_INGEST, None, origin=Origin(Channel.JOB, "localhost"))
    record = log.append(entry)
    assert record.username is None
    assert record.roles == ()
    assert record.organisation == "Example Police Department"
    assert record.origin["channel"] == "job"


def test_a_look_without_its_four_items_is_refused_by_the_table_too(own_database, log, search):
    log.append(search)
    copy = """
        INSERT INTO audit_record
        SELECT (jsonb_populate_record(r, jsonb_build_object('seq', 2, %(column)s::text, NULL))).*
        FROM audit_record r WHERE seq = 1
    """
    for column in ("username", "purpose", "criteria", "organisation"):
        with (
            pytest.raises(Exception, match=r"look_has_four_items|null value in column"),
            own_database.service.begin() as connection,
        ):
            connection.exec_driver_sql(copy, {"column": column})


def test_the_table_knows_every_kind(own_database):
    with own_database.service.connect() as connection:
        check = connection.execute(
            text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conname = 'ck_audit_record_kind_known'"
            )
        ).scalar_one()
    assert sorted(part.split("'")[0] for part in check.split("'")[1::2]) == sorted(EventKind)


def test_a_change_and_its_record_are_one(log, own_database, search):
    log.append(search)
    with own_database.service.begin() as connection:
        record = log.append_in(connection, search)
        assert record.seq == 2
    assert count(own_database) == 2
    with own_database.service.connect() as connection:
        log.append_in(connection, search)
        connection.rollback()
    assert count(own_database) == 2
    with own_database.service.connect() as connection:
        log.append_in(connection, search)
        connection.commit()
    assert count(own_database) == 3
    assert verify_log(own_database.service).whole


def test_a_connection_that_commits_by_itself_is_refused(log, own_database, search):
    engine = own_database.service.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, pytest.raises(AuditWriteError, match="commits by itself"):
        log.append_in(connection, search)


def test_a_stale_snapshot_cannot_fork_the_chain(log, own_database, search):
    engine = own_database.service.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM audit_record"))
        log.append(search)
        with pytest.raises(AuditWriteError, match="UniqueViolation"):
            log.append_in(connection, search)
    assert verify_log(own_database.service).records == 1


def test_eight_threads_make_one_chain(log, own_database, search):
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda n: log.append(search, durable=n % 2 == 0), range(200)))
    assert sorted(record.seq for record in records) == list(range(1, 201))
    assert verify_log(own_database.service).records == 200


def test_eight_threads_in_transactions_of_their_own_make_one_chain(log, own_database, search):
    def change(number: int) -> int:
        with own_database.service.begin() as connection:
            record = log.append_in(connection, search)
            connection.execute(text("SELECT pg_sleep(0.001)"))
            return record.seq

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(change, range(80)))
    assert sorted(written) == list(range(1, 81))
    assert verify_log(own_database.service).records == 80


def test_designated_roles_count_while_they_hold(log, search, actor, clock):
    week = Designation(Role.SERVICES_CAPTAIN, "Acting", clock(), clock() + timedelta(days=7))
    person = replace(actor.person, designations=(week,))
    entry = replace(search, actor=replace(actor, person=person))
    assert log.append(entry).roles == ("analyst", "officer", "services_captain")
    clock.move(days=7)
    assert log.append(entry).roles == ("analyst", "officer")


WRITER = textwrap.dedent("""
    import sys
    from sqlalchemy import create_engine
    from workbench.audit import AuditLog, Entry, EventKind
    from workbench.domain.clock import system_clock
    log = AuditLog(create_engine(sys.argv[1]), clock=system_clock, organisation="o",
                   policy_version="p")
    print("ready", flush=True)
    for n in range(int(sys.argv[2])):
        print(log.append(Entry(EventKind.AUDIT_READ, None, details={"n": n})).seq, flush=True)
""")


def writer(database, many: int) -> subprocess.Popen[str]:
    url = database.service.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(many)], stdout=subprocess.PIPE, text=True
    )


def test_two_processes_make_one_chain(log, own_database):
    processes = [writer(own_database, 100) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    written = sorted(int(seq) for output in outputs for seq in output[1:])
    assert written == list(range(1, 201))
    assert verify_log(own_database.service).records == 200


def test_a_killed_writer_leaves_a_whole_chain(log, own_database, search):
    for at_least in (1, 7, 20):
        process = writer(own_database, 100_000)
        seen = [process.stdout.readline() for _ in range(at_least + 1)]
        os.kill(process.pid, signal.SIGKILL)
        seen += process.stdout.readlines()
        process.wait(timeout=10)
        process.stdout.close()
        acknowledged = [int(line) for line in seen[1:] if line.endswith("\n")]
        found = verify_log(own_database.service)
        assert found.whole
        assert found.records >= acknowledged[-1]
    assert log.append(search).seq == found.records + 1


def test_a_lost_server_costs_one_refusal_and_no_record(log, own_database, search):
    for _ in range(3):
        log.append(search)
    killer = create_engine(own_database.service.url, poolclass=NullPool)
    with killer.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = current_user AND pid <> pg_backend_pid()"
            )
        )
    outcomes = [attempt(log, search) for _ in range(3)]
    assert outcomes == [False, True, True]
    found = verify_log(own_database.service)
    assert found.whole
    assert found.records == 5


def attempt(log: AuditLog, entry: Entry) -> bool:
    try:
        log.append(entry)
    except AuditWriteError:
        return False
    return True


def test_no_connection_is_an_audit_write_error(clock, search):
    engine = create_engine(
        "postgresql+psycopg://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 2}
    )
    log = AuditLog(engine, clock=clock, organisation="o", policy_version="p")
    with pytest.raises(AuditWriteError, match="cannot be written"):
        log.append(search)
    with pytest.raises(AuditError, match="cannot be read"):
        log.head()


def as_owner(database, statement: str) -> None:
    with database.owner.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_missing_table_is_an_audit_write_error(log, own_database, search):
    as_owner(own_database, "ALTER TABLE audit_record RENAME TO audit_away")
    try:
        with pytest.raises(AuditWriteError, match="UndefinedTable"):
            log.append(search)
    finally:
        as_owner(own_database, "ALTER TABLE audit_away RENAME TO audit_record")
    assert log.append(search).seq == 1


def test_a_missing_right_is_an_audit_write_error(own_database, log, search):
    as_owner(own_database, "REVOKE INSERT ON audit_record FROM workbench_service")
    try:
        with pytest.raises(AuditWriteError, match="InsufficientPrivilege"):
            log.append(search)
    finally:
        as_owner(own_database, "GRANT INSERT ON audit_record TO workbench_service")
    assert log.append(search).seq == 1


def test_a_refused_row_leaves_the_connection_usable(log, own_database, search):
    with pytest.raises(AuditWriteError, match="access_earlier"):
        log.append(replace(search, access_id=10))
    with own_database.service.connect() as connection:
        held = connection.execute(
            text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        ).scalar_one()
    assert held == 0
    assert log.append(search).seq == 1


def test_a_refused_row_is_rolled_back_even_where_the_pool_does_not(own_database, log, search):
    engine = create_engine(own_database.service.url, pool_size=1, pool_reset_on_return=None)
    try:
        careful = AuditLog(engine, clock=lambda: AT, organisation="o", policy_version="p")
        with pytest.raises(AuditWriteError, match="access_earlier"):
            careful.append(replace(search, access_id=10))
        assert log.append(search).seq == 1
        assert careful.append(search).seq == 2
    finally:
        engine.dispose()


def test_a_writer_does_not_wait_for_ever(log, own_database, search, monkeypatch):
    monkeypatch.setattr(
        "workbench.audit.statements.LOCK_DURABLE",
        LOCK_DURABLE.replace("10s", "50ms"),
    )
    with own_database.service.begin() as connection:
        log.append_in(connection, search)
        with pytest.raises(AuditWriteError, match="LockNotAvailable"):
            log.append(search)
    assert log.append(search).seq == 2


@contextmanager
def insert_trigger(database, body: str) -> Iterator[None]:
    as_owner(
        database,
        f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;"
        "CREATE TRIGGER meddle BEFORE INSERT ON audit_record"
        " FOR EACH ROW EXECUTE FUNCTION meddle()",
    )
    try:
        yield
    finally:
        as_owner(database, "DROP FUNCTION meddle() CASCADE")


def test_a_table_that_changes_what_it_is_given_is_found_out(log, own_database, search):
    with insert_trigger(own_database, "NEW.reason := 'nothing'; RETURN NEW;"):
        with pytest.raises(AuditWriteError, match="does not hold what was to be logged"):
            log.append(search)
        with own_database.service.connect() as connection:
            with pytest.raises(AuditWriteError, match="does not hold what was to be logged"):
                log.append_in(connection, search)
            connection.rollback()


def test_a_record_is_forced_to_disk_unless_it_may_wait(log, own_database, search):
    refuse = (
        "IF current_setting('synchronous_commit') = '{}' THEN RAISE 'found'; END IF; RETURN NEW;"
    )
    with insert_trigger(own_database, refuse.format("off")):
        assert log.append(search).seq == 1
        with pytest.raises(AuditWriteError, match="found"):
            log.append(search, durable=False)
    with insert_trigger(own_database, refuse.format("on")):
        assert log.append(search, durable=False).seq == 2
        with pytest.raises(AuditWriteError, match="found"):
            log.append(search)


def test_an_edited_record_is_not_read(log, search, forge):
    log.append(search)
    forge("UPDATE audit_record SET plate = '8XYZ999' WHERE seq = 1")
    with pytest.raises(ChainBrokenError, match="record 1"):
        log.read(1)


def test_a_record_that_is_not_there_is_an_error(log):
    with pytest.raises(AuditError, match="no record of that number"):
        log.read(1)


@pytest.mark.parametrize(
    "details",
    [{"x": float("nan")}, {"x": object()}, {"x": datetime(2026, 1, 1)}, {"x": "a" * 300_000}],
)
def test_what_cannot_be_said_in_json_is_refused(log, own_database, details):
    with pytest.raises(AuditWriteError):
        log.append(Entry(EventKind.AUDIT_READ, None, details=details))
    assert count(own_database) == 0


def test_an_outcome_points_to_its_record(log, search, actor):
    access = log.append(search)
    outcome = log.append(
        Entry(
            EventKind.LOOK_OUTCOME,
            actor,
            access_id=access.seq,
            outcome=Outcome.TRUNCATED,
            details={"rows": 1000},
        ),
        durable=False,
    )
    assert (outcome.access_id, outcome.outcome) == (1, Outcome.TRUNCATED)

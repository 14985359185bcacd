"""Nobody who serves or purges can change the log, and neither can the owner by a slip."""

from __future__ import annotations

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from workbench.audit import AuditLog, Entry, EventKind
from workbench.errors import AuditWriteError
from workbench.storage.audit_tables import PROTECT_AUDIT_RECORD

CHANGES = {
    "update": "UPDATE audit_record SET plate = 'X'",
    "update nothing": "UPDATE audit_record SET plate = plate WHERE seq = -1",
    "delete": "DELETE FROM audit_record",
    "truncate": "TRUNCATE audit_record",
    "truncate with others": "TRUNCATE audit_record, inquiry CASCADE",
    "merge": "MERGE INTO audit_record a USING (SELECT 1 AS s) b ON a.seq = b.s"
    " WHEN MATCHED THEN DELETE",
    "upsert": "INSERT INTO audit_record SELECT * FROM audit_record WHERE seq = 1"
    " ON CONFLICT (seq) DO UPDATE SET plate = 'X'",
    "switch protection off": "ALTER TABLE audit_record DISABLE TRIGGER ALL",
    "drop protection": "DROP TRIGGER audit_record_stays ON audit_record",
    "replace protection": "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "drop": "DROP TABLE audit_record",
    "rule": "CREATE RULE quiet AS ON INSERT TO audit_record DO INSTEAD NOTHING",
    "own trigger": "CREATE TRIGGER mine BEFORE INSERT ON audit_record"
    " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "lock out": "LOCK TABLE audit_record IN ACCESS EXCLUSIVE MODE",
    "pretend to replicate": "SET session_replication_role = 'replica'",
    "take the owner's role": "SET ROLE workbench_owner",
    "change the table's owner": "ALTER TABLE audit_record OWNER TO CURRENT_USER",
    "grant itself": "GRANT UPDATE ON audit_record TO CURRENT_USER;"
    " UPDATE audit_record SET plate = 'X'",  # the first only warns
}


@pytest.fixture
def log(database, clock):
    log = AuditLog(database.service, clock=clock, organisation="o", policy_version="p")
    log.append(Entry(EventKind.AUDIT_READ, None))
    return log


def snapshot(database):
    with database.service.connect() as connection:
        return connection.execute(
            text("SELECT count(*), sum(hashtext(audit_record::text)) FROM audit_record")
        ).one()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["service", "purger"])
def test_a_role_that_works_cannot_change_the_log(database, log, role, change):
    before = snapshot(database)
    with (
        pytest.raises(ProgrammingError) as caught,
        getattr(database, role).begin() as connection,
    ):
        connection.exec_driver_sql(CHANGES[change])
    assert isinstance(caught.value.orig, errors.InsufficientPrivilege)
    assert snapshot(database) == before


@pytest.mark.parametrize("change", ["update", "delete", "truncate", "truncate with others"])
def test_the_owner_is_stopped_by_the_triggers(database, log, change):
    before = snapshot(database)
    with (
        pytest.raises(ProgrammingError, match="the audit log only grows") as caught,
        database.owner.begin() as connection,
    ):
        connection.exec_driver_sql(CHANGES[change])
    assert isinstance(caught.value.orig, errors.InsufficientPrivilege)
    assert snapshot(database) == before


def test_the_roles_may_read_and_add_and_nothing_else(database):
    with database.owner.connect() as connection:
        for role in ("service", "purger"):
            name = getattr(database, role).url.username
            allowed = connection.execute(
                text(
                    "SELECT privilege_type FROM information_schema.table_privileges"
                    " WHERE table_name = 'audit_record' AND grantee = :name"
                ),
                {"name": name},
            ).scalars()
            assert set(allowed) == {"INSERT", "SELECT"}


def test_the_reading_role_cannot_even_add(database, clock):
    log = AuditLog(database.reader, clock=clock, organisation="o", policy_version="p")
    with pytest.raises(AuditWriteError, match="read-only transaction"):
        log.append(Entry(EventKind.AUDIT_READ, None))


def test_the_migration_protects_the_table_as_the_code_says(database):
    with database.owner.connect() as connection:
        body = connection.execute(
            text("SELECT prosrc FROM pg_proc WHERE proname = 'refuse_audit_change'")
        ).scalar_one()
        triggers = connection.execute(
            text(
                "SELECT tgname, tgenabled FROM pg_trigger"
                " WHERE tgrelid = 'audit_record'::regclass AND NOT tgisinternal ORDER BY tgname"
            )
        ).all()
    assert body.split() == PROTECT_AUDIT_RECORD[0].split("$$")[1].split()
    assert [tuple(trigger) for trigger in triggers] == [
        ("audit_record_rows_stay", "A"),
        ("audit_record_stays", "A"),
    ]


def test_nobody_else_may_read_the_log(database):
    with database.owner.connect() as connection:
        grantees = connection.execute(
            text(
                "SELECT DISTINCT grantee FROM information_schema.table_privileges"
                " WHERE table_name = 'audit_record'"
            )
        ).scalars()
        assert set(grantees) == {
            getattr(database, role).url.username for role in ("owner", "service", "purger")
        }


INJECTIONS = ["'; DROP TABLE audit_record; --", "%s %(seq)s %%", "{}", "$1", '"}', "\\", "a\nb"]


@pytest.mark.parametrize("given", INJECTIONS)
def test_what_a_person_types_is_only_ever_a_value(log, given):
    record = log.append(
        Entry(
            EventKind.SESSION_REFUSE,
            None,
            purpose=given,
            case_number=given,
            reason=given,
            plate=given,
            criteria={given: given},
            details={given: [given]},
        )
    )
    assert log.read(record.seq) == record
    assert (record.purpose, record.case_number, record.reason, record.plate) == (given,) * 4
    assert (record.criteria, record.details) == ({given: given}, {given: [given]})

"""The database: migrations agree with the tables, roles hold, months and times are exact."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from tests.reads import made_reads, store_reads
from workbench.audit import Entry, EventKind, Outcome
from workbench.errors import DatabaseError, MigrationError, NaiveTimeError, SettingsError
from workbench.runtime import Runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.embedded import DATABASE
from workbench.storage.guards import GUARDS
from workbench.storage.migrations import (
    check_schema,
    current_revision,
    migrate,
    newest_revision,
    schema_differences,
    tables_fingerprint,
)
from workbench.storage.roles import PURGER_RIGHTS, SERVICE_COLUMNS, SERVICE_RIGHTS
from workbench.storage.tables import metadata
from workbench.storage.types import Sha256, UtcDateTime


def test_migrations_make_what_the_tables_say(database: AllRoles) -> None:
    with database.owner.connect() as connection:
        assert schema_differences(connection) == []


def test_a_changed_table_would_be_seen(database: AllRoles) -> None:
    """The check above can fail: a column that only the database has is reported."""
    with database.owner.connect() as connection:
        connection.execute(text("ALTER TABLE inquiry ADD COLUMN surplus integer"))
        found = schema_differences(connection)
        connection.rollback()
    assert "surplus" in str(found)


def test_migrating_twice_changes_nothing(database: AllRoles) -> None:
    before = current_revision(database)
    assert migrate(database) == before == newest_revision()
    check_schema(database)


def test_every_table_has_rights_for_the_service_and_nobody_may_delete_but_the_purger(
    database: AllRoles,
) -> None:
    assert set(SERVICE_RIGHTS) == {*metadata.tables, "alembic_version"}
    granted: dict[tuple[str, str], set[str]] = {}
    with database.owner.connect() as connection:
        for role, table, right in connection.execute(
            text(
                "SELECT grantee, table_name, privilege_type"
                " FROM information_schema.role_table_grants WHERE grantee <> 'workbench_owner'"
                " AND table_schema = 'public'"
            )
        ):
            granted.setdefault((role, table), set()).add(right)
    expected = {
        (role, table): set(rights.split(", "))
        for role, all_rights in (
            ("workbench_service", SERVICE_RIGHTS),
            ("workbench_purger", PURGER_RIGHTS),
        )
        for table, rights in all_rights.items()
    }
    assert granted == expected
    with database.owner.connect() as connection:
        changed = connection.execute(
            text(
                "SELECT table_name, string_agg(column_name, ', ' ORDER BY column_name)"
                " FROM information_schema.column_privileges c WHERE privilege_type = 'UPDATE'"
                " AND grantee = 'workbench_service' AND NOT EXISTS (SELECT 1 FROM"
                " information_schema.role_table_grants t WHERE t.table_name = c.table_name"
                " AND t.grantee = c.grantee AND t.privilege_type = 'UPDATE') GROUP BY table_name"
            )
        )
        columns = {row[0]: set(row[1].split(", ")) for row in changed}
    assert columns == {table: set(said.split(", ")) for table, said in SERVICE_COLUMNS.items()}
    assert not any("DELETE" in rights for rights in SERVICE_RIGHTS.values())


@pytest.mark.parametrize("role", ["service", "purger", "owner"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_record SET reason = 'x'", "DELETE FROM audit_record", "TRUNCATE audit_record"],
)
def test_no_role_changes_the_audit_log(runtime: Runtime, role: str, statement: str) -> None:
    runtime.audit.append(Entry(EventKind.POLICY_LOAD, None, outcome=Outcome.DONE))
    with (
        getattr(runtime.database, role).connect() as connection,
        pytest.raises(DBAPIError, match="permission denied|only grows"),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("role", ["service", "purger"])
def test_only_the_owner_makes_tables(database: AllRoles, role: str) -> None:
    with (
        getattr(database, role).connect() as connection,
        pytest.raises(DBAPIError, match="permission denied"),
    ):
        connection.execute(text("CREATE TABLE mine (id integer)"))


def test_a_stranger_on_the_machine_is_not_let_in(database: AllRoles) -> None:
    host = database.service.url.query["host"]
    for role in ("postgres", "workbench_owner", "workbench_service"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(host), user=role, dbname=DATABASE)


def test_passwords_are_for_the_owner_of_the_home_alone(database: AllRoles, home: Path) -> None:
    file = home / "keys" / "database.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "***" in repr(database.service.url)


def read_at(moment: datetime) -> dict:
    row = made_reads(1, seed=3, prefix="M")[0]
    return row | {"seen_at": moment, "event_key": uuid4(), "source_event": moment.isoformat()}


def test_a_read_lies_in_the_month_it_was_seen_in_by_utc(database: AllRoles) -> None:
    turn = datetime(2026, 3, 1, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    moments = [turn - tick, turn, turn + tick]
    store_reads(database.service, [read_at(moment) for moment in moments])
    with database.service.connect() as connection:
        found = connection.execute(
            text(
                "SELECT tableoid::regclass::text FROM detection"
                " WHERE source_event = ANY(:events) ORDER BY seen_at"
            ),
            {"events": [moment.isoformat() for moment in moments]},
        ).scalars()
        assert found.all() == [
            "detection_y2026m02",
            "detection_y2026m03",
            "detection_y2026m03",
        ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("1989-12-31", "1990-02-01"),
        ("2026-02-01", "2026-01-01"),
        ("2026-01-01", "2090-01-01"),
    ],
)
def test_no_months_before_1990_far_ahead_or_backwards(
    database: AllRoles, first: str, last: str
) -> None:
    with (
        database.service.connect() as connection,
        pytest.raises(DBAPIError, match="no partition"),
    ):
        connection.execute(
            text("SELECT ensure_detection_months(:first, :last)"), {"first": first, "last": last}
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lat", 90.0001),
        ("lat", -90.0001),
        ("lon", 180.0001),
        ("confidence", 1.01),
        ("confidence", -0.01),
        ("heading_deg", 360.0),
        ("lon", None),
    ],
)
def test_the_table_refuses_what_is_out_of_range(
    database: AllRoles, column: str, value: float | None
) -> None:
    row = read_at(datetime(2026, 4, 2, tzinfo=UTC)) | {"lon": 0.0, "lat": 0.0}
    with pytest.raises(DBAPIError, match="check constraint"):
        store_reads(database.service, [row | {column: value}])


def test_the_table_takes_what_lies_on_the_limit(database: AllRoles) -> None:
    row = read_at(datetime(2026, 4, 3, tzinfo=UTC))
    limits = {"lon": 180.0, "lat": -90.0, "confidence": 1.0, "heading_deg": 0.0}
    assert len(store_reads(database.service, [row | limits])) == 1


moments = Table(
    "moments", MetaData(), Column("number", Integer), Column("at", UtcDateTime, nullable=False)
)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)),
    offset_minutes=st.integers(-14 * 60, 14 * 60),
)
def test_any_aware_instant_survives_storage(
    database: AllRoles, at: datetime, offset_minutes: int
) -> None:
    aware = at.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    with database.owner.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE moments (number integer, at timestamptz)"))
        connection.execute(insert(moments).values(number=1, at=aware))
        back = connection.execute(select(moments.c.at)).scalar_one()
        connection.rollback()
    assert back == aware
    assert back.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused_at_the_column(database: AllRoles) -> None:
    with (
        database.owner.connect() as connection,
        pytest.raises((NaiveTimeError, StatementError), match="without zone"),
    ):
        connection.execute(insert(moments).values(number=1, at=datetime(2026, 1, 1)))


@pytest.mark.parametrize("given_hash", ["", "00", "g" * 64, "0" * 63, "0" * 66])
def test_only_a_sha256_is_stored_as_one(given_hash: str) -> None:
    dialect = create_engine("postgresql+psycopg://").dialect
    with pytest.raises(Exception, match="SHA-256"):
        Sha256().process_bind_param(given_hash, dialect)
    assert Sha256().process_bind_param("ab" * 32, dialect) == b"\xab" * 32


def test_a_database_address_without_its_fellows_is_refused(home: Path) -> None:
    alone = Settings(home=home, database_url="postgresql://u:secret@localhost/x")
    with pytest.raises(SettingsError, match="WORKBENCH_OWNER") as caught, open_all_roles(alone):
        pass
    assert "secret" not in str(caught.value)


def test_a_server_out_of_reach_is_named_without_its_password(home: Path) -> None:
    url = "postgresql://u:secret@127.0.0.1:9/x"
    away = Settings(home=home, database_url=url, owner_database_url=url, purger_database_url=url)
    with pytest.raises(DatabaseError, match="cannot be reached") as caught, open_all_roles(away):
        pass
    assert "secret" not in str(caught.value)


def test_a_department_server_is_taken_by_its_addresses(database: AllRoles, home: Path) -> None:
    def address(engine) -> str:
        return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    by_url = Settings(
        home=home,
        database_url=address(database.service),
        owner_database_url=address(database.owner),
        purger_database_url=address(database.purger),
    )
    with open_all_roles(by_url) as opened:
        check_schema(opened)
        with opened.purger.connect() as connection:
            who = connection.execute(text("SELECT current_user")).scalar_one()
    assert who == "workbench_purger"


def test_another_schema_is_refused(database: AllRoles) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        with pytest.raises(MigrationError, match="workbench init"):
            check_schema(database)
    finally:
        with database.owner.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :newest"),
                {"newest": newest_revision()},
            )


def test_the_guards_in_the_database_are_those_of_this_version(database: AllRoles) -> None:
    named = {
        re.search(r"FUNCTION (\w+)", sql)[1]: sql.split("$$")[1] for sql in GUARDS if "$$" in sql
    }
    wanted = text("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    with database.owner.connect() as connection:
        made = {row.proname: row.prosrc for row in connection.execute(wanted)}
    assert {name: body.split() for name, body in made.items()} == {
        name: body.split() for name, body in named.items()
    }


def test_every_trigger_of_this_version_is_in_the_database_and_no_other(database: AllRoles) -> None:
    named = {
        tuple(re.search(r"TRIGGER (\w+)\s.*?\sON (\w+)", sql, re.DOTALL).groups())
        for sql in GUARDS
        if sql.strip().startswith("CREATE TRIGGER")
    }
    wanted = text(
        "SELECT tgname, tgrelid::regclass::text AS of FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgparentid = 0"
    )
    with database.owner.connect() as connection:
        made = {(row.tgname, row.of) for row in connection.execute(wanted)}
    assert made == named


def test_migrating_again_puts_a_guard_back_that_somebody_took_away(database: AllRoles) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit_record DISABLE TRIGGER audit_record_rows_stay"))
        connection.execute(text("DROP TRIGGER audit_record_stays ON audit_record"))
    migrate(database)
    enabled = text(
        "SELECT tgname, tgenabled FROM pg_trigger"
        " WHERE tgrelid = 'audit_record'::regclass AND NOT tgisinternal"
    )
    with database.owner.connect() as connection:
        found = {row.tgname: row.tgenabled for row in connection.execute(enabled)}
    assert found == {"audit_record_rows_stay": "A", "audit_record_stays": "A"}


def test_tables_of_another_version_are_refused(database: AllRoles) -> None:
    comment = "COMMENT ON TABLE alembic_version IS '{}'"
    with database.owner.begin() as connection:
        connection.execute(text(comment.format("of another version")))
    try:
        with pytest.raises(MigrationError, match="--fresh"):
            check_schema(database)
        with pytest.raises(MigrationError, match="--fresh"):
            migrate(database)
    finally:
        with database.owner.begin() as connection:
            connection.execute(text(comment.format(tables_fingerprint())))
    check_schema(database)

"""The service's role of the database stays what it is: no function, type or table makes it more.

What the catalogue says is asked of every function, trigger and table that there is, so that what
comes later is held to the same.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

import apps.serve
import workbench.service.__main__
from workbench.cli.doctor import _findings
from workbench.cli.up import known_to, parts_of
from workbench.errors import SettingsError
from workbench.runtime import open_runtime
from workbench.settings import (
    OWNER_VARIABLE,
    PURGER_VARIABLE,
    SERVICE_VARIABLE,
    Settings,
    load_settings,
)
from workbench.storage.roles import (
    PURGER_COLUMNS,
    PURGER_FUNCTIONS,
    PURGER_RIGHTS,
    SERVICE_COLUMNS,
    SERVICE_FUNCTIONS,
    SERVICE_RIGHTS,
)

OURS = """
    SELECT p.oid, p.proname AS name, p.prosecdef AS definer, p.prorettype = 'trigger'::regtype AS
      fires, p.proconfig AS config, pg_get_userbyid(p.proowner) AS owner,
      EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
              WHERE grantee = 0) AS for_everybody
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%'
"""
WORKING = ("service", "purger")


def asked(database, sql, **values):
    with database.owner.connect() as connection:
        return connection.execute(text(sql), values).all()


def name_of(database, role):
    return getattr(database, role).url.username


def test_every_function_searches_temporary_things_last(database):
    functions = asked(database, OURS)
    assert {"ensure_detection_months", "refuse_audit_change"} <= {each.name for each in functions}
    paths = {
        each.name: [
            part.strip()
            for said in each.config or ()
            if said.startswith("search_path=")
            for part in said.removeprefix("search_path=").split(",")
        ]
        for each in functions
    }
    loose = {name: path for name, path in paths.items() if path[-1:] != ["pg_temp"]}
    assert loose == {}
    # Only where nobody but the owner can make anything, and PostgreSQL's own first.
    assert {tuple(path) for path in paths.values()} <= {
        ("pg_catalog", "pg_temp"),
        ("pg_catalog", "public", "pg_temp"),
    }


def test_every_function_is_the_owners_and_nobody_elses_to_call(database):
    functions = asked(database, OURS)
    assert {each.owner for each in functions} == {name_of(database, "owner")}
    assert {each.name for each in functions if each.for_everybody} == set()


@pytest.mark.parametrize(
    ("role", "allowed"), [("service", SERVICE_FUNCTIONS), ("purger", PURGER_FUNCTIONS)]
)
def test_a_role_may_call_what_is_listed_and_nothing_else(database, role, allowed):
    may = asked(
        database,
        f"WITH ours AS ({OURS})"  # noqa: S608 - ours
        " SELECT name FROM ours WHERE has_function_privilege(:role, oid, 'EXECUTE')",
        role=name_of(database, role),
    )
    assert {each.name for each in may} == {each.partition("(")[0] for each in allowed}


def test_a_function_to_come_is_nobodys_to_call_either(database):
    with database.owner.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql(
            "CREATE FUNCTION comes_later() RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )
        for role in WORKING:
            wanted = text("SELECT has_function_privilege(:role, 'comes_later()', 'EXECUTE')")
            given = {"role": name_of(database, role)}
            assert connection.execute(wanted, given).scalar_one() is False
        transaction.rollback()


def test_every_trigger_fires_whatever_a_session_says_of_itself(database):
    triggers = asked(
        database,
        "SELECT tgrelid::regclass::text || '.' || tgname AS name, tgenabled FROM pg_trigger"
        " WHERE NOT tgisinternal OR tgparentid <> 0",
    )
    guards = {each.name for each in triggers if "." in each.name}
    assert {"audit_record.audit_record_stays", "detection.detection_held_stays"} <= guards
    assert {each.name for each in triggers if each.tgenabled != "A"} == set()


def test_what_tables_ask_functions_for_is_postgresqls_own_or_ours(database):
    """Defaults, checks, indexes, rules and policies may call nothing that a role could replace."""
    called = asked(
        database,
        f"WITH ours AS ({OURS})"  # noqa: S608 - ours
        " SELECT DISTINCT d.refobjid::regprocedure::text FROM pg_depend d"
        " WHERE d.refclassid = 'pg_proc'::regclass AND d.classid IN ('pg_constraint'::regclass,"
        " 'pg_attrdef'::regclass, 'pg_class'::regclass, 'pg_rewrite'::regclass,"
        " 'pg_policy'::regclass, 'pg_type'::regclass)"
        " AND d.refobjid NOT IN (SELECT oid FROM ours)"
        " AND d.refobjid >= 16384",
    )
    assert called == []


@pytest.mark.parametrize("role", WORKING)
def test_a_role_is_no_more_than_it_is_called(database, role):
    found = asked(
        database,
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
        " EXISTS (SELECT FROM pg_auth_members WHERE r.oid IN (member, roleid)) AS related,"
        " EXISTS (SELECT FROM pg_shdepend s WHERE s.deptype = 'o' AND s.refobjid = r.oid"
        "   AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.objid"
        "     AND c.relpersistence = 't')) AS owns"
        " FROM pg_roles r WHERE rolname = :role",
        role=name_of(database, role),
    )
    assert [tuple(each) for each in found] == [(False,) * 7]


@pytest.mark.parametrize("role", WORKING)
def test_a_role_can_make_nothing_that_stays(database, role):
    who = name_of(database, role)
    schemas = asked(
        database,
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_temp%'"
        " AND nspname NOT LIKE 'pg_toast%' AND has_schema_privilege(:role, oid, 'CREATE')",
        role=who,
    )
    databases = asked(
        database,
        "SELECT datname FROM pg_database WHERE datname = current_database()"
        " AND has_database_privilege(:role, oid, 'CREATE')",
        role=who,
    )
    assert (schemas, databases) == ([], [])


@pytest.mark.parametrize(
    ("role", "tables", "columns"),
    [
        ("service", SERVICE_RIGHTS, SERVICE_COLUMNS),
        ("purger", PURGER_RIGHTS, PURGER_COLUMNS),
    ],
)
def test_a_role_may_do_with_tables_what_is_listed_and_nothing_else(database, role, tables, columns):
    who = name_of(database, role)
    found = asked(
        database,
        "SELECT c.relname AS name, string_agg(a.privilege_type, ',') AS may"
        " FROM pg_class c, aclexplode(c.relacl) AS a, pg_namespace n"
        " WHERE n.oid = c.relnamespace AND n.nspname = 'public' AND c.relkind <> 'S'"
        " AND a.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = :role))"
        " GROUP BY c.relname",
        role=who,
    )
    assert {each.name: set(each.may.split(",")) for each in found} == {
        name: set(said.replace(" ", "").split(",")) for name, said in tables.items()
    }
    found = asked(
        database,
        "SELECT c.relname AS name, string_agg(t.attname, ',') AS columns,"
        " string_agg(DISTINCT a.privilege_type, ',') AS may"
        " FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) AS a"
        " WHERE a.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = :role))"
        " AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname",
        role=who,
    )
    assert {each.name: set(each.columns.split(",")) for each in found} == {
        name: {column.strip() for column in said.split(",")} for name, said in columns.items()
    }
    assert {each.may for each in found} <= {"UPDATE"}


def test_no_role_that_works_may_empty_or_hang_anything_on_a_table(database):
    mighty = {"TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"}
    for said in (*SERVICE_RIGHTS.values(), *PURGER_RIGHTS.values()):
        assert not mighty & set(said.replace(" ", "").split(","))
    assert not any("DELETE" in said for said in SERVICE_RIGHTS.values())


# Each is made as the service, in the one place where it may make things.
TRAPS = {
    "domain in place of text": "CREATE DOMAIN pg_temp.text AS pg_catalog.text"
    " CHECK (pg_temp.sprung())",
    "domain in place of integer": "CREATE DOMAIN pg_temp.integer AS pg_catalog.int4"
    " CHECK (pg_temp.sprung())",
    "domain in place of timestamp": 'CREATE DOMAIN pg_temp."timestamp" AS pg_catalog.timestamp'
    " CHECK (pg_temp.sprung())",
    "table in place of the months": "CREATE TEMPORARY TABLE detection_month (year smallint,"
    " month smallint, partition text, made_at timestamptz CHECK (pg_temp.sprung()))",
    "function in place of format": "CREATE FUNCTION pg_temp.format(text, VARIADIC text[])"
    " RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM pg_temp.sprung(); RETURN NULL; END'",
    "operator in place of ||": "CREATE FUNCTION pg_temp.joined(text, text) RETURNS text"
    " LANGUAGE plpgsql AS 'BEGIN PERFORM pg_temp.sprung(); RETURN NULL; END';"
    " CREATE OPERATOR pg_temp.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.joined)",
}


@pytest.mark.parametrize("path", ["", "SET search_path = pg_temp, pg_catalog, public;"])
@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_nothing_made_in_the_session_runs_in_the_owners_name(database, trap, path):
    with database.service.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql(
            "CREATE FUNCTION pg_temp.sprung() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
            " IF current_user <> session_user THEN RAISE 'sprung'; END IF;"
            " RETURN true; END $$"
        )
        connection.exec_driver_sql(f"{trap}; {path}")
        made = connection.exec_driver_sql(
            "SELECT public.ensure_detection_months('2019-03-01+00', '2019-04-02+00')"
        ).scalar_one()
        assert made == 2
        transaction.rollback()


FORBIDDEN = {
    "a program on the server": "COPY (SELECT 1) TO PROGRAM 'cat'",
    "a file of the server": "SELECT pg_read_file('/etc/passwd')",
    "a file into a table": "COPY inquiry FROM '/etc/passwd'",
    "a file as an object": "SELECT lo_import('/etc/passwd')",
    "an object that stays": "SELECT lo_create(0)",
    "an object with bytes": "SELECT lo_from_bytea(0, 'kept')",
    "the server's log": "SELECT * FROM pg_ls_logdir()",
    "the purger's role": "SET ROLE workbench_purger",
    "a session of the owner": "SET SESSION AUTHORIZATION workbench_owner",
    "a schema": "CREATE SCHEMA mine",
    "a table that stays": "CREATE TABLE public.mine ()",
    "a function that stays": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a trigger": "CREATE TRIGGER mine BEFORE INSERT ON inquiry"
    " FOR EACH ROW EXECUTE FUNCTION keep_hits()",
    "a language without a cage": "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE c"
    " AS 'libc', 'system'",
    "a role": "CREATE ROLE mine",
    "the rules of another role": "ALTER ROLE workbench_owner SET search_path = pg_temp",
    "the ledger": "SELECT append_ledger_entry('hold:release', '')",
    "a month's end": "SELECT purge_detection_month(now(), now(), NULL)",
    "a partition itself": "SELECT count(*) FROM {partition}",
    "passwords": "SELECT rolpassword FROM pg_authid",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_service_is_refused(database, statement):
    (month, *_) = asked(database, "SELECT partition FROM detection_month LIMIT 1") or [
        make_a_month(database)
    ]
    with (
        pytest.raises(ProgrammingError) as caught,
        database.service.begin() as connection,
    ):
        connection.exec_driver_sql(statement.format(partition=month.partition))
    assert isinstance(caught.value.orig, errors.InsufficientPrivilege)


def make_a_month(database):
    with database.service.begin() as connection:
        connection.execute(text("SELECT ensure_detection_months(now(), now())"))
    return asked(database, "SELECT partition FROM detection_month LIMIT 1")[0]


def test_the_embedded_server_lets_no_role_into_another_database(database):
    found = asked(
        database,
        "SELECT datname FROM pg_database WHERE datname <> current_database()"
        " AND datallowconn AND has_database_privilege(:role, oid, 'CONNECT')",
        role=name_of(database, "service"),
    )
    assert found == []


ROOT = Path(__file__).parents[2]
OPENERS = {
    "open_all_roles": {
        "workbench/bench/store.py",
        "workbench/cli/init.py",
        "workbench/cli/retention.py",
        "workbench/demo/stage.py",
        "workbench/storage/database.py",
    },
    "open_purger": {"workbench/cli/retention.py", "workbench/storage/database.py"},
    "start_embedded": {"workbench/storage/database.py", "workbench/storage/embedded.py"},
}


@pytest.mark.parametrize("opener", OPENERS)
def test_the_modules_that_open_other_roles_are_these_and_no_more(opener):
    named = re.compile(rf"\b{opener}\b")
    found = {
        str(file.relative_to(ROOT))
        for folder in ("workbench", "apps", "notebooks", "tools")
        for file in (ROOT / folder).rglob("*.py")
        if named.search(file.read_text(encoding="utf-8"))
    }
    assert found == OPENERS[opener]


def test_what_serves_people_knows_the_services_role_alone(database, settings, tmp_path):
    """With the embedded server, too: one file with one password is all that it opens."""
    keys = tmp_path / "keys"
    keys.mkdir()
    shutil.copy(settings.home / "keys" / "database-service.json", keys)
    (tmp_path / "database").symlink_to(settings.home / "database")
    with open_runtime(Settings(home=tmp_path)) as runtime:
        engines = {field.name for field in fields(runtime.database)}
        assert engines == {"service", "reader"}
        assert runtime.database.service.url.username == name_of(database, "service")
        assert runtime.retention.ledger.standing() is not None
    known = json.loads((keys / "database-service.json").read_text())
    assert set(known) == {name_of(database, "service")}


def test_one_address_is_enough_to_serve(database, home):
    url = database.service.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with open_runtime(Settings(home=home, database_url=url)) as runtime:
        assert runtime.database.service.url.username == name_of(database, "service")


@pytest.mark.parametrize("name", [OWNER_VARIABLE, PURGER_VARIABLE])
def test_service_and_pages_refuse_an_environment_that_knows_more(name, monkeypatch, capsys):
    monkeypatch.setenv(name, "postgresql://other:secret@127.0.0.1:9/x")
    assert workbench.service.__main__.main() == 2
    said = capsys.readouterr().err
    assert name in said
    assert "secret" not in said
    with pytest.raises(SettingsError, match=name):
        apps.serve.main()


def test_up_tells_each_part_what_it_needs_and_no_more(monkeypatch):
    for name in (OWNER_VARIABLE, PURGER_VARIABLE, SERVICE_VARIABLE):
        monkeypatch.setenv(name, "postgresql://role@127.0.0.1:9/x")
    told = {
        part.name: {name for name in known_to(part) if name.endswith("DATABASE_URL")}
        for part in parts_of(load_settings())
    }
    assert told == {
        "service": {SERVICE_VARIABLE},
        "pages": {SERVICE_VARIABLE},
        "purges": {SERVICE_VARIABLE, PURGER_VARIABLE},
    }


def test_doctor_says_when_an_environment_knows_more(home):
    more = Settings(home=home, purger_database_url="postgresql://other:secret@127.0.0.1:9/x")
    (found,) = [each for each in _findings(more) if each.subject == "other roles"]
    assert not found.ok
    assert PURGER_VARIABLE in found.note
    assert "secret" not in found.note

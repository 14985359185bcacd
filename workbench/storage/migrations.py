"""Brings the schema to this version's, forward only, from a checkout or an installed wheel."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from workbench.errors import MigrationError
from workbench.resources import resource_root
from workbench.storage.database import AllRoles, Database
from workbench.storage.guards import put_guards_in_place
from workbench.storage.roles import grant_rights
from workbench.storage.tables import metadata

PARTITION_PREFIX = "detection_y"


def migrate(database: AllRoles) -> str:
    """Migrate to the newest schema, put guards in place and grant the roles their rights.

    Parameters
    ----------
    database
        Its owner migrates.

    Returns
    -------
    str
        The revision that the schema has now.

    Raises
    ------
    MigrationError
        If a migration fails; the schema stays as it was.
    """
    config = _config()
    try:
        with database.owner.begin() as connection:
            config.attributes["connection"] = connection
            new = not _revision(connection)
            command.upgrade(config, "head")
            if new:
                connection.exec_driver_sql(
                    f"COMMENT ON TABLE alembic_version IS '{tables_fingerprint()}'"
                )
            _check_tables(connection)
            put_guards_in_place(connection)
        grant_rights(database)
    except SQLAlchemyError as error:
        raise MigrationError(
            "The database could not be migrated",
            given=str(error).splitlines()[0],
            next_step="the schema is unchanged; mend the cause and run `workbench init` again",
        ) from error
    return current_revision(database)


def current_revision(database: Database) -> str:
    """Return the revision of the schema, empty before the first migration."""
    with database.service.connect() as connection:
        return _revision(connection)


def newest_revision() -> str:
    """Return the revision that this version of the workbench needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def check_schema(database: Database) -> None:
    """Refuse a database whose schema is not the one that this version needs.

    Raises
    ------
    MigrationError
    """
    needed = newest_revision()
    try:
        found = current_revision(database)
    except ProgrammingError:  # made before the service's role could see which schema this is
        found = "one that the service may not ask for"
    if found != needed:
        raise MigrationError(
            "The database has another schema than this version needs",
            given=found or "none",
            allowed=needed,
            next_step="run `workbench init`",
        )
    with database.service.connect() as connection:
        _check_tables(connection)


def tables_fingerprint() -> str:
    """Return the SHA-256 of the statements that make this version's tables, in hexadecimal."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made: list[DDLElement] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table))
        made.extend(
            CreateIndex(one) for one in sorted(table.indexes, key=lambda one: str(one.name))
        )
    statements = [str(one.compile(dialect=dialect)) for one in made]
    return sha256("\n".join(statements).encode()).hexdigest()


def _check_tables(connection: Connection) -> None:
    found = connection.scalar(
        text("SELECT obj_description(to_regclass('public.alembic_version'), 'pg_class')")
    )
    if found != tables_fingerprint():
        raise MigrationError(
            "The database was made by another version, and nothing before the first release"
            " is brought along",
            given=found or "no fingerprint",
            allowed=tables_fingerprint(),
            next_step="begin anew: another WORKBENCH_HOME and `workbench init`, or for the demo"
            " `workbench demo run --fresh`",
        )


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def schema_differences(connection: Connection) -> list[Any]:
    """Return how the tables in the database differ from those in the code; empty is right."""
    context = MigrationContext.configure(
        connection, opts={"include_name": include_name, "compare_server_default": False}
    )
    return list(compare_metadata(context, metadata))


def include_name(name: str | None, type_: str, parent_names: Any) -> bool:  # noqa: ARG001
    """Leave the monthly partitions out of comparisons: they are made as months come."""
    return not (type_ == "table" and (name or "").startswith(PARTITION_PREFIX))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_root() / "data_schema" / "migrations"))
    config.set_main_option("path_separator", "os")
    return config

"""`workbench init`: the database brought to this version's schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NoReturn

import typer

from workbench.cli.log_state import checkpoint_overdue, guards_now, log_problems
from workbench.cli.terminal import say
from workbench.detections.partitions import make_ahead
from workbench.domain.clock import system_clock
from workbench.runtime import open_runtime
from workbench.settings import Settings, load_settings
from workbench.storage.database import open_all_roles, open_database
from workbench.storage.migrations import check_schema, current_revision, migrate, newest_revision

app = typer.Typer(add_completion=False)


@app.command()
def init(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only say what would be done, and what speaks against guards and log"
        ),
    ] = False,
) -> None:
    """Make or update the database: schema, rights of the three roles."""
    if check:
        _tell_what_would_be_done()
    for line in bring_up_to_date(load_settings()):
        say(line)


def bring_up_to_date(settings: Settings) -> Iterator[str]:
    """Migrate as the owner, where its address is known, and say what was done.

    Raises
    ------
    MigrationError
        If a migration fails, or the schema is not this version's and nobody may migrate it here.
    """
    if settings.database_url is not None and settings.owner_database_url is None:
        with open_database(settings) as database:
            check_schema(database)
        yield "schema left as it is: the owner's address is not known here"
        return
    with open_all_roles(settings) as roles:
        found = current_revision(roles) or "none"
        yield f"schema {found} -> {migrate(roles)}"
        with roles.service.begin() as connection:
            made = make_ahead(connection, system_clock())
    yield f"{made} monthly partitions made ahead"


def _tell_what_would_be_done() -> NoReturn:
    settings = load_settings()
    with open_database(settings) as database:
        found, needed = current_revision(database) or "none", newest_revision()
    say(f"schema {found}, this version needs {needed}")
    if found != needed:
        raise typer.Exit(1)
    with open_runtime(settings) as runtime:
        overdue = checkpoint_overdue(runtime, runtime.log_heads.evidence())
        problems = [*guards_now(runtime), *log_problems(runtime), *((overdue,) if overdue else ())]
    for problem in problems:
        say(problem)
    raise typer.Exit(1 if problems else 0)

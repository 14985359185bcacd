"""`workbench init`: the database brought to this version's schema."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.detections.partitions import make_ahead
from workbench.domain.clock import system_clock
from workbench.settings import load_settings
from workbench.storage.database import open_database
from workbench.storage.migrations import current_revision, migrate, newest_revision

app = typer.Typer(add_completion=False)


@app.command()
def init(
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done")] = False,
) -> None:
    """Make or update the database: schema, rights of the three roles."""
    with open_database(load_settings()) as database:
        found, needed = current_revision(database) or "none", newest_revision()
        if check:
            typer.echo(f"schema {found}, this version needs {needed}")
            raise typer.Exit(0 if found == needed else 1)
        typer.echo(f"schema {found} -> {migrate(database)}")
        with database.service.begin() as connection:
            made = make_ahead(connection, system_clock())
        typer.echo(f"{made} monthly partitions made ahead")

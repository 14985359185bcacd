"""Starts PostgreSQL and brings the schema to this version's."""

from __future__ import annotations

from workbench.demo.stage import Report, Stage
from workbench.storage.migrations import current_revision


def start_database(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Start the embedded server, or reach the department's, and migrate."""
    revision = current_revision(stage.database)
    with stage.database.service.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    kind = "own server" if stage.settings.database_url else "embedded"
    return f"PostgreSQL {version} ({kind}), schema {revision}, three roles"

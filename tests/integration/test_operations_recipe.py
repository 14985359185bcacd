"""The recipe for a department's own database, as the page of operations has it, really works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.conftest import FixedClock
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.policy import Policy
from workbench.runtime import build_runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
SAMPLES = Path(__file__).parents[1] / "samples" / "formats"
ROLES = ("recipe_owner", "recipe_service", "recipe_purger")
PASSWORD = "made up for a test"


def recipe() -> list[str]:
    """Return the statements of the page, for a database and roles of other names."""
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    renamed = re.sub(r"\bworkbench(?=[_ ;])", "recipe", re.sub("--.*", "", block))
    statements = renamed.replace("'...'", f"'{PASSWORD}'").split(";")
    return [statement for statement in map(str.strip, statements) if statement]


@pytest.fixture
def department(database: AllRoles, settings: Settings) -> Iterator[Settings]:
    """Settings for a database that the recipe made on the server of the tests."""
    host = str(database.owner.url.query["host"])
    passwords = json.loads((settings.home / "keys" / "database.json").read_text(encoding="utf-8"))
    with psycopg.connect(
        host=host, user="postgres", password=passwords["postgres"], dbname="postgres",
        autocommit=True,
    ) as first:  # fmt: skip
        for statement in recipe():
            first.execute(statement)
        addresses = [
            f"postgresql://{role}:{PASSWORD.replace(' ', '%20')}@/recipe?host={host}"
            for role in ROLES
        ]
        owner, service, purger = addresses
        yield settings.model_copy(
            update=Settings(
                database_url=service, owner_database_url=owner, purger_database_url=purger
            ).model_dump(exclude_unset=True)
        )
        first.execute("DROP DATABASE recipe WITH (FORCE)")
        for role in ROLES:
            first.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_the_recipe_gives_a_database_that_takes_reads_in_and_deletes_none(
    department: Settings, policy: Policy
):
    caller = Caller(origin=Origin(Channel.JOB, "127.0.0.1", agent="test"))
    clock = FixedClock(datetime(2026, 11, 24, 18, tzinfo=UTC))
    with open_all_roles(department) as opened:
        migrate(opened)
        runtime = build_runtime(department, policy, opened, clock=clock)
        receipt = runtime.ingest.take(SAMPLES / "rekor_group.json", caller)
        assert receipt.counts.stored > 0
        with opened.service.connect() as connection:
            stored = connection.execute(text("SELECT count(*) FROM detection")).scalar_one()
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("DELETE FROM detection"))
        assert stored == receipt.counts.stored

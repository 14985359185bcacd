"""A log of its own that tests may forge, apart from the one that the other tests write to."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.audit import AuditLog, Entry, EventKind
from workbench.domain.person import Actor, Channel, Origin, Person, Role
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

Forge = Callable[..., None]


@pytest.fixture(scope="session")
def own_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="workbench-audit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the database has stopped
    return folder


@pytest.fixture(scope="session")
def own_database(own_home: Path) -> Iterator[AllRoles]:
    with open_all_roles(Settings(home=own_home)) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def forge(own_database: AllRoles) -> Forge:
    """Run statements as somebody who owns the table and takes its protection away."""

    def run(*statements: str, **values: object) -> None:
        with own_database.owner.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE audit_record DISABLE TRIGGER USER")
            for statement in statements:
                connection.exec_driver_sql(statement, values or None)
            for trigger in ("audit_record_rows_stay", "audit_record_stays"):
                connection.exec_driver_sql(
                    f"ALTER TABLE audit_record ENABLE ALWAYS TRIGGER {trigger}"
                )

    return run


@pytest.fixture
def log(own_database: AllRoles, own_home: Path, clock, forge: Forge) -> AuditLog:
    """An empty log, of which nothing was signed."""
    forge("TRUNCATE audit_record")
    for signed in ("ledger", "pictures/ledger", "checkpoints"):
        shutil.rmtree(own_home / signed, ignore_errors=True)
    return AuditLog(
        own_database.service,
        clock=clock,
        organisation="Example Police Department",
        policy_version="example-1",
    )


@pytest.fixture
def actor() -> Actor:
    person = Person(
        username="r.example",
        display_name="R. Example",
        title="Crime Analyst",
        organisation="Example Police Department",
        roles=frozenset({Role.ANALYST, Role.OFFICER}),
    )
    return Actor(person, Origin(Channel.CLIENT, "192.0.2.7", session="s-1", agent="workbench"))


@pytest.fixture
def search(actor: Actor) -> Entry:
    return Entry(
        EventKind.DETECTION_SEARCH,
        actor,
        purpose="active_investigation",
        case_number="26-000001",
        reason="Made-up robbery",
        plate="7AB?1*",
        criteria={"look": "search", "plate": "7AB?1*", "limit": 1000},
    )

"""A database that tests may purge and restore, apart from the one of the other tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.retention import Site, opened_site
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate


@pytest.fixture(scope="session")
def purged_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="workbench-purge-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the database has stopped
    return folder


@pytest.fixture(scope="session")
def purged_database(purged_home: Path) -> Iterator[AllRoles]:
    with open_all_roles(Settings(home=purged_home)) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def site(purged_database: AllRoles, tmp_path: Path, clock) -> Iterator[Site]:
    """An empty workbench under Policy 426, with its authority on record."""
    with opened_site(purged_database, tmp_path, clock) as opened:
        opened.authorise()
        yield opened

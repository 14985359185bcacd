"""What every test may ask for: the real database, the shipped policy, a clock that can be set."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import hypothesis
import pytest

from workbench.policy import Policy, load_policy
from workbench.runtime import Runtime, build_runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles, open_all_roles
from workbench.storage.migrations import migrate

SHARED = Path(__file__).parents[2] / "shared" / "data"

# A busy machine is no failure, and CI tries the same examples each time.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    """Fail what is skipped without being marked `shared`: a skip must not hide a missing part."""
    report = yield
    expected = item.get_closest_marker("shared") or hasattr(report, "wasxfail")
    if report.skipped and not expected:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped; only tests marked `shared` may be"
    return report


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        """Move it by the parts of a `timedelta`."""
        self.at += timedelta(**delta)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture(scope="session")
def home() -> Path:
    """A home outside pytest's own folder, which pytest closes to the database's system user."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    # Registered before the database starts, so it runs after the database has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        list_folders=(Path(tempfile.gettempdir()),),
        list_hosts=("127.0.0.1", "hot-lists"),
        list_networks=(ip_network("127.0.0.0/8"),),
    )


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[AllRoles]:
    """One embedded PostgreSQL, migrated, for all tests of a worker; rows stay between tests."""
    with open_all_roles(settings) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def runtime(settings: Settings, policy: Policy, database: AllRoles, clock: FixedClock) -> Runtime:
    """Everything put together, with the clock of this test."""
    return build_runtime(settings, policy, database, clock=clock)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout, or a skip that says so."""
    if not SHARED.is_dir():
        pytest.skip(f"the data for measuring is not beside this checkout ({SHARED.name} absent)")
    return SHARED

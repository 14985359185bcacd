"""The depot of a test: everything put together over the tests' database."""

from __future__ import annotations

import pytest

from tests.access import open_staff
from tests.fleet import Depot


@pytest.fixture
def depot(runtime, database, policy, clock) -> Depot:
    return Depot(runtime, open_staff(database, policy, clock), clock)

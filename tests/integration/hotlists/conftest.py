"""The services of lists on the real database, with files in a folder."""

from __future__ import annotations

import pytest

from tests.hot_lists import Desk


@pytest.fixture
def desk(runtime, clock, tmp_path) -> Desk:
    return Desk(runtime.hot_lists, tmp_path, clock)

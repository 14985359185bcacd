"""A plate with reads, and a medium to pack them on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.held_reads import new_plate


@pytest.fixture
def plate() -> str:
    return new_plate("6E")


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder

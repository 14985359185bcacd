"""The notebooks run from top to bottom on the made-up city, and show what it has."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nbformat
import pytest

from tests.conftest import FixedClock
from tests.service import Service, open_service
from workbench.client import connect
from workbench.demo.city import City, make_city
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.errors import SessionEndedError
from workbench.resources import resource_root
from workbench.settings import Settings
from workbench.storage.database import open_all_roles
from workbench.storage.migrations import migrate

NOTEBOOKS = sorted((resource_root() / "notebooks").glob("*.ipynb"))
SEARCH = resource_root() / "notebooks" / "01_search.ipynb"


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(reads=5_000)


@pytest.fixture(scope="module")
def service(policy, city) -> Iterator[Service]:
    """A service of its own, so that the city's cars drive through no other test."""
    home = Path(tempfile.mkdtemp(prefix="workbench-city-"))
    try:
        clock = FixedClock(datetime(2026, 11, 2, 18, tzinfo=UTC))
        settings = Settings(home=home)
        with open_all_roles(settings) as database:
            migrate(database)
            with open_service(settings, policy, database, clock) as opened:
                caller = Caller(origin=Origin(channel=Channel.JOB, address="127.0.0.1"))
                for piece in city.traffic():
                    if piece.name.startswith("2026-10"):
                        opened.runtime.ingest.take_table(piece.table, caller, name=piece.name)
                yield opened
    finally:
        shutil.rmtree(home, ignore_errors=True)


def executed(path: Path, folder: Path, **environment: str) -> Any:
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--kernel", "python3"]
    done = subprocess.run(
        [*command, str(path), str(folder / path.name)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return nbformat.read(folder / path.name, as_version=4)


def outputs(notebook: Any) -> list[str]:
    """Return the text of every output in order."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [str(one.get("text") or one.get("data", {}).get("text/html") or one) for one in found]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []


def test_the_places_of_the_search_notebook_are_the_citys(city, policy):
    cells = nbformat.read(SEARCH, as_version=4).cells
    (source,) = [c.source for c in cells if "parameters" in c.metadata.get("tags", [])]
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(source).body}
    zone = ZoneInfo(policy.department.time_zone.value)
    robberies = [
        ((r.scene.lon, r.scene.lat), r.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"))
        for r in city.robberies
    ]
    assert [(near, at) for _, near, at in values["places"]] == robberies
    assert values["radius_m"] == city.robberies[0].radius_m
    assert values["minutes"] * 60 == city.robberies[0].before.total_seconds()
    assert values["case"] == city.robberies[-1].case_number


def test_the_search_notebook_finds_the_car_and_signs_out(service, city, tmp_path):
    token = service.token()
    notebook = executed(SEARCH, tmp_path, WORKBENCH_TOKEN=token, WORKBENCH_SERVICE_URL=service.url)
    shown = outputs(notebook)
    assert "Access" in shown[0]
    assert "Data window" in shown[0]
    assert f"alpr-workbench {version('alpr-workbench')}" in shown[0]
    everywhere = [text for text in shown if "petrol station, pharmacy, jeweller" in text]
    assert len(everywhere) == 1
    assert city.solution.getaway in everywhere[0]
    reads = shown[-2]
    assert city.solution.misread_as in reads
    assert "PDT" in reads or "-07:00" in reads
    with pytest.raises(SessionEndedError):
        connect(service.url, token=token)

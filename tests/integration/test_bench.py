"""The benchmarks run, compare the same rows both ways, and end with one line of figures."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def bench_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="workbench-bench-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def figures(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "bench", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


@pytest.mark.slow
def test_search_is_compared_with_hand_written_sql_and_its_database_is_kept(bench_home: Path):
    asked = ("search", "--rows", "5000", "--cases", "10", "--home", str(bench_home), "--json")
    first, second = figures(*asked), figures(*asked)
    assert first["reads"] == second["reads"] == 5_000
    assert first["fill_s"] > 0
    assert second["fill_s"] == 0
    for look in ("search", "search_frame", "wildcard", "canvass"):
        assert first[f"{look}_ms_p50"] > 0
        assert first[f"{look}_sql_ms_p50"] > 0
        assert first[f"{look}_budget_ms"] > 5
    assert first["search_rows_p50"] > 0


def test_an_import_is_measured():
    measured = figures("import", "--rounds", "1", "--json")
    assert measured["import_ms_p50"] > 0


@pytest.mark.slow
def test_taking_in_is_compared_with_a_plain_copy_and_leaves_nothing(bench_home: Path):
    asked = ("ingest", "--rows", "5000", "--taken", "2000", "--home", str(bench_home), "--json")
    first, second = figures(*asked), figures(*asked)
    assert (first["existing_reads"], first["rows"]) == (5_000, 2_000)
    assert second["existing_reads"] == 5_000
    assert first["ratio"] == pytest.approx(first["rows_per_s"] / first["copy_rows_per_s"], rel=0.01)

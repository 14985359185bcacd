"""The benchmark of a purge keeps what is held, and ends with its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.test_bench import bench_home, figures

__all__ = ["bench_home"]


@pytest.mark.slow
def test_a_month_is_purged_and_put_back(bench_home: Path):
    asked = ("purge", "--rows", "5000", "--held", "3", "--pictures", "40")
    measured = figures(*asked, "--home", str(bench_home), "--json")
    assert measured["held_rows_kept"] == 3
    assert measured["existing_reads"] == 5_000
    assert measured["month_rows"] == measured["dropped_rows"] > 3
    for name in ("seconds", "dropped_seconds", "rows_per_s"):
        assert measured[name] > 0
    assert measured["picture_files"] == 40
    left = [file for file in (bench_home / "pictures").rglob("*") if len(file.name) == 64]
    assert left == []
    assert measured["picture_files_per_s"] > 0

"""The benchmark of taking in: it measures the same work both ways and leaves nothing behind."""

from __future__ import annotations

from sqlalchemy import text

from workbench.bench import ingest


def test_both_ways_are_measured_and_nothing_is_left(runtime):
    figures = ingest.run(runtime, rows=2_000)
    assert figures["rows"] == 2_000
    assert figures["ratio"] > 0
    assert all(figures[name] > 0 for name in figures if name.endswith("rows_per_s"))
    with runtime.database.reader.connect() as connection:
        left = "SELECT count(*) FROM detection WHERE source LIKE 'bench%'"
        assert connection.execute(text(left)).scalar_one() == 0

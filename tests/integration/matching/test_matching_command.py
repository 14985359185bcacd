"""`workbench hits match-back` and the benchmark of matching."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from tests.integration.matching.test_hits_of_new_reads import DESK, csv_of
from workbench.bench import matching
from workbench.cli import main


@pytest.fixture
def run(settings, database, monkeypatch, capsys):
    """Run a command in this process, on the tests' database."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))

    def command(*arguments: object):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def test_match_back_by_command(run, take_with, lists, code, camera, clock, hits):
    # The command's own clock is the machine's; the reads must be recent for it too.
    from workbench.domain.clock import system_clock

    now = system_clock()
    clock.at = now
    take_with().take(csv_of(camera, now, "8CMD123"), DESK)
    lists.load(code, ["8CMD123"])
    status, told, error = run("hits", "match-back", "--list", code, "--json")
    assert status == 0, error
    assert (json.loads(told)["entries"], json.loads(told)["hits"]) == (1, 1)
    assert len(hits()) == 1
    status, told, _ = run("hits", "match-back", "--list", code)
    assert (status, "0 hits" in told) == (0, True)


@pytest.mark.parametrize("options", [[], ["--list", "SVS", "--hot-plate", "1"]])
def test_match_back_asks_what_is_new(run, options):
    status, _, error = run("hits", "match-back", *options)
    assert status == 2
    assert "--list or --hot-plate" in error


@pytest.mark.slow
def test_the_benchmark_measures_and_leaves_nothing_in_force(runtime, database):
    figures = matching.run(runtime, entries=500, reads=2_000, deliveries=5)
    assert {"exact_reads_per_s", "misread_aware_reads_per_s", "hit_latency_s_p95"} <= set(figures)
    assert all(figures[name] > 0 for name in figures if name.endswith("_per_s"))
    assert 0 < figures["hit_latency_s_p50"] <= figures["hit_latency_s_p95"]
    with database.reader.connect() as connection:
        left = text("SELECT count(*) FROM hot_list WHERE code = 'BENCH' AND enabled")
        assert connection.execute(left).scalar_one() == 0

"""A benchmark compares like with like, and says in its keys what it measured."""

import pytest

from workbench.bench.imports import BUDGET_MS, run
from workbench.bench.timing import compared, interleaved_ms, percentile


def test_both_ways_must_bring_the_same_rows():
    with pytest.raises(ValueError, match=r"gave \[1, 2\] rows"):
        interleaved_ms(["case"], lambda _: 1, lambda _: 2)


def test_neither_way_always_goes_first():
    order: list[str] = []

    def way(name: str) -> int:
        order.append(name)
        return 0

    interleaved_ms([1, 2], lambda _: way("ours"), lambda _: way("theirs"))
    assert order in (["ours", "theirs", "theirs", "ours"], ["theirs", "ours", "ours", "theirs"])


def test_the_budget_is_twice_the_hand_written_median_and_five_milliseconds():
    figures = compared("canvass", [9.0, 1.0, 2.0], [4.0, 3.0, 1.0])
    assert figures["canvass_ms_p50"] == 2.0
    assert figures["canvass_sql_ms_p50"] == 3.0
    assert figures["canvass_budget_ms"] == 11.0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 3), (0.95, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float):
    assert percentile([4, 2, 3, 1], share) == expected


def test_a_cold_import_is_measured_in_fresh_processes():
    figures = run(rounds=1)
    assert figures["import_budget_ms"] == BUDGET_MS
    assert figures["import_ms_p50"] > 0
    assert set(figures) == {
        "rounds",
        "import_ms_p50",
        "import_connect_ms_p50",
        "import_cli_ms_p50",
        "import_budget_ms",
    }

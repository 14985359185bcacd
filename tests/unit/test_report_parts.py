"""Quarters, samples, parameters and material: what reports are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.quarter import Quarter, parse_quarter
from workbench.errors import PeriodError, ReportError
from workbench.reports.catalogue import REPORTS, find_report
from workbench.reports.material import Material, open_material, write_material
from workbench.reports.sample import seeded_sample
from workbench.resources import resource_root

ZONE = ZoneInfo("America/Los_Angeles")
quarters = st.builds(Quarter, st.integers(1990, 2999), st.integers(1, 4))


@given(quarters)
def test_a_quarter_is_read_as_it_is_written(quarter):
    assert parse_quarter(str(quarter)) == quarter


@given(quarters)
def test_quarters_follow_each_other_without_gap(quarter):
    after = quarter.after
    following = Quarter(after.year, (after.month - 1) // 3 + 1) if after.year < 3000 else None
    if following:
        assert quarter.period(ZONE).end == following.period(ZONE).start


def test_a_quarter_is_from_local_midnight_to_local_midnight():
    period = Quarter(2026, 4).period(ZONE)
    assert period.start == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert period.end == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert period.length == timedelta(days=92, hours=1)


@pytest.mark.parametrize("text", ["2026Q0", "2026Q5", "26Q3", "Q3 2026", "", "1989Q4", "2026Q33"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(PeriodError):
        parse_quarter(text)


def accesses(*numbers: int) -> pd.DataFrame:
    return pd.DataFrame({"access_id": list(numbers)}).astype("int64")


@given(st.lists(st.integers(1, 10**6), unique=True, max_size=40), st.integers(0, 2**63 - 1))
def test_a_sample_depends_on_the_seed_and_not_on_the_order(numbers, seed):
    size = max(1, len(numbers) // 2)
    one = set(seeded_sample(accesses(*numbers), size, seed=seed)["access_id"])
    other = set(seeded_sample(accesses(*reversed(numbers)), size, seed=seed)["access_id"])
    assert one == other
    assert len(one) == min(size, len(numbers))


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_draws_others():
    population = accesses(*range(1, 1_001))
    small, large, other = (
        set(seeded_sample(population, size, seed=seed)["access_id"])
        for size, seed in ((30, 1), (60, 1), (30, 2))
    )
    assert small < large
    assert small != other
    assert seeded_sample(population, 30, seed=1)["access_id"].is_monotonic_increasing


def test_every_part_of_the_population_is_drawn_about_as_often():
    population = accesses(*range(1, 101))
    drawn = [n for s in range(400) for n in seeded_sample(population, 10, seed=s)["access_id"]]
    halves = sum(number <= 50 for number in drawn)
    assert 1_800 < halves < 2_200  # 2,000 are expected, with a standard deviation of about 30


@pytest.mark.parametrize("size", [0, 2, 3, 4])
def test_a_sample_is_never_larger_than_the_population(size):
    assert len(seeded_sample(accesses(1, 2, 3), size, seed=5)) == min(size, 3)


def test_reports_are_sorted_and_their_notebooks_are_there():
    assert [report.name for report in REPORTS] == sorted(report.name for report in REPORTS)
    assert all((resource_root() / "notebooks" / report.notebook).is_file() for report in REPORTS)


def test_parameters_become_values():
    report = find_report("quarterly-audit")
    assert report.checked({"quarter": "2026q3"}) == {"quarter": Quarter(2026, 3), "seed": None}
    assert report.checked({"quarter": "2026-Q3", "seed": 0})["seed"] == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"quater": "2026Q3"}, "did you mean quarter"),
        ({"quarter": "2026Q3", "dayz": 7}, "no such parameter"),
        ({}, "lacks a parameter"),
        ({"quarter": None}, "lacks a parameter"),
        ({"quarter": "2026Q3", "seed": -1}, "seed"),
        ({"quarter": "2026Q3", "seed": 2**63}, "seed"),
        ({"quarter": "2026Q3", "seed": "1"}, "seed"),
        ({"quarter": "2026Q3", "seed": True}, "seed"),
    ],
)
def test_wrong_parameters_are_refused(given, message):
    with pytest.raises(ReportError, match=message):
        find_report("quarterly-audit").checked(given)


def test_an_unknown_report_names_the_nearest():
    with pytest.raises(ReportError, match="did you mean quarterly-audit"):
        find_report("quarterly_audit")


def test_material_comes_back_as_it_was_written(tmp_path):
    times = pd.to_datetime(["2026-11-01T08:30Z"]).tz_convert(ZONE)
    frames = {
        "full": pd.DataFrame({"at": times, "name": ["Ä"], "rows": pd.array([None], "Int64")}),
        "empty": pd.DataFrame({"at": times[:0]}),
    }
    write_material(Material({"b": "2", "a": "1"}, frames), tmp_path)
    back = open_material(tmp_path)
    assert list(back.facts.items()) == [("b", "2"), ("a", "1")]
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(back[name], frame)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert back.about.frame["value"].tolist() == ["2", "1"]
    assert back.table("full").frame is back["full"]


def test_a_report_that_is_opened_by_hand_says_how_it_is_made(tmp_path):
    for folder in ("", tmp_path, tmp_path / "absent"):
        with pytest.raises(ReportError, match="workbench report"):
            open_material(folder)


def test_material_names_the_frames_that_it_has():
    with pytest.raises(ReportError, match="by_hour"):
        Material({}, {"by_hour": pd.DataFrame()})["by_day"]

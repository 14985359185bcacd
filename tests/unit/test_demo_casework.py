"""The casework fills the quarter and has something to find; a demo removes only what it made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.demo.casework import PlannedInquiry, last_quarter, plan_casework
from workbench.demo.city import City, make_city
from workbench.demo.fresh import made_by_demo, remove
from workbench.demo.home import DemoHome, Progress
from workbench.demo.stage import MovingClock
from workbench.demo.year import ZONE
from workbench.errors import ConfigurationError
from workbench.policy import Policy
from workbench.policy.forms import says_enough
from workbench.settings import Settings


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(seed=7, reads=5_000)


@pytest.fixture(scope="module")
def planned(city: City) -> list[PlannedInquiry]:
    return plan_casework(city)


@pytest.fixture
def progress() -> Progress:
    return Progress(7, 5_000, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("ending", "quarter"),
    [
        (date(2026, 9, 30), "2026Q2"),
        (date(2026, 10, 1), "2026Q3"),
        (date(2026, 12, 31), "2026Q3"),
        (date(2027, 1, 1), "2026Q4"),
    ],
)
def test_the_last_whole_quarter_before_a_day(ending: date, quarter: str):
    assert str(last_quarter(ending)) == quarter


def test_one_seed_plans_the_same_casework(city: City, planned: list[PlannedInquiry]):
    assert plan_casework(make_city(seed=7, reads=5_000)) == planned
    assert plan_casework(make_city(seed=8, reads=5_000)) != planned


def test_all_of_it_falls_into_the_quarter(city: City, planned: list[PlannedInquiry]):
    quarter = last_quarter(city.ending)
    days = [inquiry.at.astimezone(ZONE).date() for inquiry in planned]
    assert min(days) >= quarter.first
    assert max(days) <= quarter.after
    assert {day.month for day in days} >= {7, 8, 9}


def test_sittings_come_one_after_the_other(planned: list[PlannedInquiry]):
    sittings = [inquiry.sitting for inquiry in planned]
    assert sittings == sorted(sittings)
    whose = {(inquiry.sitting, inquiry.person.username) for inquiry in planned}
    assert len(whose) == len(set(sittings))


def test_purposes_and_reasons_are_ones_that_the_policy_takes(
    planned: list[PlannedInquiry], policy: Policy
):
    known = {purpose.code: purpose for purpose in policy.purposes}
    for inquiry in planned:
        assert inquiry.purpose in known
        assert says_enough(policy.forms.reason.value, inquiry.reason)
        assert (inquiry.approved is not None) == known[inquiry.purpose].needs_approval


def test_an_audit_finds_what_real_logs_have(planned: list[PlannedInquiry]):
    assert any(inquiry.case_number is None for inquiry in planned)
    assert any(inquiry.case_number for inquiry in planned)
    assert any("street" not in inquiry.reason and len(inquiry.reason) < 30 for inquiry in planned)
    numbers = [inquiry.case_number for inquiry in planned if inquiry.case_number]
    assert len(set(numbers)) == len(numbers)


def test_what_is_done_is_remembered(tmp_path: Path, progress: Progress):
    home = DemoHome(tmp_path)
    assert home.progress() is None
    begun = home.begin(progress)
    home.save(begun.with_done("people").with_done("layout"))
    assert home.begin(progress).done == ("people", "layout")
    assert "made up" in (home.folder / "README.md").read_text(encoding="utf-8")


def test_another_city_does_not_move_in(tmp_path: Path, progress: Progress):
    home = DemoHome(tmp_path)
    home.begin(progress)
    with pytest.raises(ConfigurationError, match="--fresh"):
        home.begin(Progress(8, 5_000, date(2026, 11, 1)))


def test_only_the_owner_reads_how_people_sign_in(tmp_path: Path, progress: Progress):
    home = DemoHome(tmp_path)
    home.begin(progress)
    home.save_people({"a.example": {"password": "made up"}})
    assert home.people_file.stat().st_mode & 0o077 == 0
    assert home.people() == {"a.example": {"password": "made up"}}


def test_nothing_is_removed_from_a_home_without_a_demo(tmp_path: Path):
    (tmp_path / "database").mkdir()
    assert made_by_demo(Settings(home=tmp_path)) == []


def test_a_fresh_start_removes_what_the_demo_made_and_nothing_else(
    tmp_path: Path, progress: Progress
):
    DemoHome(tmp_path).begin(progress)
    (tmp_path / "database").mkdir()
    (tmp_path / "roads.geojson").write_text("{}", encoding="utf-8")
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    paths = made_by_demo(Settings(home=tmp_path))
    assert {path.name for path in paths} == {"database", "demo", "roads.geojson"}
    remove(paths)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_in_use_is_not_removed(tmp_path: Path, progress: Progress):
    DemoHome(tmp_path).begin(progress)
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "postmaster.pid").write_text("1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="in use"):
        made_by_demo(Settings(home=tmp_path))


def test_a_demo_in_a_department_server_is_not_removed(tmp_path: Path, progress: Progress):
    DemoHome(tmp_path).begin(progress)
    address = "postgresql://service@db.example.gov/alpr"
    with pytest.raises(ConfigurationError, match="server of your own"):
        made_by_demo(Settings(home=tmp_path, database_url=address))


def test_the_made_up_past_only_goes_forward():
    clock = MovingClock(datetime(2026, 7, 2, tzinfo=UTC))
    clock.move_to(datetime(2026, 7, 1, tzinfo=UTC))
    assert clock() == datetime(2026, 7, 2, tzinfo=UTC)
    clock.move_to(datetime(2026, 7, 3, tzinfo=UTC))
    assert clock() == datetime(2026, 7, 3, tzinfo=UTC)

"""The demo does the main job on the real parts, goes on where it stopped, and hides no failure."""

from __future__ import annotations

import atexit
import io
import json
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from workbench.audit.verify import verify_log
from workbench.demo.casework import plan_casework
from workbench.demo.city import City, make_city
from workbench.demo.home import DemoHome
from workbench.demo.plates import plate_texts
from workbench.demo.run import STEPS, Taken, last_day, run_demo
from workbench.demo.stage import Stage
from workbench.demo.vendors.deliveries import PLANS
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.errors import ConfigurationError
from workbench.settings import Settings

READS = 12_000
DAY_READS = 900
EASY_PICTURE = "demo-05.jpg"
"""EasyOCR reads it on any machine, so that what is tested is the way of a read, not its luck."""

PICTURES = [step for step in STEPS if "ictures" in step.title]
QUICK = [step for step in STEPS if step not in PICTURES and "quarterly" not in step.title]


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(seed=11, reads=READS, ending=last_day(system_clock()))


@pytest.fixture(scope="module")
def demo_settings() -> Settings:
    """A home of its own: the demo makes the very first account."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Settings(home=folder)


class Interrupted(Exception):  # noqa: N818 - it is no error of ours
    """Somebody pressed Ctrl-C."""


def stop_in_the_middle(done: int, total: int) -> None:
    if done > 0.4 * total:
        raise Interrupted


@pytest.fixture(scope="module")
def first(demo_settings: Settings, city: City) -> list[Taken]:
    """A demo that was interrupted while the year passed, and run again to its end."""
    with ExitStack() as stack:
        stage = Stage(demo_settings, city, stack)
        stage.progress = stage.home.begin(stage.progress)
        year = next(step for step in QUICK if "year" in step.title)
        for step in QUICK[: QUICK.index(year)]:
            step.take(stage, lambda _done, _total: None)
        with pytest.raises(Interrupted):
            year.take(stage, stop_in_the_middle)
        assert 0 < stage.progress.pieces < 13
    return run_demo(demo_settings, city, console=Console(file=io.StringIO()), steps=QUICK)


@pytest.fixture
def stage(demo_settings: Settings, city: City, first: list[Taken]):
    with ExitStack() as stack:
        opened = Stage(demo_settings, city, stack)
        opened.progress = DemoHome(demo_settings.home).begin(opened.progress)
        yield opened


def count(stage: Stage, query: str, **values: object) -> int:
    with stage.database.owner.connect() as connection:
        return int(connection.execute(text(query), values).scalar_one())


def test_every_step_says_what_came_out(first: list[Taken]):
    assert [taken.title for taken in first] == [step.title for step in QUICK]
    assert all(taken.outcome for taken in first)


def test_the_robberies_are_solved(first: list[Taken], city: City):
    canvass = next(taken.outcome for taken in first if "robberies" in taken.title)
    assert f"near all three {city.solution.getaway}: as the made-up series has it" in canvass


def test_all_reads_and_deliveries_are_in(stage: Stage):
    of_files = sum(plan.reads for plan in PLANS)
    assert count(stage, "SELECT count(*) FROM detection WHERE source = 'demo'") == READS
    stayed = count(stage, "SELECT count(*) FROM detection WHERE source = 'demo-day'") - DAY_READS
    assert -40 < stayed < 0  # what one car did not send
    others = "SELECT count(*) FROM detection WHERE source NOT LIKE 'demo%'"
    assert count(stage, others) == of_files
    refused = sum(plan.refused for plan in PLANS)
    assert count(stage, "SELECT count(*) FROM quarantine WHERE resolved_at IS NULL") == refused


def test_the_day_leaves_hits_lists_and_calls_behind(stage: Stage):
    assert count(stage, "SELECT count(*) FROM hit WHERE NOT possible") > 20
    calls = count(stage, "SELECT count(*) FROM hit_event WHERE kind = 'called'")
    assert len(list((stage.home.folder / "day" / "calls").glob("call-*.json"))) == calls > 5
    standing = {one.code: one for one in stage.now.hot_lists.watching.all()}
    assert {code for code, one in standing.items() if not one.enabled} == {"NCIC_IVF"}
    assert not any(one.stale for one in standing.values() if one.enabled)
    waiting = "SELECT count(*) FROM alert_delivery WHERE state <> 'sent'"
    assert count(stage, waiting) == 0


def test_what_the_day_left_open_waits_for_people(stage: Stage, city: City):
    boss = next(person for person in city.people if person.role is Role.SUPERVISOR)
    queue = stage.now.hits.queue(stage.acting(stage.now, boss.username)).frame
    due = queue["due"].value_counts()
    assert (due["call"], due["compare"], due["open"]) == (1, 1, 1)
    assert due["score"] == 2  # of the sample; reads of the year have no picture to score by


def test_a_day_that_was_interrupted_is_not_played_again(stage: Stage):
    begun = tuple(name for name in stage.progress.done if name != "day")
    stage.progress = replace(stage.progress, done=begun)
    loads = count(stage, "SELECT count(*) FROM hot_list_load")
    (day,) = [step for step in STEPS if step.title.startswith("Let a day pass")]
    assert "--fresh" in day.take(stage, lambda _done, _total: None)
    assert count(stage, "SELECT count(*) FROM hot_list_load") == loads


def test_cameras_of_the_city_are_known(stage: Stage):
    flagged = (
        "SELECT count(*) FROM detection WHERE source = 'demo' AND 'camera_unknown' = ANY(flags)"
    )
    assert count(stage, flagged) == 0


def test_the_truth_is_not_in_the_database(stage: Stage, city: City):
    """What a camera misread stays misread: no column says which vehicle it was."""
    wrong = 0
    for piece in city.traffic():
        truth = plate_texts(city.vehicles.plates[piece.vehicle])
        wrong += sum(a != b for a, b in zip(truth, piece.table["plate"].to_pylist(), strict=True))
    real = set(plate_texts(city.vehicles.plates))
    with stage.database.owner.connect() as connection:
        stored = connection.execute(text("SELECT plate FROM detection WHERE source = 'demo'"))
        unreal = sum(plate not in real for (plate,) in stored)
    assert 0.9 * wrong < unreal <= wrong


def test_the_quarter_has_looks_refusals_and_missing_case_numbers(stage: Stage, city: City):
    planned = plan_casework(city)
    opened = count(stage, "SELECT count(*) FROM audit_record WHERE kind = 'inquiry:open'")
    assert opened >= sum(plan.person.trained for plan in planned)
    denied = count(stage, "SELECT count(*) FROM audit_record WHERE kind = 'access:deny'")
    assert denied >= sum(not plan.person.trained for plan in planned)
    without = "SELECT count(*) FROM inquiry WHERE case_number IS NULL"
    assert count(stage, without) > 0


def test_the_made_up_past_keeps_its_order_in_the_log(stage: Stage):
    back = """
        SELECT count(*) FROM (
          SELECT recorded_at < lag(recorded_at) OVER (ORDER BY seq) AS earlier FROM audit_record
        ) AS one WHERE earlier
    """
    assert count(stage, back) == 0
    assert verify_log(stage.database.service).whole


def test_nobody_else_can_read_the_passwords(demo_settings: Settings, first: list[Taken]):
    file = DemoHome(demo_settings.home).people_file
    assert file.stat().st_mode & 0o077 == 0
    assert "made up" in json.loads(file.read_text(encoding="utf-8"))["note"]


def test_a_picture_is_read_and_opened(demo_settings: Settings, city: City, first: list[Taken]):
    folder = DemoHome(demo_settings.home).folder / "pictures"
    for file in folder.glob("*.jpg"):
        if file.name != EASY_PICTURE:
            file.unlink()  # EasyOCR takes seconds for each
    read, looked = run_demo(
        demo_settings, city, console=Console(file=io.StringIO()), steps=PICTURES
    )
    assert "readings on 1 pictures" in read.outcome
    assert "1 of 6 plates were read as they are, 1 stand among" in looked.outcome
    assert "bytes opened under access" in looked.outcome


def test_twice_is_fine(demo_settings: Settings, city: City, first: list[Taken]):
    steps = [step for step in QUICK if not step.title.startswith(("Sign an", "Canvass"))]
    again = run_demo(demo_settings, city, console=Console(file=io.StringIO()), steps=steps)
    there = [taken for taken in again if "there already" in taken.outcome]
    assert len(there) == 11, [taken.outcome for taken in again]


def test_another_city_is_refused(demo_settings: Settings, first: list[Taken]):
    other = make_city(seed=12, reads=READS)
    with pytest.raises(ConfigurationError, match="--fresh"):
        run_demo(demo_settings, other, console=Console(file=io.StringIO()), steps=QUICK)


def test_the_demo_moves_into_no_department(stage: Stage, city: City):
    """Accounts without the demo's own mark are somebody's: nothing is made beside them."""
    progress = stage.progress
    stage.progress = type(progress)(progress.seed, progress.reads, progress.ending)
    people = next(step for step in STEPS if step.title.startswith("Make people"))
    with pytest.raises(ConfigurationError, match="accounts that no finished demo made"):
        people.take(stage, lambda _done, _total: None)

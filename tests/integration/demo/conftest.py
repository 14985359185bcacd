"""One day of the demo city, played once for all tests: its people, cameras and lists are real."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import RowMapping, text

from workbench.demo.city import make_city
from workbench.demo.day.play import Told, play_day
from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.times import DayTimes, day_after
from workbench.demo.day.wanted import Part, WantedCar
from workbench.demo.stage import Stage
from workbench.demo.steps.cameras import enter_cameras
from workbench.demo.steps.equipment import put_up
from workbench.demo.steps.neighbours import name_neighbours
from workbench.demo.steps.people import make_people, renew_training
from workbench.hotlists.hits.handling import HitFile
from workbench.settings import Settings

READS, ROWS = 6_000, 500


@dataclass(frozen=True)
class Played:
    """A day that was played, and what stands in the database after it."""

    stage: Stage
    told: Told
    staff: Staff

    @property
    def day(self) -> DayTimes:
        return self.told.day

    def at(self, clock: str, *, days: int = 0) -> datetime:
        return self.told.day.at(clock, days=days)

    def rows(self, query: str, **values: Any) -> list[RowMapping]:
        """Return rows as the owner of the database sees them."""
        with self.stage.database.owner.connect() as connection:
            return list(connection.execute(text(query), values).mappings())

    def car(self, part: Part) -> WantedCar:
        return next(car for car in self.told.cars if car.part is part)

    def file(self, part: Part) -> HitFile:
        """Return the hit with which a car's part was played, as it stands now."""
        supervisor = self.staff.actor(Post.SUPERVISOR)
        return self.stage.past.hits.show(supervisor, self.told.came.part_of[part])


@pytest.fixture(scope="package")
def played() -> Iterator[Played]:
    """A home of its own: the demo makes the very first account."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-day-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    city = make_city(seed=11, reads=READS)
    with ExitStack() as stack:
        stage = Stage(Settings(home=folder), city, stack)
        stage.progress = stage.home.begin(stage.progress)
        for take in (make_people, enter_cameras, put_up, name_neighbours):
            take(stage, lambda _done, _total: None)
        day = day_after(city.ending)
        stage.past_clock.move_to(day.at("15:00", days=-1))
        renew_training(stage, stage.past)
        told = play_day(stage, day, ROWS, stage.home.folder / "day", lambda _done, _total: None)
        stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=2))  # for another code
        yield Played(stage, told, Staff(stage))

"""The day's lists: set up, approved, fetched from the folders where their sources put them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from workbench.demo.city import City
from workbench.demo.day.list_files import LISTS, DayList, Listed, listed_rows, write_list
from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import Part, WantedCar
from workbench.domain.hot_entry import ListKind
from workbench.domain.person import Channel, Origin
from workbench.hotlists.lists.load import Load, LoadState
from workbench.hotlists.plates.hot_plate import HotPlate, NewHotPlate
from workbench.runtime import Runtime

TIMER = Origin(channel=Channel.JOB, address="127.0.0.1", agent="workbench demo")
AWAY = "SVS"
"""The list whose source cannot be reached on the day's morning."""


class ListsCome:
    """Sets lists up and loads them as a timer would.

    Parameters
    ----------
    runtime
        In whose present it happens.
    city, cars, day
        What stands on the lists.
    folder
        Where the sources put their files.
    """

    def __init__(
        self,
        runtime: Runtime,
        city: City,
        cars: Sequence[WantedCar],
        day: DayTimes,
        folder: Path,
    ) -> None:
        self._runtime = runtime
        self._city = city
        self._cars = cars
        self._day = day
        self._folder = folder

    def set_up(self, staff: Staff) -> None:
        """Let the administrator set every list up; the policy keeps the immigration file off."""
        for one in LISTS:
            self._runtime.hot_lists.lists.add(
                staff.actor(Post.ADMINISTRATOR),
                one.set_up(self._folder),
                reason=f"{one.name}, made up for the demo",
            )

    def approve(self, staff: Staff) -> None:
        """Let the captain approve the special list, before anything of it is loaded."""
        special = next(one for one in LISTS if one.kind is ListKind.SPECIAL)
        self._runtime.hot_lists.approvals.approve(
            staff.actor(Post.CAPTAIN),
            special.code,
            reason="Cars seen near three burglaries; for information to the night shift",
        )

    def sources_write(self, *, evening: bool) -> None:
        """Put the files of this hour where each source would."""
        at = self._runtime.clock()
        for one in LISTS:
            write_list(one, self._rows(one, evening=evening), self._folder, at)

    def load_all(self) -> list[Load]:
        """Load every list that is switched on, and look for what is new in the kept reads."""
        switched = self._runtime.hot_lists.lists.all()
        ours = {one.code for one in LISTS}
        return [
            self.load(one.list.code) for one in switched if one.enabled and one.list.code in ours
        ]

    def load(self, code: str) -> Load:
        """Load a list as `workbench hotlists load` does."""
        done = self._runtime.hot_lists.loading.load(code, origin=TIMER)
        if done.state is LoadState.IN_FORCE:
            self._runtime.matching.back.list_loaded(code, TIMER)
        return done

    def go_away(self) -> None:
        """Make a source unreachable: its folder is not there."""
        folder = self._away.folder(self._folder)
        folder.rename(folder.with_suffix(".away"))

    def come_back(self) -> Load:
        """Make it reachable again, and let somebody load it anew."""
        folder = self._away.folder(self._folder)
        folder.with_suffix(".away").rename(folder)
        return self.load(self._away.code)

    def enter_hot_plates(self, staff: Staff) -> list[HotPlate]:
        """Let the investigator enter a plate that a witness half remembers, and one that is whole.

        The first is for all who work on the series, the second for the investigator alone.
        """
        getaway = next(car for car in self._cars if car.part is Part.GETAWAY)
        watched = next(car for car in self._cars if car.part is Part.WATCHED)
        at, robbery = self._runtime.clock(), self._city.robberies[-1]
        series = NewHotPlate(
            plate=f"{getaway.plate[:3]}*{getaway.plate[-2:]}",
            reason="Series of three armed robberies; a witness half remembers the plate",
            expires_at=at + timedelta(days=14),
            shared=True,
            officer_name=staff.username(Post.INVESTIGATOR),
            phone="555-0142",
            case_number=robbery.case_number,
            synopsis="Three armed robberies in four weeks, the same car near all of them",
        )
        alone = NewHotPlate(
            plate=watched.plate,
            region=watched.region,
            reason="Seen at the pharmacy the day before it was robbed",
            expires_at=at + timedelta(days=10),
            case_number=robbery.case_number,
        )
        entered = []
        for new in (series, alone):
            plate = self._runtime.hot_lists.plates.enter(staff.actor(Post.INVESTIGATOR), new)
            self._runtime.matching.back.hot_plate_entered(plate.id, TIMER)
            entered.append(plate)
        return entered

    @property
    def _away(self) -> DayList:
        return next(one for one in LISTS if one.code == AWAY)

    def _rows(self, one: DayList, *, evening: bool) -> list[Listed]:
        return listed_rows(self._city, self._cars, self._day, one, evening=evening)

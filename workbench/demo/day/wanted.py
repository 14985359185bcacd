"""The wanted cars of the day: which part each plays, where it is listed, and when it passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from workbench.demo.cameras import FIXED_CAMERAS
from workbench.demo.city import City
from workbench.demo.plates import REGIONS, plate_row, plate_texts
from workbench.demo.vehicles import COLORS, MODELS, Kind
from workbench.domain.hot_entry import HOT_PLATES

PAINTED = 7
"""Colours that pictures can be drawn in come first among `COLORS`."""
_LOOKS_LIKE = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "1", "5": "6"}
_LOOKS_LIKE |= {"6": "8", "7": "1", "8": "3", "9": "8"}


class Part(StrEnum):
    """What becomes of a car; sorted.

    ``look_alike`` is nobody's wanted car: a camera takes its plate for one that is listed.
    """

    GETAWAY = "getaway"
    INFORMATIONAL = "informational"
    LEFT_OPENED = "left_opened"
    LOOK_ALIKE = "look_alike"
    MISSING_PERSON = "missing_person"
    NEWLY_STOLEN = "newly_stolen"
    PROTECTIVE_ORDER = "protective_order"
    RECOVERED = "recovered"
    SECOND_REQUEST = "second_request"
    STALE_ENTRY = "stale_entry"
    STOLEN_PLATE = "stolen_plate"
    UNOPENED = "unopened"
    WANTED_PERSON = "wanted_person"
    WATCHED = "watched"
    WRONG_ORDER = "wrong_order"


@dataclass(frozen=True, slots=True)
class Pass:
    """A passage: the local time, the camera's number, and whether the camera misreads it.

    Patrol cars are numbered behind the fixed cameras.
    """

    clock: str
    camera: int
    misread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCar:
    """A car with a part in the day; the truth, never in a database.

    Attributes
    ----------
    vehicle
        Row in the city's vehicles.
    plate
        What stands on the car.
    listed
        What stands on the list.
    list_code
        Of the list; `HOT_PLATES` for hot plates.
    """

    part: Part
    vehicle: int
    plate: str
    listed: str
    region: str
    make: str
    color: str
    list_code: str
    passes: tuple[Pass, ...]

    @property
    def misread_as(self) -> str:
        """What a camera makes of the plate where it misreads it: one digit is taken for another.

        Examples
        --------
        >>> look_alike("7QAB123")
        '7QAB128'
        """
        return look_alike(self.plate)


_STORY: Mapping[Part, tuple[str, tuple[Pass, ...]]] = {
    Part.SECOND_REQUEST: (
        "SVS",
        (Pass("05:40", 3), Pass("05:52", 17), Pass("06:20", 31, misread=True)),
    ),
    Part.STOLEN_PLATE: ("SLR", (Pass("07:30", 8), Pass("07:41", 22))),
    Part.STALE_ENTRY: ("SVS", (Pass("08:05", 12), Pass("08:13", 27))),
    Part.RECOVERED: ("SVS", (Pass("09:12", FIXED_CAMERAS),)),
    Part.WRONG_ORDER: ("SVS", (Pass("11:15", 5), Pass("11:24", 40))),
    Part.MISSING_PERSON: ("MUPS", (Pass("12:30", 33),)),
    Part.LOOK_ALIKE: ("SVS", (Pass("13:10", 19, misread=True),)),
    Part.WANTED_PERSON: ("SFR", (Pass("14:40", FIXED_CAMERAS + 1),)),
    Part.NEWLY_STOLEN: ("SVS", (Pass("15:10", 45),)),
    Part.INFORMATIONAL: ("BURGLARY", (Pass("16:05", 50), Pass("18:20", 11))),
    Part.WATCHED: (HOT_PLATES, (Pass("16:30", 2),)),
    Part.PROTECTIVE_ORDER: ("NCIC_POF", (Pass("18:40", 38),)),
    Part.GETAWAY: (HOT_PLATES, (Pass("19:30", 14), Pass("19:44", 29))),
    Part.LEFT_OPENED: ("SRV", (Pass("22:40", 6),)),
    Part.UNOPENED: ("SRV", (Pass("23:20", 25),)),
}


def wanted_cars(city: City) -> tuple[WantedCar, ...]:
    """Return the cars of the day, in order of their first passage.

    They are strangers to the city, so that its cameras have not seen them all year; but for the
    getaway car, which the robbery series has.
    """
    rng = np.random.default_rng([city.seed, 3_000])
    visitors = np.array(city.vehicles.of_kind(Kind.VISITOR))
    painted = city.vehicles.color[visitors] < PAINTED
    californian = visitors[painted & (city.vehicles.regions[visitors] == REGIONS.index("CA"))]
    known = _row_of(city, city.solution.getaway), _row_of(city, city.solution.accomplice)
    chosen = rng.choice(np.setdiff1d(californian, known), len(_STORY), replace=False).tolist()
    rows = dict(zip(_STORY, chosen, strict=True)) | {Part.GETAWAY: known[0]}
    return tuple(_car(city, part, rows[part]) for part in _STORY)


def look_alike(plate: str) -> str:
    """Return a plate whose last digit is taken for another."""
    return plate[:-1] + _LOOKS_LIKE[plate[-1]]


def _car(city: City, part: Part, vehicle: int) -> WantedCar:
    list_code, passes = _STORY[part]
    vehicles = city.vehicles
    plate = plate_texts(vehicles.plates[vehicle : vehicle + 1])[0]
    return WantedCar(
        part=part,
        vehicle=vehicle,
        plate=plate,
        listed=look_alike(plate) if part is Part.LOOK_ALIKE else plate,
        region=REGIONS[vehicles.regions[vehicle]],
        make=MODELS[vehicles.model[vehicle]][0],
        color=COLORS[vehicles.color[vehicle]],
        list_code=list_code,
        passes=passes,
    )


def _row_of(city: City, plate: str) -> int:
    return int(np.flatnonzero((city.vehicles.plates == plate_row(plate)).all(axis=1))[0])

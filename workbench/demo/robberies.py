"""A made-up series of three robberies, and who was near them; solvable from the reads alone.

The getaway car passes cameras before and after each robbery. It is the only vehicle near all
three: everybody else who passes one of the scenes is kept away from at least one other. One of
its reads is wrong, and at one robbery a second car travels along with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from workbench.demo.cameras import Camera
from workbench.demo.network import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON
from workbench.demo.trips import Passages, chosen, joined
from workbench.demo.vehicles import Kind, Vehicles
from workbench.demo.year import ZONE
from workbench.domain.place import Point

WINDOW = timedelta(minutes=20)
"""Before and after each robbery."""
RADIUS_M = 1_400.0
_KEPT_AWAY = timedelta(hours=3)
_MARGIN_M = 150.0
_PASSERS_BY, _SEEN_TWICE = 14, 5
_WHEN = ((24, time(20, 40)), (13, time(21, 25)), (4, time(19, 50)))
"""Days before the last one of the year, and local time."""
_TITLES = (
    "Armed robbery of a petrol station",
    "Armed robbery of a pharmacy",
    "Armed robbery of a jeweller",
)
_CASES = ("26-014532", "26-014977", "26-015310")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robbery:
    """A made-up robbery.

    Attributes
    ----------
    scene, radius_m
        Where, and how far around it the tools look.
    at, before, after
        When, and the window in which the getaway car is seen.
    """

    case_number: str
    title: str
    scene: Point
    at: datetime
    radius_m: float = RADIUS_M
    before: timedelta = WINDOW
    after: timedelta = WINDOW


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer, for tests and for the demo's last word; never in a database.

    Attributes
    ----------
    getaway
        The one plate seen near all three scenes.
    misread_as
        How a camera wrote it once.
    accomplice
        The plate that travels along at `accomplice_case`.
    """

    getaway: str
    misread_as: str
    accomplice: str
    accomplice_case: str


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The robberies with the passages that belong to them.

    Attributes
    ----------
    passages
        Of the getaway car, its companion and the passers-by; in order of time.
    misread_row
        Which of the passages is read wrongly, as `misread_as`; all others of the getaway car
        and its companion are read rightly.
    """

    robberies: tuple[Robbery, ...]
    getaway: int
    accomplice: int
    passages: Passages
    misread_row: int

    def undisturbed(
        self, passages: Passages, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Return which other passages may stand, so that the series has one solution.

        Near robbery n every third vehicle stays away, another third at each, and neither car of
        the series is anywhere else at the time.
        """
        keep = np.ones(len(passages.at_s), dtype=bool)
        for number, robbery in enumerate(self.robberies):
            apart_s = np.abs(passages.at_s - robbery.at.timestamp())
            rows = np.flatnonzero(apart_s < _KEPT_AWAY.total_seconds())
            near = _apart_m(robbery.scene, lon[rows], lat[rows]) < RADIUS_M + _MARGIN_M
            soon = apart_s[rows] < WINDOW.total_seconds() + 120
            vehicle = passages.vehicle[rows]
            ours = (vehicle == self.getaway) | (vehicle == self.accomplice)
            keep[rows] = ~ours & ~(near & soon & (vehicle % 3 == number))
        return keep


def make_series(
    vehicles: Vehicles, cameras: tuple[Camera, ...], ending: date, rng: np.random.Generator
) -> Series:
    """Return the three robberies of the last weeks of a year, and who passed them."""
    scenes = _scenes(cameras, rng)
    instants = [datetime.combine(ending - timedelta(days=back), at, ZONE) for back, at in _WHEN]
    robberies = tuple(
        Robbery(case_number=case, title=title, scene=scene, at=at.astimezone(UTC))
        for case, title, scene, at in zip(_CASES, _TITLES, scenes, instants, strict=True)
    )
    locals_ = np.array(vehicles.of_kind(Kind.RESIDENT))
    californian = locals_[vehicles.regions[locals_] == 0]
    getaway, accomplice = (int(row) for row in rng.choice(californian, 2, replace=False))
    parts = [
        _around(robbery, cameras, (getaway, accomplice) if number == 1 else (getaway,), rng)
        for number, robbery in enumerate(robberies)
    ]
    strangers = _strangers(robberies, cameras, len(vehicles), (getaway, accomplice), rng)
    passages = _in_order([*parts, *strangers])
    mine = np.flatnonzero(passages.vehicle == getaway)
    return Series(robberies, getaway, accomplice, passages, int(mine[-1]))


def _scenes(cameras: tuple[Camera, ...], rng: np.random.Generator) -> list[Point]:
    """Return three places with at least four cameras around, far from one another."""
    lon = np.array([camera.point.lon for camera in cameras])
    lat = np.array([camera.point.lat for camera in cameras])
    chosen: list[Point] = []
    while len(chosen) < len(_WHEN):
        camera = cameras[int(rng.integers(len(cameras)))]
        east_m, north_m = rng.uniform(-350.0, 350.0, 2)
        scene = Point(
            round(camera.point.lon + float(east_m) / METRES_PER_DEGREE_LON, 5),
            round(camera.point.lat + float(north_m) / METRES_PER_DEGREE_LAT, 5),
        )
        watched = (_apart_m(scene, lon, lat) < RADIUS_M - _MARGIN_M).sum() >= 4
        if watched and all(scene.distance_m(other) > 2.2 * RADIUS_M for other in chosen):
            chosen.append(scene)
    return chosen


def _around(
    robbery: Robbery, cameras: tuple[Camera, ...], cars: tuple[int, ...], rng: np.random.Generator
) -> Passages:
    """Return the cars, close behind one another, twice before the robbery and twice after."""
    picks = rng.choice(_cameras_near(robbery.scene, cameras), 4, replace=False)
    minutes = np.array([-9.0, -4.0, 2.0, 6.0]) + rng.uniform(-0.9, 0.9, 4)
    at_s = robbery.at.timestamp() + minutes * 60.0
    behind_s = rng.uniform(4.0, 25.0, 4)
    parts = [
        Passages(np.full(4, car), picks, at_s + place * behind_s) for place, car in enumerate(cars)
    ]
    return _in_order(parts)


def _strangers(
    robberies: tuple[Robbery, ...],
    cameras: tuple[Camera, ...],
    vehicles: int,
    taken: tuple[int, int],
    rng: np.random.Generator,
) -> list[Passages]:
    """Return passers-by at each scene, some of whom pass two of them, and none all three."""
    made = []
    for away in range(len(robberies)):
        who = rng.integers(vehicles // 3, size=_PASSERS_BY) * 3 + away
        who = who[(who < vehicles) & ~np.isin(who, taken)]
        first, second = robberies[(away + 1) % 3], robberies[(away + 2) % 3]
        made.append(_passing(first, cameras, who, rng))
        made.append(_passing(second, cameras, who[:_SEEN_TWICE], rng))
    return made


def _passing(
    robbery: Robbery,
    cameras: tuple[Camera, ...],
    who: NDArray[np.int64],
    rng: np.random.Generator,
) -> Passages:
    near = _cameras_near(robbery.scene, cameras)
    window_s = WINDOW.total_seconds() - 30.0
    at_s = robbery.at.timestamp() + rng.uniform(-window_s, window_s, len(who))
    return Passages(who, rng.choice(near, len(who)), at_s)


def _cameras_near(scene: Point, cameras: tuple[Camera, ...]) -> NDArray[np.int64]:
    lon = np.array([camera.point.lon for camera in cameras])
    lat = np.array([camera.point.lat for camera in cameras])
    return np.flatnonzero(_apart_m(scene, lon, lat) < RADIUS_M - _MARGIN_M)


def _apart_m(
    scene: Point, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    east_m = (lon - scene.lon) * METRES_PER_DEGREE_LON
    north_m = (lat - scene.lat) * METRES_PER_DEGREE_LAT
    return np.hypot(east_m, north_m)


def _in_order(parts: list[Passages]) -> Passages:
    passages = joined(parts)
    return chosen(passages, np.argsort(passages.at_s, kind="stable"))

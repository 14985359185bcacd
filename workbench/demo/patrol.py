"""What patrol cars read on their rounds: parked cars of the neighbourhood and passing ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.demo.cameras import PatrolCar
from workbench.demo.network import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON
from workbench.demo.trips import Passages
from workbench.demo.vehicles import Kind, Vehicles
from workbench.demo.year import Piece

PASSING_SHARE = 0.3
"""Share of a patrol car's reads that are cars from anywhere, not those parked near by."""
_GPS_ERROR_M = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Patrol:
    """The patrol cars and the vehicles that are parked along their rounds.

    Attributes
    ----------
    zone_lon_lat
        Position of each zone, to know who lives or works near by.
    first_number
        Camera number of the first car.
    """

    cars: tuple[PatrolCar, ...]
    zone_lon_lat: NDArray[np.float64]
    vehicles: Vehicles
    first_number: int

    def passages(self, piece: Piece, rows: int, rng: np.random.Generator) -> Passages:
        """Return what the cars read in the shifts of a piece of the year."""
        car = rng.integers(len(self.cars), size=rows)
        day = rng.integers(len(piece.midnight_s), size=rows)
        starts = np.array([car.shift_starts_h for car in self.cars])[car] * 3_600.0
        hours = np.array([car.shift_hours for car in self.cars])[car]
        at_s = piece.midnight_s[day] + starts + rng.random(rows) * hours * 3_600.0
        lon, lat, _ = self.positions(car, at_s)
        vehicle = self._parked(lon, lat, self._at_work(piece, day, at_s), rng)
        passing = rng.random(rows) < PASSING_SHARE
        anybody = rng.integers(len(self.vehicles), size=rows)
        return Passages(np.where(passing, anybody, vehicle), car + self.first_number, at_s)

    def positions(
        self, car: NDArray[np.int64], at_s: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return lon, lat and heading of cars, numbered from 0, at instants."""
        lon, lat, heading = np.empty(len(car)), np.empty(len(car)), np.empty(len(car))
        for number, patrol_car in enumerate(self.cars):
            rows = np.flatnonzero(car == number)
            around = (at_s[rows] % patrol_car.round_s) / patrol_car.round_s
            along = around * (len(patrol_car.beat) - 1)
            block = along.astype(int)
            start, end = patrol_car.beat[block], patrol_car.beat[block + 1]
            lon[rows], lat[rows] = (start + (end - start) * (along - block)[:, None]).T
            heading[rows] = _headings_deg(start, end)
        return lon, lat, heading

    def _at_work(
        self, piece: Piece, day: NDArray[np.int64], at_s: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        hour = (at_s - piece.midnight_s[day]) / 3_600.0
        working: NDArray[np.bool_] = (piece.weekday[day] < 5) & (hour > 8.5) & (hour < 16.5)
        return working

    def _parked(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        at_work: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> NDArray[np.int64]:
        """Return for each position a local vehicle whose home or work place is nearest."""
        locals_ = np.arange(self.vehicles.of_kind(Kind.DELIVERY).start)
        vehicle = np.empty(len(lon), dtype=np.int64)
        for rows, zones in (
            (np.flatnonzero(~at_work), self.vehicles.home[locals_]),
            (np.flatnonzero(at_work), self.vehicles.work[locals_]),
        ):
            order = np.argsort(zones, kind="stable")
            used, first, count = np.unique(zones[order], return_index=True, return_counts=True)
            near = self._nearest(lon[rows], lat[rows], used)
            pick = (rng.random(len(rows)) * count[near]).astype(np.int64)
            vehicle[rows] = locals_[order[first[near] + pick]]
        return vehicle

    def _nearest(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], zones: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return for each position the place in `zones` of the nearest one."""
        best = np.full(len(lon), np.inf)
        nearest = np.zeros(len(lon), dtype=np.int64)
        for place, (zone_lon, zone_lat) in enumerate(self.zone_lon_lat[zones]):
            apart = ((lon - zone_lon) * METRES_PER_DEGREE_LON) ** 2
            apart += ((lat - zone_lat) * METRES_PER_DEGREE_LAT) ** 2
            nearer = apart < best
            best[nearer], nearest[nearer] = apart[nearer], place
        return nearest


def with_gps_error(
    lon: NDArray[np.float64], lat: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions as a car's receiver gives them, a few metres off."""
    east, north = rng.standard_normal((2, len(lon))) * _GPS_ERROR_M
    return lon + east / METRES_PER_DEGREE_LON, lat + north / METRES_PER_DEGREE_LAT


def _headings_deg(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = (end - start).T * np.array([[METRES_PER_DEGREE_LON], [METRES_PER_DEGREE_LAT]])
    headings: NDArray[np.float64] = np.degrees(np.arctan2(east, north)) % 360.0
    return headings

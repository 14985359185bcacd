"""The whole made-up city in one frozen value, made from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import numpy as np

from workbench.demo.cameras import Camera, PatrolCar, make_cameras, make_patrol_cars
from workbench.demo.misreads import misread
from workbench.demo.names import TOWN
from workbench.demo.network import make_network
from workbench.demo.patrol import Patrol
from workbench.demo.people import DemoPerson, make_people
from workbench.demo.plates import plate_texts
from workbench.demo.roads import make_roads, roads_frame
from workbench.demo.robberies import Robbery, Series, Solution, make_series
from workbench.demo.routes import make_routes
from workbench.demo.traffic import ReadPiece, Traffic
from workbench.demo.trips import Passages
from workbench.demo.vehicles import Vehicles, make_vehicles
from workbench.errors import InputError

DEFAULT_SEED = 426
DEFAULT_READS = 200_000
DEFAULT_ENDING = date(2026, 11, 1)
FEWEST_READS, MOST_READS = 5_000, 60_000_000


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A made-up city: what is on its map, who works there, what its cameras read.

    Attributes
    ----------
    roads
        Lines with ``name`` and ``class``, EPSG:4326.
    vehicles
        The truth behind the reads; never in a database.
    robberies, solution
        A series to solve, and its answer.

    Examples
    --------
    >>> city = make_city(reads=5_000)
    >>> len(city.cameras), len(city.patrol_cars), len(city.robberies)
    (60, 6, 3)
    """

    seed: int
    reads: int
    ending: date
    roads: gpd.GeoDataFrame
    cameras: tuple[Camera, ...]
    patrol_cars: tuple[PatrolCar, ...]
    people: tuple[DemoPerson, ...] = field(repr=False)
    vehicles: Vehicles
    solution: Solution
    _traffic: Traffic = field(repr=False)
    name: str = TOWN

    @property
    def robberies(self) -> tuple[Robbery, ...]:
        """The three robberies in order of time."""
        return self._traffic.series.robberies

    def traffic(self, first: int = 0) -> Iterator[ReadPiece]:
        """Make the reads of the year, month by month and at most a million at a time.

        Parameters
        ----------
        first
            How many of those pieces to leave out at the beginning.
        """
        return self._traffic.pieces(first)

    def day(self, on: date, rows: int, planned: Passages) -> ReadPiece:
        """Make the reads of one more day, see `workbench.demo.traffic.Traffic.day`."""
        return self._traffic.day(on, rows, planned)

    def only(self, on: date, passages: Passages) -> ReadPiece:
        """Make the reads of given passages, see `workbench.demo.traffic.Traffic.only`."""
        return self._traffic.only(on, passages)


def make_city(
    seed: int = DEFAULT_SEED, reads: int = DEFAULT_READS, ending: date = DEFAULT_ENDING
) -> City:
    """Return the city of a seed.

    Parameters
    ----------
    seed
        The same seed gives the same city.
    reads
        How many reads the year has.
    ending
        The last day of the year of traffic.

    Returns
    -------
    City

    Raises
    ------
    InputError
        If there are too few reads to hide the robberies among, or more than there are plates for.
    """
    if not FEWEST_READS <= reads <= MOST_READS:
        raise InputError(
            "The city cannot have that many reads",
            given=reads,
            allowed=f"{FEWEST_READS} to {MOST_READS}",
        )
    streams = (np.random.default_rng([seed, number]) for number in range(8))
    network = make_network(next(streams))
    roads = make_roads(network, next(streams))
    cameras = make_cameras(network, roads, next(streams))
    patrol_cars = make_patrol_cars(network, next(streams))
    routes = make_routes(network, cameras, next(streams))
    vehicles = make_vehicles(reads, routes, next(streams))
    rng = next(streams)
    series = make_series(vehicles, cameras, ending, rng)
    solution = _solution(series, vehicles, rng)
    patrol = Patrol(patrol_cars, network.lon_lat[routes.node], vehicles, len(cameras))
    traffic = Traffic(
        seed, reads, ending, cameras, routes, vehicles, patrol, series, solution.misread_as
    )
    return City(
        seed=seed,
        reads=reads,
        ending=ending,
        roads=roads_frame(network, roads),
        cameras=cameras,
        patrol_cars=patrol_cars,
        people=make_people(next(streams)),
        vehicles=vehicles,
        solution=solution,
        _traffic=traffic,
    )


def _solution(series: Series, vehicles: Vehicles, rng: np.random.Generator) -> Solution:
    truth = vehicles.plates[[series.getaway, series.accomplice]]
    getaway, accomplice = plate_texts(truth)
    return Solution(
        getaway=getaway,
        misread_as=plate_texts(misread(truth[:1], rng))[0],
        accomplice=accomplice,
        accomplice_case=series.robberies[1].case_number,
    )

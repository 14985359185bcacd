"""The made-up city's cameras: fixed ones at junctions, and patrol cars with their beats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.demo.network import COLUMNS, ROWS, Network, directed_flow, path_to, quickest
from workbench.demo.roads import Road, names_at
from workbench.domain.place import Point

FIXED_CAMERAS = 60
JUNCTIONS = 40
PATROL_CARS = 6
_COMPASS = ("northbound", "eastbound", "southbound", "westbound")


@dataclass(frozen=True, slots=True)
class Camera:
    """A fixed camera that reads the plates of cars coming into a junction.

    Attributes
    ----------
    heading_deg
        Direction of travel that it reads, clockwise from north.
    node
        The junction in the network.
    """

    camera_id: str
    name: str
    point: Point
    heading_deg: float
    node: int

    @property
    def direction(self) -> str:
        """Direction of travel in words."""
        return compass(self.heading_deg)


@dataclass(frozen=True, slots=True, eq=False)
class PatrolCar:
    """A patrol car that drives its beat round and round during its shift.

    Attributes
    ----------
    shift_starts_h, shift_hours
        Local hour at which the shift begins, and how long it lasts.
    beat
        Positions of the round in degrees (lon, lat), each block driven in the same time.
    round_s
        Time for one round at patrolling speed.
    """

    camera_id: str
    name: str
    shift_starts_h: int
    shift_hours: int
    beat: NDArray[np.float64]
    round_s: float


def compass(heading_deg: float) -> str:
    """Return the direction of travel in words.

    Examples
    --------
    >>> compass(350.0), compass(100.0)
    ('northbound', 'eastbound')
    """
    return _COMPASS[round(heading_deg / 90.0) % 4]


def bearing_deg(start: NDArray[np.float64], end: NDArray[np.float64]) -> float:
    """Return the direction between two positions in metres, clockwise from north."""
    east, north = end - start
    return float(np.degrees(np.arctan2(east, north)) % 360.0)


def make_cameras(
    network: Network, roads: tuple[Road, ...], rng: np.random.Generator
) -> tuple[Camera, ...]:
    """Return 60 fixed cameras at 40 busy junctions; half of the junctions are read both ways."""
    flow = directed_flow(network, rng)
    junctions = _spread(network, _busy_junctions(network, flow), rng)
    cameras: list[Camera] = []
    for number, node in enumerate(junctions):
        ways_in = _wide_neighbours(network, node)
        way_in = max(ways_in, key=lambda start: flow.get((start, node), 0))
        heading = bearing_deg(network.xy_m[way_in], network.xy_m[node])
        both_ways = number < FIXED_CAMERAS - JUNCTIONS
        for turn in (0.0, 180.0)[: 2 if both_ways else 1]:
            cameras.append(
                _camera(len(cameras) + 1, network, roads, node, (heading + turn) % 360.0)
            )
    return tuple(cameras)


def make_patrol_cars(network: Network, rng: np.random.Generator) -> tuple[PatrolCar, ...]:
    """Return 6 patrol cars, two to each of three shifts, each with a beat of its own."""
    cars = []
    for number in range(PATROL_CARS):
        beat, round_s = _round(network, rng)
        cars.append(
            PatrolCar(
                camera_id=f"CAR-{number + 1}",
                name=f"Patrol car {number + 1}",
                shift_starts_h=(6, 14, 22)[number % 3],
                shift_hours=8,
                beat=beat,
                round_s=round_s,
            )
        )
    return tuple(cars)


def _busy_junctions(network: Network, flow: dict[tuple[int, int], int]) -> list[int]:
    """Return the busier half of the junctions within the city."""
    into: dict[int, int] = {}
    for (_, end), cars in flow.items():
        into[end] = into.get(end, 0) + cars
    reach_m = np.abs(network.xy_m[: COLUMNS * ROWS]).max(axis=0) * 0.87
    inside = (np.abs(network.xy_m) <= reach_m).all(axis=1)
    links = network.neighbours(network.block_s())
    nodes = [node for node in sorted(into) if inside[node] and len(links[node]) >= 3]
    return sorted(nodes, key=lambda node: -into[node])[: JUNCTIONS * 3]


def _wide_neighbours(network: Network, node: int) -> list[int]:
    touching = [e for e in network.edges if node in (e.start, e.end) and e.kind != "residential"]
    return [edge.start + edge.end - node for edge in touching]


def _spread(network: Network, nodes: list[int], rng: np.random.Generator) -> list[int]:
    """Return junctions far from one another, beginning at a random one."""
    chosen = [nodes[int(rng.integers(len(nodes)))]]
    nearest_m = np.full(len(nodes), np.inf)
    while len(chosen) < JUNCTIONS:
        apart_m = np.hypot(*(network.xy_m[nodes] - network.xy_m[chosen[-1]]).T)
        nearest_m = np.minimum(nearest_m, apart_m)
        chosen.append(nodes[int(nearest_m.argmax())])
    return chosen


def _camera(
    number: int, network: Network, roads: tuple[Road, ...], node: int, heading_deg: float
) -> Camera:
    lon, lat = network.lon_lat[node]
    place = " at ".join(names_at(roads, node)[:2])
    return Camera(
        camera_id=f"FIX-{number:02d}",
        name=f"{place}, {compass(heading_deg)}",
        point=Point(round(float(lon), 6), round(float(lat), 6)),
        heading_deg=round(heading_deg, 1),
        node=node,
    )


def _round(network: Network, rng: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    """Return a closed drive along the roads through 5 places near one another, and its time."""
    links = network.neighbours(network.block_s())
    reached = [node for node in range(COLUMNS * ROWS) if links[node]]
    middle = network.xy_m[reached[int(rng.integers(len(reached)))]] * 0.6
    apart_m = np.hypot(*(network.xy_m[reached] - middle).T)
    near = [node for node, away in zip(reached, apart_m, strict=True) if away < 1_700.0]
    stops = [near[int(pick)] for pick in rng.choice(len(near), 5, replace=False)]
    nodes, round_s = [stops[0]], 0.0
    for start, end in zip(stops, [*stops[1:], stops[0]], strict=True):
        seconds, before = quickest(links, start)
        nodes.extend(path_to(before, end)[1:])
        round_s += float(seconds[end])
    return network.lon_lat[nodes], round_s * 2.2

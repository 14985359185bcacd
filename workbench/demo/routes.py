"""Which cameras a drive from one part of the city to another passes, and when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workbench.demo.cameras import Camera, bearing_deg
from workbench.demo.network import COLUMNS, ROWS, Network, path_to, quickest

HOME_ZONES, WORK_ZONES, GATES = 84, 26, 8
VIEW_DEG = 55.0
"""A camera reads cars whose direction differs from its heading by less than this."""


@dataclass(frozen=True, slots=True, eq=False)
class RouteTable:
    """The cameras on the quickest way between any two zones.

    Attributes
    ----------
    node
        Node of the network for each zone: homes first, then work places, then gates, by which
        cars come into the city and leave it.
    camera, offset_s
        For each pair (from * zones + to): camera numbers in order, padded with -1, and the
        driving time to each in seconds.
    count
        How many cameras a pair has.
    minutes
        Driving time of a pair.
    """

    node: NDArray[np.int64]
    camera: NDArray[np.int16]
    offset_s: NDArray[np.float32]
    count: NDArray[np.int64]
    minutes: NDArray[np.float32]

    @property
    def zones(self) -> int:
        """How many zones there are."""
        return len(self.node)

    def pair(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of the table for drives between zones."""
        return start * self.zones + end


def make_routes(
    network: Network, cameras: tuple[Camera, ...], rng: np.random.Generator
) -> RouteTable:
    """Return the table for 84 homes, 26 work places and 8 gates of the city."""
    node = _zones(network, rng)
    block_s = network.block_s()
    watched = _watched(network, cameras)
    passed: list[list[tuple[int, float]]] = []
    minutes = np.empty((len(node), len(node)), dtype=np.float32)
    for number, source in enumerate(node):
        taste = rng.uniform(0.7, 1.4, len(block_s))  # not everybody drives the same way
        seconds, before = quickest(network.neighbours(block_s * taste), int(source))
        minutes[number] = seconds[node] / 60.0
        passed.extend(_passed(path_to(before, int(end)), seconds, watched) for end in node)
    camera, offset_s = _padded(passed)
    count = (camera >= 0).sum(axis=1)
    return RouteTable(node, camera, offset_s, count, minutes.ravel())


def _zones(network: Network, rng: np.random.Generator) -> NDArray[np.int64]:
    degree = np.bincount(
        [node for edge in network.edges for node in (edge.start, edge.end)],
        minlength=len(network.xy_m),
    )
    grid = np.flatnonzero(degree[: COLUMNS * ROWS] > 0)
    homes = rng.choice(grid, HOME_ZONES, replace=False)
    centres = network.xy_m[rng.choice(grid, 3, replace=False)] * 0.7
    away_m = np.hypot(*(network.xy_m[grid][:, None] - centres[None]).transpose(2, 0, 1))
    busy = grid[away_m.min(axis=1) < 900.0]
    works = rng.choice(busy, WORK_ZONES, replace=False)
    edge_of_town = np.abs(network.xy_m).max(axis=1)
    wide = {n for e in network.edges if e.kind in ("arterial", "freeway") for n in (e.start, e.end)}
    outer = sorted(wide, key=lambda n: (-edge_of_town[n], n))[: GATES * 3]
    freeway_ends = [COLUMNS * ROWS, len(network.xy_m) - 1]
    others = [n for n in outer if n not in freeway_ends]
    gates = [*freeway_ends, *rng.choice(others, GATES - 2, replace=False)]
    return np.concatenate([homes, works, gates]).astype(np.int64)


def _watched(network: Network, cameras: tuple[Camera, ...]) -> dict[tuple[int, int], list[int]]:
    """Return for each directed edge the cameras that read cars at its end."""
    at_node: dict[int, list[int]] = {}
    for number, camera in enumerate(cameras):
        at_node.setdefault(camera.node, []).append(number)
    watched: dict[tuple[int, int], list[int]] = {}
    for edge in network.edges:
        for start, end in ((edge.start, edge.end), (edge.end, edge.start)):
            travel = bearing_deg(network.xy_m[start], network.xy_m[end])
            seen = [n for n in at_node.get(end, ()) if _in_view(cameras[n].heading_deg, travel)]
            if seen:
                watched[start, end] = seen
    return watched


def _in_view(heading_deg: float, travel_deg: float) -> bool:
    return abs((heading_deg - travel_deg + 180.0) % 360.0 - 180.0) < VIEW_DEG


def _passed(
    path: list[int], seconds: NDArray[np.float64], watched: dict[tuple[int, int], list[int]]
) -> list[tuple[int, float]]:
    return [
        (camera, float(seconds[end]))
        for start, end in pairwise(path)
        for camera in watched.get((start, end), ())
    ]


def _padded(
    passed: list[list[tuple[int, float]]],
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    width = max(map(len, passed))
    camera = np.full((len(passed), width), -1, dtype=np.int16)
    offset_s = np.zeros((len(passed), width), dtype=np.float32)
    for row, reads in enumerate(passed):
        for column, (number, seconds) in enumerate(reads):
            camera[row, column] = number
            offset_s[row, column] = seconds
    return camera, offset_s

"""The made-up city's road network as a graph, and the quickest ways through it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

CENTRE_LON, CENTRE_LAT = -121.28, 38.75
COLUMNS, ROWS, SPACING_M = 29, 25, 300.0
METRES_PER_DEGREE_LAT = 111_195.0
METRES_PER_DEGREE_LON = METRES_PER_DEGREE_LAT * float(np.cos(np.radians(CENTRE_LAT)))
SPEED_M_S = {"freeway": 28.0, "arterial": 17.0, "collector": 13.0, "residential": 9.0}
REMOVED_RESIDENTIAL = 0.18
"""Share of residential blocks left out, so that the city has parks and dead ends."""

Links = list[list[tuple[int, float]]]
"""For each node the nodes next to it, with a driving time in seconds."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A block of road between two nodes, driven both ways; `road` numbers the grid line."""

    start: int
    end: int
    kind: str
    road: str


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Nodes with positions in metres east and north of the centre, and the edges between them."""

    xy_m: NDArray[np.float64]
    edges: tuple[Edge, ...]

    @property
    def lon_lat(self) -> NDArray[np.float64]:
        """Positions in degrees, EPSG:4326, lon before lat."""
        return to_lon_lat(self.xy_m)

    def block_s(self) -> NDArray[np.float64]:
        """Return the driving time of each edge in seconds."""
        ends = np.array([(edge.start, edge.end) for edge in self.edges])
        length_m = np.hypot(*(self.xy_m[ends[:, 1]] - self.xy_m[ends[:, 0]]).T)
        speed_m_s = np.array([SPEED_M_S[edge.kind] for edge in self.edges])
        seconds: NDArray[np.float64] = length_m / speed_m_s
        return seconds

    def neighbours(self, block_s: NDArray[np.float64]) -> Links:
        """Return for each node the nodes next to it with the driving time in seconds."""
        links: Links = [[] for _ in range(len(self.xy_m))]
        for edge, seconds in zip(self.edges, block_s.tolist(), strict=True):
            links[edge.start].append((edge.end, seconds))
            links[edge.end].append((edge.start, seconds))
        return links


def to_lon_lat(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees for metres east and north of the centre of the city."""
    scale = np.array([METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT])
    degrees: NDArray[np.float64] = np.array([CENTRE_LON, CENTRE_LAT]) + xy_m / scale
    return degrees


def make_network(rng: np.random.Generator) -> Network:
    """Return a bent grid of streets with a freeway across it, all of it connected."""
    xy_m = _bent(_grid(), rng)
    edges = [edge for edge in _grid_edges() if _kept(edge, rng)]
    freeway_xy, freeway_edges = _freeway(xy_m)
    return _without_islands(Network(np.vstack([xy_m, freeway_xy]), (*edges, *freeway_edges)))


def quickest(links: Links, source: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the driving time in seconds from a node to each, and the node before each."""
    seconds = np.full(len(links), np.inf)
    before = np.full(len(links), -1, dtype=np.int64)
    seconds[source] = 0.0
    queue = [(0.0, source)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far > seconds[node]:
            continue
        for neighbour, cost in links[node]:
            if so_far + cost < seconds[neighbour]:
                seconds[neighbour] = so_far + cost
                before[neighbour] = node
                heapq.heappush(queue, (so_far + cost, neighbour))
    return seconds, before


def directed_flow(network: Network, rng: np.random.Generator) -> dict[tuple[int, int], int]:
    """Return how many of some random drives use each block, by direction."""
    links = network.neighbours(network.block_s())
    reached = [node for node, near in enumerate(links) if near]
    flow: dict[tuple[int, int], int] = {}
    for source in rng.choice(reached, 40, replace=False):
        _, before = quickest(links, int(source))
        for target in rng.choice(reached, 60, replace=False):
            path = path_to(before, int(target))
            for block in pairwise(path):
                flow[block] = flow.get(block, 0) + 1
    return flow


def path_to(before: NDArray[np.int64], target: int) -> list[int]:
    """Return the nodes from the source of `quickest` to a target, both included."""
    path = [target]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _grid() -> NDArray[np.float64]:
    columns, rows = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    offsets = np.array([(COLUMNS - 1) / 2, (ROWS - 1) / 2])
    grid: NDArray[np.float64] = np.column_stack([columns.ravel(), rows.ravel()]) - offsets
    return grid * SPACING_M


def _bent(xy_m: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Shift positions smoothly, so that the streets are curved as grown ones are."""
    bent = xy_m.copy()
    for wave_m, shift_m in ((5_200.0, 190.0), (2_600.0, 70.0)):
        for axis in (0, 1):
            angle, phase = rng.uniform(0, 2 * np.pi, 2)
            along = xy_m @ np.array([np.cos(angle), np.sin(angle)])
            bent[:, axis] += shift_m * np.sin(2 * np.pi * along / wave_m + phase)
    return bent


def _line_kind(number: int) -> str:
    if number % 8 == 4:
        return "arterial"
    return "collector" if number % 4 == 0 else "residential"


def _grid_edges() -> list[Edge]:
    edges = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            node = row * COLUMNS + column
            if column + 1 < COLUMNS:
                edges.append(Edge(node, node + 1, _line_kind(row), f"row {row}"))
            if row + 1 < ROWS:
                edges.append(Edge(node, node + COLUMNS, _line_kind(column), f"column {column}"))
    return edges


def _kept(edge: Edge, rng: np.random.Generator) -> bool:
    return edge.kind != "residential" or rng.random() >= REMOVED_RESIDENTIAL


def _freeway(xy_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[Edge]]:
    """Return the nodes and edges of a freeway from south-west to north-east, with its ramps."""
    first = len(xy_m)
    reach_m = COLUMNS * SPACING_M * 0.62
    along = np.linspace(-reach_m, reach_m, 13)
    freeway = np.column_stack([along, 0.35 * along + 260.0 * np.sin(along / 1_900.0)])
    edges = [Edge(first + i, first + i + 1, "freeway", "freeway") for i in range(len(freeway) - 1)]
    wide = [node for node in range(first) if _is_wide(node)]
    for number in range(2, len(freeway) - 2, 2):
        distances = np.hypot(*(xy_m[wide] - freeway[number]).T)
        edges.append(
            Edge(first + number, wide[int(distances.argmin())], "freeway", f"ramp {number}")
        )
    return freeway, edges


def _is_wide(node: int) -> bool:
    row, column = divmod(node, COLUMNS)
    return "arterial" in (_line_kind(row), _line_kind(column))


def _without_islands(network: Network) -> Network:
    """Leave out the edges that cannot be reached from the first arterial."""
    links = network.neighbours(network.block_s())
    seconds, _ = quickest(links, 4 * COLUMNS + 4)
    edges = tuple(edge for edge in network.edges if np.isfinite(seconds[edge.start]))
    return Network(network.xy_m, edges)

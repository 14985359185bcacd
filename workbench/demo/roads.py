"""The made-up city's roads with names, as a map layer and as GeoJSON."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString

from workbench.demo.names import road_names
from workbench.demo.network import Edge, Network


@dataclass(frozen=True, slots=True)
class Road:
    """A named road through the nodes of the network, in order."""

    name: str
    kind: str
    nodes: tuple[int, ...]


def make_roads(network: Network, rng: np.random.Generator) -> tuple[Road, ...]:
    """Return the network's edges joined into named roads.

    Arterials and collectors keep their name across the city; a residential street ends at the
    next arterial.
    """
    ordered = sorted(enumerate(network.edges), key=lambda item: (item[1].road, item[0]))
    wide = {n for e in network.edges if e.kind == "arterial" for n in (e.start, e.end)}
    runs: list[tuple[str, str, tuple[int, ...]]] = []
    for road, members in groupby((edge for _, edge in ordered), key=lambda edge: edge.road):
        block = list(members)
        runs.extend((road, block[0].kind, nodes) for nodes in _runs(block, wide))
    roads = sorted({(road, kind) for road, kind, _ in runs if kind != "residential"})
    shared = dict(zip(roads, road_names([kind for _, kind in roads], rng), strict=True))
    streets = iter(_street_names(sum(kind == "residential" for _, kind, _ in runs), shared, rng))
    return tuple(
        Road(shared[road, kind] if (road, kind) in shared else next(streets), kind, nodes)
        for road, kind, nodes in runs
    )


def roads_frame(network: Network, roads: tuple[Road, ...]) -> gpd.GeoDataFrame:
    """Return the roads as lines with ``name`` and ``class``, EPSG:4326.

    Returns
    -------
    geopandas.GeoDataFrame
        ``class`` is one of freeway, arterial, collector and residential.
    """
    lon_lat = network.lon_lat
    columns = {"name": [road.name for road in roads], "class": [road.kind for road in roads]}
    lines = [LineString(lon_lat[list(road.nodes)]) for road in roads]
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def save_roads(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write the roads as GeoJSON with coordinates to the decimetre and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(frame.to_json(drop_id=True, separators=(",", ":")), encoding="utf-8")
    return path


def names_at(roads: tuple[Road, ...], node: int) -> list[str]:
    """Return the names of the roads that meet at a node, the widest road first."""
    order = ("freeway", "arterial", "collector", "residential")
    here = sorted((order.index(road.kind), road.name) for road in roads if node in road.nodes)
    return list(dict.fromkeys(name for _, name in here))


def _runs(block: list[Edge], wide: set[int]) -> list[tuple[int, ...]]:
    """Return the unbroken stretches of one line of the network."""
    stretches: list[list[int]] = []
    for edge in block:
        ends_here = edge.kind == "residential" and edge.start in wide
        if stretches and stretches[-1][-1] == edge.start and not ends_here:
            stretches[-1].append(edge.end)
        else:
            stretches.append([edge.start, edge.end])
    return [tuple(stretch) for stretch in stretches]


def _street_names(
    count: int, shared: dict[tuple[str, str], str], rng: np.random.Generator
) -> list[str]:
    stems = {name.split()[0] for name in shared.values()}
    names = road_names(["residential"] * (count + len(stems) * 2), rng)
    return [name for name in names if name.split()[0] not in stems][:count]

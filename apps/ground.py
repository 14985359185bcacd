"""The streets under the maps: found in the department's folder, drawn and kept here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd

from workbench.errors import SettingsError
from workbench.views.mercator import Tile
from workbench.views.tiles import RoadTiles

ROAD_FILES = ("roads.parquet", "roads.geojson", "roads.gpkg")
"""Looked for in the home folder, in this order."""

TILES_KEPT = 4_096
"""About 10 kB each."""

Box = tuple[float, float, float, float]


class Ground:
    """Tiles of a road network, each drawn once and kept.

    Parameters
    ----------
    roads
        As `workbench.views.tiles.RoadTiles` takes them.
    area
        What a map shows first when there are no roads.
    """

    def __init__(self, roads: gpd.GeoDataFrame, *, area: Box) -> None:
        self._tiles = RoadTiles(roads)
        self.has_roads = self._tiles.count > 0
        west, south, east, north = roads.total_bounds if self.has_roads else area
        self.home: Box = (float(west), float(south), float(east), float(north))
        self.tile = lru_cache(maxsize=TILES_KEPT)(self._draw)

    def _draw(self, zoom: int, column: int, row: int) -> bytes:
        return self._tiles.draw(Tile(zoom, column, row))


def load_roads(home: Path) -> gpd.GeoDataFrame:
    """Return the department's roads, or an empty frame when no file is there.

    Parameters
    ----------
    home
        The folder of the installation.

    Raises
    ------
    SettingsError
        If the file is there and cannot be read.
    """
    file = next((home / name for name in ROAD_FILES if (home / name).is_file()), None)
    if file is None:
        nothing = gpd.GeoSeries([], crs="EPSG:4326")
        return gpd.GeoDataFrame({"name": [], "class": []}, geometry=nothing)
    try:
        return gpd.read_parquet(file) if file.suffix == ".parquet" else gpd.read_file(file)
    except Exception as error:  # every reader has errors of its own
        raise SettingsError(
            "The file of roads cannot be read",
            given=str(file),
            allowed="lines with the columns name and class in EPSG:4326",
            next_step=f"replace or remove it; the reader says: {error}",
        ) from error

"""The web map's own projection and its tiles (EPSG:3857); distances are never measured in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.errors import PlaceError

RADIUS_M = 6_378_137.0
"""Radius of the sphere that EPSG:3857 takes the earth for."""

HALF_WORLD_M = math.pi * RADIUS_M
MAX_LAT = 85.051_128_779_806_6
"""Latitude at which the map's square ends."""

TILE_PX = 256
MAX_ZOOM = 20

Floats = npt.NDArray[np.float64]


def to_mercator(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return degrees as web-mercator metres (x east, y north).

    Latitudes beyond the map's square are put on its edge.

    Examples
    --------
    >>> x, y = to_mercator([-121.288], [38.752])
    >>> int(x[0]), int(y[0])
    (-13501718, 4686209)
    """
    lats = np.clip(np.asarray(lat, dtype=np.float64), -MAX_LAT, MAX_LAT)
    x = RADIUS_M * np.radians(np.asarray(lon, dtype=np.float64))
    y = RADIUS_M * np.log(np.tan(math.pi / 4 + np.radians(lats) / 2))
    return x, y


def to_degrees(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return web-mercator metres as degrees (lon, lat)."""
    lon = np.degrees(np.asarray(x, dtype=np.float64) / RADIUS_M)
    lat = np.degrees(2 * np.arctan(np.exp(np.asarray(y, dtype=np.float64) / RADIUS_M)))
    return lon, lat - 90.0


def ground_metres(lat: float) -> float:
    """Return how many metres on the ground one web-mercator metre is at a latitude."""
    return math.cos(math.radians(min(MAX_LAT, abs(lat))))


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the web map: zoom, column from the west, row from the north.

    Raises
    ------
    PlaceError
        If there is no such tile.

    Examples
    --------
    >>> Tile(1, 0, 1).bounds()[:2] == (-HALF_WORLD_M, -HALF_WORLD_M)
    True
    """

    zoom: int
    column: int
    row: int

    def __post_init__(self) -> None:
        """Refuse what lies outside the map."""
        across = 1 << min(max(self.zoom, 0), MAX_ZOOM)
        inside = 0 <= self.column < across and 0 <= self.row < across
        if not (0 <= self.zoom <= MAX_ZOOM and inside):
            raise PlaceError(
                "There is no such map tile",
                given=(self.zoom, self.column, self.row),
                allowed=f"zoom 0 to {MAX_ZOOM}, column and row below 2 to the power of the zoom",
            )

    @property
    def side_m(self) -> float:
        """Length of a side in web-mercator metres."""
        return 2 * HALF_WORLD_M / (1 << self.zoom)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return (west, south, east, north) in web-mercator metres."""
        west = -HALF_WORLD_M + self.column * self.side_m
        north = HALF_WORLD_M - self.row * self.side_m
        return west, north - self.side_m, west + self.side_m, north


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    """Return the tile that holds a position.

    Examples
    --------
    >>> tile_at(-121.288, 38.752, 12)
    Tile(zoom=12, column=668, row=1569)
    """
    x, y = to_mercator(lon, lat)
    side = 2 * HALF_WORLD_M / (1 << zoom)
    last = (1 << zoom) - 1
    column = int((float(x) + HALF_WORLD_M) // side)
    row = int((HALF_WORLD_M - float(y)) // side)
    return Tile(zoom, min(max(column, 0), last), min(max(row, 0), last))

"""Map tiles drawn from a frame of roads; the caller keeps them, nothing is fetched."""

from __future__ import annotations

import io
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from PIL import Image, ImageDraw

from workbench.errors import PlaceError
from workbench.views.mercator import TILE_PX, Tile, to_mercator
from workbench.views.road_labels import place_names, write_names
from workbench.views.road_style import CLASSES, LAND, STYLES
from workbench.views.scale import draw_grid_and_scale

_OVERSAMPLING = 2
_MARGIN_PX = 24


class RoadTiles:
    r"""Draws 256 px PNG tiles of a road network.

    Parameters
    ----------
    roads
        Columns ``geometry`` (LineString, EPSG:4326), ``name`` and ``class`` (one of
        ``freeway``, ``arterial``, ``collector``, ``residential``). Not changed.

    Raises
    ------
    PlaceError
        If the frame is not in EPSG:4326 or lacks a column.

    Examples
    --------
    >>> nothing = gpd.GeoDataFrame(
    ...     {"name": [], "class": []}, geometry=gpd.GeoSeries([], crs="EPSG:4326")
    ... )
    >>> RoadTiles(nothing).draw(Tile(12, 668, 1569))[:4]
    b'\x89PNG'
    """

    def __init__(self, roads: gpd.GeoDataFrame) -> None:
        _check(roads)
        parts = roads.explode(index_parts=False, ignore_index=True)
        known = parts["class"].isin(CLASSES) & (parts.geom_type == "LineString")
        kept = parts[known & ~parts.geometry.is_empty]
        self.count = len(kept)
        self._classes = kept["class"].to_numpy(dtype=str)
        self._names = kept["name"].fillna("").to_numpy(dtype=str)
        self._lines = shapely.transform(kept.geometry.to_numpy(), _project)
        self._tree = shapely.STRtree(self._lines)

    def draw(self, tile: Tile) -> bytes:
        """Return the tile as PNG.

        Without any roads it is a blank map with a grid of degrees and a scale.

        Parameters
        ----------
        tile
            Which square of the web map.

        Returns
        -------
        bytes
        """
        image = Image.new("RGB", (TILE_PX, TILE_PX), LAND)
        if self.count:
            image = self._draw_roads(tile)
            write_names(image, tile, self._names_near(tile))
        else:
            draw_grid_and_scale(image, tile)
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=False, compress_level=3)
        return buffer.getvalue()

    def _draw_roads(self, tile: Tile) -> Image.Image:
        side = TILE_PX * _OVERSAMPLING
        canvas = Image.new("RGB", (side, side), LAND)
        pen = ImageDraw.Draw(canvas)
        found = self._in_box(tile.bounds(), tile.zoom, tile.side_m / TILE_PX)
        paths = {name: _paths(lines, tile, _OVERSAMPLING) for name, (lines, _) in found.items()}
        for name in CLASSES:
            style = STYLES[name]
            if name in paths and tile.zoom >= style.cased_from_zoom:
                edge = style.width_at(tile.zoom) + 1.6
                _stroke(pen, paths[name], edge * _OVERSAMPLING, style.casing)
        for name in CLASSES:
            style = STYLES[name]
            if name in paths:
                cased = tile.zoom >= style.cased_from_zoom
                width = style.width_at(tile.zoom) * _OVERSAMPLING
                _stroke(pen, paths[name], width, style.fill if cased else style.thin)
        return canvas.resize((TILE_PX, TILE_PX), Image.Resampling.BOX)

    def _names_near(self, tile: Tile) -> list[Any]:
        cell = Tile(tile.zoom - 1, tile.column // 2, tile.row // 2) if tile.zoom else tile
        found = self._in_box(cell.bounds(), tile.zoom, tile.side_m / TILE_PX)
        return place_names(cell.bounds(), tile, found)

    def _in_box(
        self, box: tuple[float, float, float, float], zoom: int, pixel_m: float
    ) -> dict[str, tuple[Any, Any]]:
        margin = _MARGIN_PX * pixel_m
        west, south, east, north = box
        around = shapely.box(west - margin, south - margin, east + margin, north + margin)
        hits = np.sort(self._tree.query(around))
        found = {}
        for name in CLASSES:
            chosen = hits[self._classes[hits] == name]
            if zoom >= STYLES[name].from_zoom and len(chosen):
                lines = shapely.clip_by_rect(self._lines[chosen], *around.bounds)
                found[name] = (shapely.simplify(lines, pixel_m / 3), self._names[chosen])
        return found


def _project(degrees: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.column_stack(to_mercator(degrees[:, 0], degrees[:, 1]))


def _paths(lines: Any, tile: Tile, oversampling: int) -> list[list[tuple[float, float]]]:
    west, _, _, north = tile.bounds()
    per_m = TILE_PX * oversampling / tile.side_m
    parts = shapely.get_parts(lines)
    parts = parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    pixels = np.column_stack(
        ((coordinates[:, 0] - west) * per_m, (north - coordinates[:, 1]) * per_m)
    )
    starts = np.searchsorted(owner, np.arange(1, len(parts)))
    return [list(map(tuple, part)) for part in np.split(pixels, starts)] if len(parts) else []


def _stroke(
    pen: ImageDraw.ImageDraw,
    paths: list[list[tuple[float, float]]],
    width: float,
    color: tuple[int, int, int],
) -> None:
    thick = max(1, round(width))
    half = thick / 2
    for path in paths:
        pen.line(path, fill=color, width=thick, joint="curve" if thick > 3 else None)
        if thick > 3:
            for x, y in (path[0], path[-1]):
                pen.ellipse((x - half, y - half, x + half, y + half), fill=color)


def _check(roads: gpd.GeoDataFrame) -> None:
    missing = {"name", "class", "geometry"} - set(roads.columns)
    if missing:
        raise PlaceError(
            "The frame of roads lacks columns",
            given=", ".join(sorted(missing)),
            allowed="geometry, name and class",
        )
    if roads.crs is None or roads.crs.to_epsg() != 4326:
        raise PlaceError(
            "The roads are in another reference system", given=str(roads.crs), allowed="EPSG:4326"
        )

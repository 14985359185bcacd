"""H3 cells: the coarse index by which detections in an area are found before they are measured."""

from __future__ import annotations

import math

import h3.api.basic_int as h3

from workbench.domain.place import Area, Circle, Point, Polygon

H3_RESOLUTION = 9
"""Cells of about 0.1 km² and 200 m edges: a camera's surroundings."""

MAX_CELLS = 2_000
"""Areas that need more cells are found by their bounding box instead."""

# Largest and smallest cell edges at this resolution anywhere on earth, with a margin.
_LONGEST_EDGE_M = 260.0
_SHORTEST_EDGE_M = 140.0


def cell_of(position: Point) -> int:
    """Return the H3 cell of a position.

    Examples
    --------
    >>> cell_of(Point(-121.281, 38.746)) == cell_of(Point(-121.2810001, 38.746))
    True
    """
    return int(h3.latlng_to_cell(position.lat, position.lon, H3_RESOLUTION))


def covering_cells(area: Area) -> list[int] | None:
    """Return cells that together hold every position of an area, or none if it is too large.

    Parameters
    ----------
    area
        A circle or polygon; a polygon is covered through the circle around its bounds.

    Returns
    -------
    list of int or None
        Sorted; never misses a cell, may hold some more. ``None`` above `MAX_CELLS`.
    """
    circle = area if isinstance(area, Circle) else _around(area)
    if circle is None:
        return None
    rings = math.ceil((circle.radius_m + 2 * _LONGEST_EDGE_M) / (1.5 * _SHORTEST_EDGE_M))
    if 3 * rings * (rings + 1) + 1 > 4 * MAX_CELLS:
        return None
    reach_m = circle.radius_m + _LONGEST_EDGE_M
    cells = [
        cell
        for cell in h3.grid_disk(cell_of(circle.centre), rings)
        if _centre(cell).distance_m(circle.centre) <= reach_m
    ]
    return sorted(cells) if len(cells) <= MAX_CELLS else None


def _centre(cell: int) -> Point:
    lat, lon = h3.cell_to_latlng(cell)
    return Point(lon, lat)


def _around(polygon: Polygon) -> Circle | None:
    min_lon, min_lat, max_lon, max_lat = polygon.bounds()
    centre = Point((min_lon + max_lon) / 2, (min_lat + max_lat) / 2)
    radius_m = max(centre.distance_m(corner) for corner in polygon.corners)
    # A box of half the earth would not fit a circle; such areas are found by their bounds.
    return Circle(centre, max(1.0, radius_m)) if radius_m < 50_000 else None

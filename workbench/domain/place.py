"""Positions on the earth and areas around them, always lon before lat, in EPSG:4326."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import PlaceError

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the WGS 84 ellipsoid, in metres (IUGG R1)."""

MAX_RADIUS_M = 50_000.0
MAX_CORNERS = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A position in degrees, EPSG:4326.

    Raises
    ------
    PlaceError
        If it lies outside the earth.

    Examples
    --------
    >>> Point(lon=-121.281, lat=38.746)
    Point(lon=-121.281, lat=38.746)
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Refuse what is not on the earth."""
        if -180 <= self.lon <= 180 and -90 <= self.lat <= 90:
            return
        swapped = -90 <= self.lon <= 90 and -180 <= self.lat <= 180
        raise PlaceError(
            "The position is not on the earth",
            given=(self.lon, self.lat),
            allowed="lon from -180 to 180, lat from -90 to 90",
            next_step="lon and lat look swapped; lon comes first" if swapped else None,
        )

    def distance_m(self, other: Point) -> float:
        """Return the great-circle distance in metres (haversine, mean earth radius).

        Examples
        --------
        >>> round(Point(-121.28, 38.75).distance_m(Point(-121.28, 38.76)))
        1112
        """
        lat_1, lat_2 = math.radians(self.lat), math.radians(other.lat)
        half_lat = math.sin((lat_2 - lat_1) / 2) ** 2
        half_lon = math.sin(math.radians(other.lon - self.lon) / 2) ** 2
        chord = half_lat + math.cos(lat_1) * math.cos(lat_2) * half_lon
        return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Circle:
    """All positions within a distance of a centre.

    Raises
    ------
    PlaceError
        If the radius is not above 0 and at most `MAX_RADIUS_M`.
    """

    centre: Point
    radius_m: float

    def __post_init__(self) -> None:
        """Refuse a radius that no search needs."""
        if not 0 < self.radius_m <= MAX_RADIUS_M:
            raise PlaceError(
                "The radius cannot be searched",
                given=self.radius_m,
                allowed=f"more than 0 and at most {MAX_RADIUS_M:.0f} metres",
            )

    def bounds(self) -> tuple[float, float, float, float]:
        """Return a box around the circle as (min lon, min lat, max lon, max lat) in degrees."""
        half_lat = math.degrees(self.radius_m / EARTH_RADIUS_M)
        shrink = max(0.01, math.cos(math.radians(min(89.0, abs(self.centre.lat) + half_lat))))
        half_lon = half_lat / shrink
        return (
            self.centre.lon - half_lon,
            self.centre.lat - half_lat,
            self.centre.lon + half_lon,
            self.centre.lat + half_lat,
        )


@dataclass(frozen=True, slots=True)
class Polygon:
    """An area given by its corners; the last joins the first. Edges are straight in lon and lat.

    Raises
    ------
    PlaceError
        If there are fewer than 3 or more than `MAX_CORNERS` corners.
    """

    corners: tuple[Point, ...]

    def __post_init__(self) -> None:
        """Refuse what encloses nothing."""
        if not 3 <= len(self.corners) <= MAX_CORNERS:
            raise PlaceError(
                "A polygon needs corners",
                given=len(self.corners),
                allowed=f"3 to {MAX_CORNERS} corners",
            )

    @classmethod
    def of(cls, corners: Sequence[Sequence[float]]) -> Polygon:
        """Return the polygon of ``[[lon, lat], ...]``; a repeated last corner is dropped.

        Examples
        --------
        >>> len(Polygon.of([(0, 0), (1, 0), (1, 1), (0, 0)]).corners)
        3
        """
        points = tuple(Point(float(corner[0]), float(corner[1])) for corner in corners)
        if len(points) > 1 and points[0] == points[-1]:
            points = points[:-1]
        return cls(points)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the box around it as (min lon, min lat, max lon, max lat) in degrees."""
        lons = [corner.lon for corner in self.corners]
        lats = [corner.lat for corner in self.corners]
        return min(lons), min(lats), max(lons), max(lats)


Area = Circle | Polygon
"""Where a search may look."""

"""An area that is typed or clicked on the map; holds no widgets."""

from __future__ import annotations

import math
import re

import param

from workbench.domain.place import EARTH_RADIUS_M, Area, Circle, Point, Polygon
from workbench.errors import PlaceError

ANYWHERE, CIRCLE, POLYGON = "anywhere", "circle", "polygon"
_OUTLINE_CORNERS = 72
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:\.\d+)?")


class PlaceState(param.Parameterized):
    """Where to look.

    Attributes
    ----------
    centre
        ``lon, lat`` as typed, or as written by a click on the map.
    corners
        The same on each line.
    """

    shape = param.Selector(default=ANYWHERE, objects=[ANYWHERE, CIRCLE, POLYGON])
    centre = param.String(default="")
    radius_m = param.Integer(default=500)
    corners = param.String(default="")

    def area(self) -> Area | None:
        """Return the area, or ``None`` for anywhere.

        Raises
        ------
        PlaceError
            If what is typed is no area.
        """
        if self.shape == CIRCLE:
            return Circle(_point(self.centre), float(self.radius_m))
        if self.shape == POLYGON:
            lines = [line for line in self.corners.splitlines() if line.strip()]
            return Polygon(tuple(_point(line) for line in lines))
        return None

    def click(self, lon: float, lat: float) -> None:
        """Take a click on the map: the centre of the circle, or the next corner."""
        written = f"{lon:.6f}, {lat:.6f}"
        if self.shape == CIRCLE:
            self.centre = written
        elif self.shape == POLYGON:
            self.corners = f"{self.corners.rstrip()}\n{written}".lstrip()

    def undo_corner(self) -> None:
        """Take the last corner away."""
        self.corners = "\n".join(self.corners.splitlines()[:-1])

    def clear(self) -> None:
        """Forget the area but not its kind."""
        self.param.update(centre="", corners="")

    def outline(self) -> list[tuple[float, float]]:
        """Return the corners to draw, as far as they can be read; nothing for anywhere."""
        try:
            if self.shape == CIRCLE:
                return circle_outline(Circle(_point(self.centre), float(self.radius_m)))
            if self.shape == POLYGON:
                lines = [line for line in self.corners.splitlines() if line.strip()]
                return [(point.lon, point.lat) for point in map(_point, lines)]
        except PlaceError:
            return []  # still being typed
        return []


def circle_outline(circle: Circle) -> list[tuple[float, float]]:
    """Return corners on a circle, in degrees.

    Examples
    --------
    >>> north = circle_outline(Circle(Point(-121.3, 38.75), 500))[0]
    >>> round(Point(*north).distance_m(Point(-121.3, 38.75)))
    500
    """
    lat = math.radians(circle.centre.lat)
    reach = circle.radius_m / EARTH_RADIUS_M
    corners = []
    for step in range(_OUTLINE_CORNERS):
        bearing = 2 * math.pi * step / _OUTLINE_CORNERS
        north = math.asin(
            math.sin(lat) * math.cos(reach) + math.cos(lat) * math.sin(reach) * math.cos(bearing)
        )
        east = math.atan2(
            math.sin(bearing) * math.sin(reach) * math.cos(lat),
            math.cos(reach) - math.sin(lat) * math.sin(north),
        )
        corners.append((circle.centre.lon + math.degrees(east), math.degrees(north)))
    return corners


def _point(written: str) -> Point:
    if not written.strip():
        raise PlaceError(
            "The place has no position yet", next_step="click on the map, or type lon, lat"
        )
    parts = [part for part in re.split(r"[,;\s]+", written.strip()) if part]
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise PlaceError(
            "The position cannot be read",
            given=written,
            allowed="lon, lat in degrees, such as -121.2810, 38.7460",
            next_step="or click on the map",
        )
    return Point(float(parts[0]), float(parts[1]))

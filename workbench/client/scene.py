"""What an analyst writes, in the domain's values: local times, places, scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import Polygon as ShapelyPolygon

from workbench.domain.criteria import CanvassCriteria
from workbench.domain.period import Period, local_instants, local_period
from workbench.domain.place import Area, Circle, Point, Polygon
from workbench.errors import CriteriaError, PeriodError, PlaceError

Time = str | datetime
"""ISO 8601 or a datetime; without a zone it is the department's local time."""

LonLat = tuple[float, float]
Minutes = timedelta | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A place and time to canvass.

    Attributes
    ----------
    near
        Longitude and latitude in degrees.
    radius_m
        How far around it.
    within
        A polygon instead of a circle: its corners, or a shapely polygon.
    at
        When it happened; local to the department when it names no zone.
    before, after
        Minutes, or a timedelta; the policy's default when not given.
    name
        What it is called in results.

    Examples
    --------
    >>> Scene(near=(-121.28, 38.75), radius_m=400, at="2026-11-01 20:00").name
    '2026-11-01 20:00'
    """

    near: LonLat | None = None
    radius_m: float | None = None
    within: Any = None
    at: Time
    before: Minutes | None = None
    after: Minutes | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Name it after its time when nobody did."""
        if not self.name:
            object.__setattr__(self, "name", _written(self.at))


def area_of(near: LonLat | None, radius_m: float | None, within: Any) -> Area | None:
    """Return the area that somebody described, or ``None`` when nothing was said.

    Raises
    ------
    CriteriaError
        If it is described twice or by half.
    PlaceError
        If it is not on the earth or has holes.

    Examples
    --------
    >>> area_of((-121.28, 38.75), 500, None)
    Circle(centre=Point(lon=-121.28, lat=38.75), radius_m=500)
    """
    if within is not None and (near is not None or radius_m is not None):
        raise CriteriaError("Two areas are given", allowed="near with radius_m, or within")
    if (near is None) != (radius_m is None):
        raise CriteriaError(
            "Half a circle is given",
            given={"near": near, "radius_m": radius_m},
            allowed="near=(lon, lat) together with radius_m",
        )
    if near is not None and radius_m is not None:
        return Circle(Point(*_pair(near)), radius_m)
    return None if within is None else _polygon(within)


def period_of(between: tuple[Time, Time] | None, zone: ZoneInfo) -> Period | None:
    """Return the widest period that two written times can mean, or ``None``.

    Raises
    ------
    PeriodError
        If they are not two, cannot be read, or the second is not after the first.
    """
    if between is None:
        return None
    if isinstance(between, str) or len(between) != 2:
        raise PeriodError("A period has two ends", given=between, allowed="between=(start, end)")
    start, end = between
    return local_period(_written(start), _written(end), zone)


def canvass_of(
    scene: Scene, zone: ZoneInfo, *, default_minutes: float, limit: int | None
) -> CanvassCriteria:
    """Return the canvass of a scene.

    A local time that occurs twice, in the night when clocks go back, is covered both times.

    Raises
    ------
    CriteriaError, PlaceError, PeriodError
        If the scene cannot be canvassed.
    """
    area = area_of(scene.near, scene.radius_m, scene.within)
    if area is None:
        raise CriteriaError("The canvass has no place", allowed="near with radius_m, or within")
    first, last = local_instants(_written(scene.at), zone)
    given = {} if limit is None else {"limit": limit}
    return CanvassCriteria(
        scene=area,
        at=first,
        before=_span(scene.before, default_minutes),
        after=_span(scene.after, default_minutes) + (last - first),
        **given,
    )


def _span(given: Minutes | None, default_minutes: float) -> timedelta:
    if isinstance(given, timedelta):
        return given
    return timedelta(minutes=default_minutes if given is None else given)


def _written(at: Time) -> str:
    return at if isinstance(at, str) else at.isoformat(timespec="microseconds")


def _pair(position: Sequence[float]) -> tuple[float, float]:
    try:
        lon, lat = (float(number) for number in position)
    except (TypeError, ValueError):
        raise PlaceError(
            "A position is two numbers", given=position, allowed="(lon, lat) in degrees"
        ) from None
    return lon, lat


def _polygon(within: Any) -> Polygon:
    if isinstance(within, ShapelyPolygon):
        if within.interiors:
            raise PlaceError("The polygon has holes", allowed="a polygon without holes")
        return Polygon.of(list(within.exterior.coords))
    return Polygon.of([_pair(corner) for corner in within])

"""Criteria as SQL conditions; every value is bound."""

from __future__ import annotations

import math

from sqlalchemy import (
    ColumnElement,
    Double,
    TextClause,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.types import BigInteger, Text, UserDefinedType

from workbench.detections.cells import covering_cells
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import PlatePattern
from workbench.domain.period import Period
from workbench.domain.place import EARTH_RADIUS_M, Area, Circle, Polygon
from workbench.storage.detection_tables import detection

_MICRODEGREES = 1e6
"""PostgreSQL compares polygons with a tolerance of 1e-6, which in degrees is up to 100 m."""

_NEAR = text(
    "power(sin(radians(detection.lat - :near_lat) / 2), 2)"
    " + :near_cos * cos(radians(detection.lat))"
    " * power(sin(radians(detection.lon - :near_lon) / 2), 2) <= :near_most"
).bindparams(*(bindparam(f"near_{part}", type_=Double) for part in ("lon", "lat", "cos", "most")))
"""The haversine of `Point.distance_m`, compared before its arc sine; written out because building
it from functions for every canvass took longer than running it."""

_d = detection.c
Condition = ColumnElement[bool] | TextClause


class _PgPolygon(UserDefinedType[str]):
    """PostgreSQL's own polygon; no extension is needed for it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "polygon"


def search_conditions(criteria: SearchCriteria) -> list[Condition]:
    """Return the conditions of a search over the detection table.

    Parameters
    ----------
    criteria
        As read back from the audit record.

    Returns
    -------
    list
        To be joined with AND; never empty.
    """
    conditions: list[Condition] = []
    if criteria.plate:
        conditions.append(_plate(criteria.plate))
    if criteria.period:
        conditions.append(_period(criteria.period))
    if criteria.area:
        conditions.extend(_area(criteria.area))
    if criteria.cameras:
        conditions.append(_one_of(_d.camera_id, criteria.cameras))
    if criteria.regions:
        conditions.append(_one_of(func.upper(_d.region), criteria.regions))
    if criteria.min_confidence is not None:
        # The column is single precision: without the cast 0.9 would leave out a stored 0.9.
        conditions.append(_d.confidence >= cast(criteria.min_confidence, REAL))
    return conditions


def canvass_conditions(criteria: CanvassCriteria) -> list[Condition]:
    """Return the conditions of a canvass: the scene's area and the time around the event."""
    return [_period(criteria.period), *_area(criteria.scene)]


def _plate(pattern: PlatePattern) -> Condition:
    if pattern.exact is not None:
        return _d.plate_normal == pattern.exact
    matches = _d.plate_normal.regexp_match(pattern.regex)
    if not pattern.prefix:
        return matches
    # The range lets the index find the prefix even when the pattern is a bound value.
    above = pattern.prefix[:-1] + chr(ord(pattern.prefix[-1]) + 1)
    return and_(_d.plate_normal >= pattern.prefix, _d.plate_normal < above, matches)


def _period(period: Period) -> Condition:
    return and_(_d.seen_at >= period.start, _d.seen_at < period.end)


def _area(area: Area) -> list[Condition]:
    min_lon, min_lat, max_lon, max_lat = area.bounds()
    conditions: list[Condition] = [
        _d.lon.between(min_lon, max_lon),
        _d.lat.between(min_lat, max_lat),
    ]
    cells = covering_cells(area)
    if cells is not None:
        conditions.append(_d.cell == any_(type_coerce(cells, ARRAY(BigInteger))))
    conditions.append(_within_circle(area) if isinstance(area, Circle) else _within(area))
    return conditions


def _within_circle(circle: Circle) -> Condition:
    lat = math.radians(circle.centre.lat)
    return _NEAR.bindparams(
        near_lon=circle.centre.lon,
        near_lat=circle.centre.lat,
        near_cos=math.cos(lat),
        near_most=math.sin(min(math.pi / 2, circle.radius_m / (2 * EARTH_RADIUS_M))) ** 2,
    )


def _within(polygon: Polygon) -> Condition:
    corners = ",".join(
        f"({corner.lon * _MICRODEGREES!r},{corner.lat * _MICRODEGREES!r})"
        for corner in polygon.corners
    )
    shape = cast(literal(f"({corners})", Text), _PgPolygon)
    return shape.op("@>")(func.point(_d.lon * _MICRODEGREES, _d.lat * _MICRODEGREES))


def _one_of(column: ColumnElement[str], values: tuple[str, ...]) -> Condition:
    return column == any_(type_coerce(list(values), ARRAY(Text)))

"""The same questions as SQL that somebody wrote by hand for this schema, with psycopg."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.sql import SQL, Composed

from workbench.detections.cells import covering_cells
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.place import EARTH_RADIUS_M, Circle, Point
from workbench.storage.database import Database

_COLUMNS = SQL("""
    id, seen_at, received_at, plate, plate_normal, pseudonym, region, confidence, camera_id, lon,
    lat, heading_deg, direction, vehicle->>'make', vehicle->>'model', vehicle->>'color',
    vehicle->>'body_type', (vehicle->>'year')::smallint, flags, candidates, plate_box, engine,
    engine_version, source, source_event, encode(plate_picture, 'hex'),
    encode(vehicle_picture, 'hex')
""")
_BY_PLATE = SQL("""
    SELECT {} FROM detection WHERE plate_normal = %(plate)s
    ORDER BY seen_at DESC, id DESC LIMIT %(limit)s
""").format(_COLUMNS)
_BY_PATTERN = SQL("""
    SELECT {} FROM detection
    WHERE plate_normal >= %(prefix)s AND plate_normal < %(above)s AND plate_normal ~ %(regex)s
    ORDER BY seen_at DESC, id DESC LIMIT %(limit)s
""").format(_COLUMNS)
_CANVASS = SQL("""
    SELECT {} FROM detection
    WHERE cell = ANY(%(cells)s) AND seen_at >= %(start)s AND seen_at < %(end)s
      AND lon BETWEEN %(min_lon)s AND %(max_lon)s AND lat BETWEEN %(min_lat)s AND %(max_lat)s
      AND 2 * %(earth_m)s * asin(least(1, sqrt(
            power(sin(radians(lat - %(lat)s) / 2), 2)
            + cos(radians(%(lat)s)) * cos(radians(lat)) * power(sin(radians(lon - %(lon)s) / 2), 2)
          ))) <= %(radius_m)s
    ORDER BY seen_at, id LIMIT %(limit)s
""").format(_COLUMNS)
_PLATES = SQL("""
    SELECT plate_normal FROM detection TABLESAMPLE BERNOULLI (%(share)s) REPEATABLE (%(seed)s)
    WHERE length(plate_normal) >= 6
    ORDER BY md5(plate_normal || seen_at || %(seed)s::text) LIMIT %(count)s
""")
_PLACES = SQL("""
    SELECT lon, lat FROM detection
    WHERE seen_at >= (SELECT max(seen_at) FROM detection) - interval '1 day'
      AND camera_id LIKE 'FIX-%%'
    GROUP BY lon, lat ORDER BY lon, lat
""")
_PERIOD = SQL("SELECT min(seen_at), max(seen_at) FROM detection")
_COUNT = SQL("SELECT count(*) FROM detection")


class HandSql:
    """A connection of the service role with prepared statements; a context manager."""

    def __init__(self, database: Database) -> None:
        url = database.service.url.set(drivername="postgresql")
        self._connection = psycopg.connect(
            url.render_as_string(hide_password=False), autocommit=True, options="-c timezone=UTC"
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def search(self, criteria: SearchCriteria) -> int:
        """Fetch the rows of a search by plate and return how many there are."""
        pattern = criteria.plate
        if pattern is None:
            return 0
        if pattern.exact is not None:
            values = {"plate": pattern.exact, "limit": criteria.limit}
            return len(self._rows(_BY_PLATE, values))
        above = pattern.prefix[:-1] + chr(ord(pattern.prefix[-1]) + 1)
        values = {"prefix": pattern.prefix, "above": above, "regex": pattern.regex}
        return len(self._rows(_BY_PATTERN, values | {"limit": criteria.limit}))

    def canvass(self, criteria: CanvassCriteria) -> int:
        """Fetch the rows of a canvass of a circle and return how many there are."""
        return len(self._rows(_CANVASS, _scene(criteria)))

    def stored_reads(self) -> int:
        """Return how many reads there are."""
        return int(self._rows(_COUNT)[0][0])

    def period(self) -> tuple[datetime, datetime]:
        """Return when the first and the last read were seen."""
        first, last = self._rows(_PERIOD)[0]
        return first, last

    def plates(self, count: int, seed: int) -> list[str]:
        """Return plates of stored reads; those that are seen often come often."""
        share = min(100.0, 2_000.0 * count / max(1, self.stored_reads()))
        found = self._rows(_PLATES, {"share": share, "seed": seed, "count": count})
        return [plate for (plate,) in found]

    def places(self) -> list[Point]:
        """Return where the fixed cameras stand."""
        return [Point(lon, lat) for lon, lat in self._rows(_PLACES)]

    def _rows(
        self, statement: SQL | Composed, values: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values, prepare=True).fetchall()


def _scene(criteria: CanvassCriteria) -> dict[str, Any]:
    circle = criteria.scene
    if not isinstance(circle, Circle):
        message = "the benchmark canvasses circles"
        raise TypeError(message)
    min_lon, min_lat, max_lon, max_lat = circle.bounds()
    period = criteria.period
    return {
        "cells": covering_cells(circle),
        "start": period.start,
        "end": period.end,
        "min_lon": min_lon,
        "max_lon": max_lon,
        "min_lat": min_lat,
        "max_lat": max_lat,
        "lon": circle.centre.lon,
        "lat": circle.centre.lat,
        "radius_m": circle.radius_m,
        "earth_m": EARTH_RADIUS_M,
        "limit": criteria.limit,
    }

"""Which looks could have brought which of the packed reads, by what was asked; no database.

What a look returned is not stored row by row, or the log would be a second copy of the reads. But
what it asked for stands there to the letter, and a read that is packed can be held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from workbench.domain.criteria import (
    CanvassCriteria,
    SearchCriteria,
    canvass_from_json,
    search_from_json,
)
from workbench.domain.pattern import PlatePattern
from workbench.domain.period import Period
from workbench.domain.place import EARTH_RADIUS_M, Area, Circle, Polygon
from workbench.domain.read_set import ReadSet, read_set_from_json
from workbench.errors import WorkbenchError
from workbench.retention.evidence.read_keys import ReadKeys, micros_of

Rows = npt.NDArray[np.bool_]

_EDGE_DEGREES = 1e-6
"""Points so near to a polygon count as in it, as the database's own comparison may have it."""


_AHEAD = frozenset({"hold_place"})
"""Looks that also mean reads which come in later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitKey:
    """What has to be known of a hit to tell whether a look at hits could have shown it.

    Attributes
    ----------
    ended_at
        When the last thing was done about it, where it is closed: no queue shows it after that.
    """

    id: int
    made_at: datetime
    list_code: str
    category: str
    camera_id: str
    possible: bool
    ended_at: datetime | None = None


class Reach:
    """Holds looks against reads.

    Parameters
    ----------
    keys
        Of the packed reads.
    holds
        Numbers of holds that hold some of them.
    hits
        Their hits.
    """

    def __init__(
        self, keys: ReadKeys, *, holds: Iterable[int] = (), hits: Iterable[HitKey] = ()
    ) -> None:
        self._keys = keys
        self._ids = np.array(keys.ids, np.int64)
        self._seen = keys.micros("seen_at")
        self._received = keys.micros("received_at")
        self._first_received = int(self._received.min())
        self._last_received = int(self._received.max())
        self._lon, self._lat = keys.numbers("lon"), keys.numbers("lat")
        self._confidence = keys.numbers("confidence").astype(np.float32)
        self._camera = np.array(keys.texts("camera_id"), dtype=object)
        self._region = np.array([(r or "").upper() for r in keys.texts("region")], dtype=object)
        self._pictures = keys.pictures
        plates = keys.texts("plate_normal")
        self._plates = sorted({plate for plate in plates if plate})
        code = {plate: number for number, plate in enumerate(self._plates)}
        self._plate = np.array([code.get(plate or "", -1) for plate in plates], np.int64)
        self._holds = frozenset(holds)
        self._hits = {hit.id: hit for hit in hits}
        self._known: Mapping[str, Callable[[Mapping[str, Any], datetime], Rows]] = {
            "search": lambda logged, _at: self._search(search_from_json(dict(logged))),
            "canvass": lambda logged, _at: self._canvass(canvass_from_json(dict(logged))),
            "evidence": lambda logged, _at: self._evidence(logged),
            "hold_place": lambda logged, _at: self._meant(read_set_from_json(logged["reads"])),
            "hits": self._listed,
            "board": self._listed,
            "queue": self._queued,
        }

    def of_look(self, logged: Mapping[str, Any] | None, at: datetime) -> bool:
        """Return whether a look with these criteria at that instant could have brought a read.

        Reads that came in later do not count, but for a hold, which means those too. A limit of
        rows, and states that hits have left, are not considered: better one record too many than
        one too few.
        """
        moment = micros_of(at)
        look = str((logged or {}).get("look"))
        if look in _AHEAD:
            moment = max(moment, self._last_received)
        if not logged or moment < self._first_received:
            return False
        known = self._known.get(look, self._named)
        try:
            return bool((known(logged, at) & (self._received <= moment)).any())
        except (WorkbenchError, KeyError, TypeError):
            return False  # of another version's form: its plate, if it has one, still counts

    def of_plate(self, text: str | None, pattern: PlatePattern | None) -> bool:
        """Return whether a plate or pattern in a record means one of the packed plates."""
        if not text:
            return False
        return bool(self._met(pattern)) if pattern else text in self._plates

    def _met(self, pattern: PlatePattern) -> list[int]:
        if pattern.exact is not None:
            at = np.searchsorted(self._plates, pattern.exact)
            there = at < len(self._plates) and self._plates[at] == pattern.exact
            return [int(at)] if there else []
        return [code for code, plate in enumerate(self._plates) if pattern.matches(plate)]

    def _search(self, asked: SearchCriteria) -> Rows:
        rows = self._all(sure=True)
        if asked.plate:
            rows = np.isin(self._plate, self._met(asked.plate))
        if asked.period and rows.any():
            rows &= self._within(asked.period)
        if asked.cameras and rows.any():
            rows &= np.isin(self._camera, list(asked.cameras))
        if asked.regions and rows.any():
            rows &= np.isin(self._region, list(asked.regions))
        if asked.min_confidence is not None:
            rows &= self._confidence >= np.float32(asked.min_confidence)
        if asked.area and rows.any():
            rows &= self._in(asked.area)
        return rows

    def _canvass(self, asked: CanvassCriteria) -> Rows:
        return self._within(asked.period) & self._in(asked.scene)

    def _evidence(self, logged: Mapping[str, Any]) -> Rows:
        if logged["hold"] is not None:
            return self._all(sure=logged["hold"] in self._holds)
        return self._meant(read_set_from_json(logged["reads"]))

    def _meant(self, meant: ReadSet) -> Rows:
        rows = np.isin(self._ids, list(meant.detections))
        return rows | self._search(meant.search) if meant.search else rows

    def _named(self, logged: Mapping[str, Any], at: datetime) -> Rows:
        """One read, picture, hit or hold, whatever the look is called."""
        del at
        rows = self._all(sure=logged.get("hit") in self._hits or logged.get("hold") in self._holds)
        rows |= self._all(sure=logged.get("sha256") in self._pictures)
        number = logged.get("detection_id")
        return rows if number is None else rows | (self._ids == number)

    def _listed(self, logged: Mapping[str, Any], at: datetime) -> Rows:
        def asked(hit: HitKey) -> bool:
            return (
                hit.made_at <= at
                and hit.id > logged["after_id"]
                and (not hit.possible or logged["possible"])
                and _any_or(logged["list_codes"], hit.list_code)
                and _any_or(logged["categories"], hit.category)
                and _any_or(logged["camera_ids"], hit.camera_id)
            )

        return self._all(sure=any(asked(hit) for hit in self._hits.values()))

    def _queued(self, logged: Mapping[str, Any], at: datetime) -> Rows:
        del logged
        waits = (
            hit.made_at <= at and (hit.ended_at is None or at <= hit.ended_at)
            for hit in self._hits.values()
        )
        return self._all(sure=any(waits))

    def _within(self, period: Period) -> Rows:
        after: Rows = self._seen >= micros_of(period.start)
        return after & (self._seen < micros_of(period.end))

    def _in(self, area: Area) -> Rows:
        if isinstance(area, Circle):
            return self._near(area)
        wider = shapely.buffer(_filled(area), _EDGE_DEGREES)
        shapely.prepare(wider)
        found: Rows = shapely.intersects_xy(wider, self._lon, self._lat)
        return found

    def _near(self, circle: Circle) -> Rows:
        lon, lat = np.radians(circle.centre.lon), np.radians(circle.centre.lat)
        at_lat = np.radians(self._lat)
        half = np.sin((at_lat - lat) / 2) ** 2
        half += np.cos(lat) * np.cos(at_lat) * np.sin((np.radians(self._lon) - lon) / 2) ** 2
        most = np.sin(min(np.pi / 2, circle.radius_m / (2 * EARTH_RADIUS_M))) ** 2
        found: Rows = half <= most * (1 + 1e-9)
        return found

    def _all(self, *, sure: bool) -> Rows:
        return np.full(len(self._ids), sure)


def _any_or(asked: Sequence[str], value: str) -> bool:
    return not asked or value in asked


def _filled(polygon: Polygon) -> shapely.Geometry:
    """Return all that edges enclose: of a polygon that crosses itself, every part of it."""
    ring = shapely.LinearRing([(corner.lon, corner.lat) for corner in polygon.corners])
    edges = shapely.node(ring)
    return shapely.union_all([edges, *shapely.get_parts(shapely.polygonize([edges]))])

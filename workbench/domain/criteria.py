"""What a look at detections asks for, and its form in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.domain.pattern import PlatePattern, parse_pattern
from workbench.domain.period import Period, utc
from workbench.domain.place import Area, Circle, Point, Polygon
from workbench.errors import CriteriaError

MAX_LIMIT = 100_000
"""Most rows that one look returns."""

MAX_CANVASS = timedelta(hours=24)
"""Longest margin before or after the event of a canvass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCriteria:
    """A search: every part narrows it; at least one of plate, area, cameras or period is given.

    Attributes
    ----------
    plate
        A pattern with LEARN's wildcards.
    area
        A circle or polygon in EPSG:4326.
    period
        Half-open, UTC.
    regions
        State or country codes as the sources wrote them, upper case.
    min_confidence
        From 0 to 1; reads without a confidence are left out when it is given.

    Raises
    ------
    CriteriaError
        If nothing is asked for, or limit or confidence are out of range.

    Examples
    --------
    >>> SearchCriteria(plate=parse_pattern("7AB?1*")).as_json()["plate"]
    '7AB?1*'
    """

    plate: PlatePattern | None = None
    area: Area | None = None
    period: Period | None = None
    cameras: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    min_confidence: float | None = None
    limit: int = 1_000

    def __post_init__(self) -> None:
        """Refuse what would find everything or nothing."""
        if not (self.plate or self.area or self.period or self.cameras):
            raise CriteriaError(
                "The search asks for everything",
                allowed="a plate, an area, cameras or a period",
            )
        _check_limit(self.limit)
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            raise CriteriaError(
                "The confidence is out of range", given=self.min_confidence, allowed="0 to 1"
            )

    def as_json(self) -> dict[str, Any]:
        """Return the criteria as they are logged; `search_from_json` takes them back."""
        return {
            "look": "search",
            "plate": self.plate.text if self.plate else None,
            "area": _area_json(self.area),
            "period": _period_json(self.period),
            "cameras": list(self.cameras),
            "regions": list(self.regions),
            "min_confidence": self.min_confidence,
            "limit": self.limit,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvassCriteria:
    """A canvass: who passed a place around an event (Policy 426.5 (b)).

    Attributes
    ----------
    scene
        Where to look.
    at
        When it happened; aware.
    before, after
        Margins around it, at most `MAX_CANVASS` each and not both zero.

    Raises
    ------
    CriteriaError
        If a margin or the limit is out of range.
    """

    scene: Area
    at: datetime
    before: timedelta
    after: timedelta
    limit: int = 5_000

    def __post_init__(self) -> None:
        """Refuse margins that make no canvass."""
        object.__setattr__(self, "at", utc(self.at))
        for name, margin in (("before", self.before), ("after", self.after)):
            if not timedelta(0) <= margin <= MAX_CANVASS:
                raise CriteriaError(
                    f"The time {name} the event is out of range",
                    given=str(margin),
                    allowed=f"0 to {MAX_CANVASS.total_seconds() / 3600:.0f} hours",
                )
        if not (self.before or self.after):
            raise CriteriaError("The canvass covers no time", allowed="minutes before or after")
        _check_limit(self.limit)

    @property
    def period(self) -> Period:
        """The half-open period that is looked at."""
        return Period.around(self.at, before=self.before, after=self.after)

    def as_json(self) -> dict[str, Any]:
        """Return the criteria as they are logged; `canvass_from_json` takes them back."""
        return {
            "look": "canvass",
            "scene": _area_json(self.scene),
            "at": self.at.isoformat(),
            "before_s": self.before.total_seconds(),
            "after_s": self.after.total_seconds(),
            "limit": self.limit,
        }


def search_from_json(logged: dict[str, Any]) -> SearchCriteria:
    """Return the search that `SearchCriteria.as_json` wrote."""
    period = logged["period"]
    return SearchCriteria(
        plate=parse_pattern(logged["plate"]) if logged["plate"] else None,
        area=_area_from_json(logged["area"]),
        period=period and Period(*(datetime.fromisoformat(period[k]) for k in ("start", "end"))),
        cameras=tuple(logged["cameras"]),
        regions=tuple(logged["regions"]),
        min_confidence=logged["min_confidence"],
        limit=logged["limit"],
    )


def canvass_from_json(logged: dict[str, Any]) -> CanvassCriteria:
    """Return the canvass that `CanvassCriteria.as_json` wrote."""
    scene = _area_from_json(logged["scene"])
    if scene is None:
        raise CriteriaError("The logged canvass has no scene", given=logged)
    return CanvassCriteria(
        scene=scene,
        at=datetime.fromisoformat(logged["at"]),
        before=timedelta(seconds=logged["before_s"]),
        after=timedelta(seconds=logged["after_s"]),
        limit=logged["limit"],
    )


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise CriteriaError(
            "The limit is out of range", given=limit, allowed=f"1 to {MAX_LIMIT} rows"
        )


def _period_json(period: Period | None) -> dict[str, str] | None:
    if period is None:
        return None
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _area_json(area: Area | None) -> dict[str, Any] | None:
    if area is None:
        return None
    if isinstance(area, Circle):
        centre = [area.centre.lon, area.centre.lat]
        return {"shape": "circle", "centre": centre, "radius_m": area.radius_m}
    return {"shape": "polygon", "corners": [[c.lon, c.lat] for c in area.corners]}


def _area_from_json(logged: dict[str, Any] | None) -> Area | None:
    if logged is None:
        return None
    if logged["shape"] == "circle":
        return Circle(Point(*logged["centre"]), logged["radius_m"])
    return Polygon.of(logged["corners"])

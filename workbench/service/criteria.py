"""Searches and canvasses as they come over the wire, and their way into the domain's values."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period
from workbench.domain.place import MAX_CORNERS, Area, Circle, Point, Polygon
from workbench.service.edge import Body, Instant, Line

LonLat = Annotated[tuple[float, float], Field(strict=False, description="Degrees, lon first")]
Names = Annotated[tuple[Line, ...], Field(strict=False, max_length=1_000)]
Seconds = Annotated[float, Field(ge=0, le=10**7)]


class CircleAsked(Body):
    """All positions within a distance of a centre."""

    shape: Literal["circle"]
    centre: LonLat
    radius_m: float

    def area(self) -> Area:
        """Return the domain's circle."""
        return Circle(Point(*self.centre), self.radius_m)


class PolygonAsked(Body):
    """An area given by its corners; the last joins the first."""

    shape: Literal["polygon"]
    corners: Annotated[tuple[LonLat, ...], Field(strict=False, max_length=MAX_CORNERS + 1)]

    def area(self) -> Area:
        """Return the domain's polygon."""
        return Polygon.of(self.corners)


AreaAsked = Annotated[CircleAsked | PolygonAsked, Field(discriminator="shape")]


class PeriodAsked(Body):
    """Half-open; both times carry a zone."""

    start: Instant
    end: Instant


class SearchAsked(Body):
    """A search: every part narrows it."""

    plate: Line | None = None
    area: AreaAsked | None = None
    period: PeriodAsked | None = None
    cameras: Names = ()
    regions: Names = ()
    min_confidence: float | None = None
    limit: int | None = None

    def criteria(self, *, default_limit: int) -> SearchCriteria:
        """Return the domain's criteria.

        Raises
        ------
        InputError
            If a part cannot be searched for.
        """
        return SearchCriteria(
            plate=None if self.plate is None else parse_pattern(self.plate),
            area=self.area.area() if self.area else None,
            period=Period(self.period.start, self.period.end) if self.period else None,
            cameras=self.cameras,
            regions=self.regions,
            min_confidence=self.min_confidence,
            limit=default_limit if self.limit is None else self.limit,
        )


class CanvassAsked(Body):
    """Who passed a scene around an event."""

    scene: AreaAsked
    at: Instant
    before_s: Seconds
    after_s: Seconds
    limit: int | None = None

    def criteria(self) -> CanvassCriteria:
        """Return the domain's criteria.

        Raises
        ------
        InputError
            If the scene cannot be canvassed.
        """
        given = {} if self.limit is None else {"limit": self.limit}
        return CanvassCriteria(
            scene=self.scene.area(),
            at=self.at,
            before=timedelta(seconds=self.before_s),
            after=timedelta(seconds=self.after_s),
            **given,
        )

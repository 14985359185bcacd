"""Options that say which reads are meant, shared by holds and evidence packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.period import Period, local_period
from workbench.domain.place import Area, Circle, Point, Polygon
from workbench.domain.read_set import ReadSet
from workbench.errors import PeriodError, PlaceError

PlateOption = Annotated[
    str | None, typer.Option("--plate", help="A plate, or a pattern such as 7AB?1*")
]
FromOption = Annotated[
    str | None, typer.Option("--from", help="Seen from here on: local time, or with offset")
]
ToOption = Annotated[
    str | None, typer.Option("--to", help="Seen before: local time, or with offset")
]
CircleOption = Annotated[
    str | None, typer.Option("--circle", metavar="LON,LAT,METRES", help="Seen within it")
]
CornersOption = Annotated[
    list[str] | None,
    typer.Option("--corner", metavar="LON,LAT", help="Of a polygon; three or more"),
]
CamerasOption = Annotated[
    list[str] | None, typer.Option("--camera", help="As its reads name it; may be repeated")
]
RegionsOption = Annotated[
    list[str] | None, typer.Option("--region", help="State as read; may be repeated")
]
DetectionsOption = Annotated[
    list[int] | None, typer.Option("--detection", help="Number of a read; may be repeated")
]


def given_reads(
    plate: str | None,
    window: tuple[str | None, str | None],
    place: tuple[str | None, Sequence[str] | None],
    origin: tuple[Sequence[str] | None, Sequence[str] | None],
    detections: Sequence[int] | None,
    *,
    zone: ZoneInfo,
) -> ReadSet | None:
    """Return which reads the options mean; ``None`` when none of them was given.

    Parameters
    ----------
    window
        From and to.
    place
        A circle, or the corners of a polygon.
    origin
        Cameras and regions.

    Raises
    ------
    InputError
        If one of them means nothing.
    """
    (start, end), (circle, corners), (cameras, regions) = window, place, origin
    area = given_area(circle, corners)
    period = _period(start, end, zone)
    search = None
    if plate or area or period or cameras or regions:
        search = SearchCriteria(
            plate=parse_pattern(plate) if plate else None,
            area=area,
            period=period,
            cameras=tuple(cameras or ()),
            regions=tuple(region.upper() for region in regions or ()),
        )
    if search is None and not detections:
        return None
    return ReadSet(search=search, detections=tuple(detections or ()))


def given_area(circle: str | None, corners: Sequence[str] | None) -> Area | None:
    """Return the circle or the polygon that was given.

    Raises
    ------
    PlaceError
        If both were, or one does not parse.

    Examples
    --------
    >>> given_area("-121.28,38.75,300", None)
    Circle(centre=Point(lon=-121.28, lat=38.75), radius_m=300.0)
    """
    if circle and corners:
        raise PlaceError("There can be one place", allowed="--circle, or --corner thrice or more")
    if circle:
        lon, lat, radius_m = _numbers(circle, 3, "LON,LAT,METRES")
        return Circle(Point(lon, lat), radius_m)
    if corners:
        return Polygon.of([_numbers(corner, 2, "LON,LAT") for corner in corners])
    return None


def _period(start: str | None, end: str | None, zone: ZoneInfo) -> Period | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise PeriodError("Half of the window is missing", allowed="--from and --to")
    return local_period(start, end, zone)


def _numbers(text: str, count: int, form: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise PlaceError("The place cannot be read", given=text, allowed=form)
    return numbers

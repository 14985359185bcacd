"""The made-up city's equipment: sites, a trailer that moved, cars, and what is wrong with some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from workbench.demo.cameras import Camera, PatrolCar
from workbench.demo.city import City
from workbench.demo.day.times import DayTimes
from workbench.demo.names import TOWN
from workbench.domain.period import Period
from workbench.domain.place import Point
from workbench.fleet.registry import Site

TRAILER = "TRL-1"
SILENT = "FIX-60"
"""Read until the day with hits, and nothing since."""
OUT_OF_SERVICE = "FIX-31"
"""Its shutter is stuck, which people were told; the garage has not been there."""
DAMAGED = "FIX-23"
"""Its window was broken when it was inspected; the garage has repaired it."""
NOT_INSPECTED = ("FIX-17", "FIX-42")
"""Left out at the last inspection."""

_CAR_PARKS = (30, 45)
"""Numbers of cameras near which the trailer stood first, and stands now."""


def unit_of(car: PatrolCar) -> str:
    """Return the department's number of a car."""
    return f"U{car.camera_id.removeprefix('CAR-')}"


def sites_of(city: City) -> Mapping[str, Site]:
    """Return the site of each fixed camera, by its identifier; two ways of one junction share one.

    Examples
    --------
    >>> from workbench.demo.city import make_city
    >>> sites = sites_of(make_city(reads=5_000))
    >>> len(sites), len({site.name for site in sites.values()})
    (60, 40)
    """
    names: dict[str, int] = {}
    found = {}
    for camera in city.cameras:
        plain = camera.name.removesuffix(f", {camera.direction}")
        first = names.setdefault(plain, camera.node)
        name = plain if first == camera.node else f"{plain}, {camera.node}"
        found[camera.camera_id] = _site(name, f"Junction of {plain}", camera.point)
    return found


def trailer_sites(city: City) -> tuple[Site, Site]:
    """Return where the trailer stood first, and where it stands now."""
    first, then = (city.cameras[number] for number in _CAR_PARKS)
    return _car_park(first), _car_park(then)


def trailer_at(site: Site) -> Camera:
    """Return the trailer's camera where it stands at a site."""
    return Camera(camera_id=TRAILER, name=site.name, point=site.position, heading_deg=90.0, node=-1)


def trailer_stays(day: DayTimes) -> tuple[Period, Period]:
    """Return when the trailer stood at its first site, and at its second until the day's evening.

    It came two weeks before the day, and was moved ten days later.
    """
    came, moved = day.at("09:00", days=-14), day.at("10:30", days=-4)
    return Period(came, moved), Period(moved + timedelta(minutes=45), day.at("16:00", days=-1))


def _car_park(camera: Camera) -> Site:
    road = camera.name.partition(" at ")[0].partition(",")[0]
    beside = replace(camera.point, lat=round(camera.point.lat + 0.0009, 6))
    return _site(f"Car park on {road}", f"Car park on {road}", beside)


def _site(name: str, address: str, position: Point) -> Site:
    owner = f"City of {TOWN}"
    return Site(
        name=name,
        address=f"{address}, {TOWN}",
        position=position,
        owner=owner,
        public_owner=True,
    )

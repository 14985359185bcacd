"""Hikvision's ANPR alerts: ISAPI EventNotificationAlert in XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import Reading
from workbench.detections.formats.values import (
    instant_of_text,
    named,
    number,
    position,
    refused,
    said,
    share,
)
from workbench.detections.formats.xml_events import XmlFormat
from workbench.domain.place import Point
from workbench.domain.read import Box, Candidate, Read, Vehicle

_NO_PLATE = "unknown"
_NO_COUNTRY = "NON"


class Hikvision(XmlFormat):
    """One alert of a camera; its pictures come beside it and are only named here."""

    name = "hikvision"
    title = "Hikvision ANPR EventNotificationAlert (XML)"
    schema = "hikvision.schema.json"
    element = "EventNotificationAlert"

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return the alert's plate."""
        return [record["ANPR"]]

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one alert."""
        seen_at, flags = instant_of_text(record["dateTime"], "dateTime", context.zone)
        plate = sighting["licensePlate"]
        pictures = _pictures(sighting)
        read = Read(
            plate="" if plate.casefold() == _NO_PLATE else plate,
            seen_at=seen_at,
            camera=named(_camera(record), "macAddress", context),
            source=self.name,
            region=_region(record),
            confidence=share(sighting.get("confidenceLevel"), "confidenceLevel", out_of=100),
            candidates=_candidates(sighting),
            position=_position(record.get("DeviceGPSInfo"), context),
            direction=said(sighting.get("direction")),
            vehicle=_vehicle(sighting),
            plate_box=_box(sighting, pictures),
            engine="hikvision",
            source_event=said(record.get("UUID")),
            picture_names=tuple(p["fileName"] for p in pictures if said(p.get("fileName"))),
        )
        return read, flags


def _camera(record: Mapping[str, Any]) -> str | None:
    device = said(record.get("macAddress")) or said(record.get("ipAddress"))
    channel = said(record.get("channelID"))
    return f"{device}/{channel}" if device and channel else device


def _region(record: Mapping[str, Any]) -> str | None:
    country = said(record.get("countryAbbreviation"))
    return None if country == _NO_COUNTRY else country


def _candidates(anpr: Mapping[str, Any]) -> tuple[Candidate, ...]:
    original = said(anpr.get("originalLicensePlate"))
    if original in (None, anpr["licensePlate"]):
        return ()
    level = share(anpr.get("confidenceLevel"), "confidenceLevel", out_of=100)
    return (Candidate(anpr["licensePlate"], level), Candidate(str(original), None))


def _vehicle(anpr: Mapping[str, Any]) -> Vehicle:
    info = anpr.get("vehicleInfo") or {}
    return Vehicle(color=said(info.get("color")), body_type=said(anpr.get("vehicleType")))


def _pictures(anpr: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    pictures = (anpr.get("pictureInfoList") or {}).get("pictureInfo") or []
    return pictures if isinstance(pictures, list) else [pictures]


def _box(anpr: Mapping[str, Any], pictures: Sequence[Mapping[str, Any]]) -> Box | None:
    boxes = [anpr.get("plateRect"), *(picture.get("plateRect") for picture in pictures)]
    box = next((box for box in boxes if box), None)
    if box is None:
        return None
    sides = (round(number(box[name], name) or 0) for name in ("X", "Y", "width", "height"))
    return Box(*sides)


def _position(gps: Mapping[str, Any] | None, context: Context) -> Point | None:
    if not gps:
        return None
    lon = _degrees(gps["Longitude"], "DeviceGPSInfo.Longitude", gps["longitudeType"], "EW")
    lat = _degrees(gps["Latitude"], "DeviceGPSInfo.Latitude", gps["latitudeType"], "NS")
    return position(lon, lat, context)


def _degrees(parts: Mapping[str, Any], field: str, side: str, sides: str) -> float:
    if side not in tuple(sides):
        raise refused("The hemisphere is unknown", field, side, " or ".join(sides))
    degree, minute, second = (
        number(parts.get(name), f"{field}.{name}") or 0.0 for name in ("degree", "minute", "sec")
    )
    if min(degree, minute, second) < 0 or max(minute, second) >= 60:
        raise refused("That is no angle", field, (degree, minute, second), "0 to 59 of 60 parts")
    return (degree + minute / 60 + second / 3600) * (1 if side == sides[0] else -1)

"""Genetec AutoVu's XML, as Sharp units and Security Center write it by their templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import Reading
from workbench.detections.formats.values import (
    instant_of_text,
    named,
    picture,
    position,
    refused,
    said,
    share,
)
from workbench.detections.formats.xml_events import XmlFormat
from workbench.domain.read import Flag, Read, Vehicle


class Genetec(XmlFormat):
    """One read; which elements are there is the choice of the department's template."""

    name = "genetec"
    title = "Genetec AutoVu (XML)"
    schema = "genetec.schema.json"
    element = "AutoVu"

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return the read itself."""
        return [record]

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:  # noqa: ARG002 - it is the record
        """Return the read of one file."""
        seen_at, flags = _time(record, context)
        read = Read(
            plate=record["Plate"],
            seen_at=seen_at,
            camera=named(_camera(record), "SourceName", context),
            source=self.name,
            region=said(record.get("State")),
            confidence=share(record.get("ConfidenceScore"), "ConfidenceScore", out_of=100),
            position=position(record.get("LongitudeX"), record.get("LatitudeY"), context),
            direction=said(record.get("RelativeMotion")) or said(record.get("Lane")),
            vehicle=Vehicle(
                make=said(record.get("VehicleMake")),
                color=said(record.get("VehicleColor")),
                body_type=said(record.get("VehicleType")),
            ),
            engine="autovu",
            source_event=said(record.get("Guid")),
            plate_picture=picture(record.get("PlateImage"), "PlateImage"),
            vehicle_picture=picture(record.get("ContextImage"), "ContextImage"),
        )
        return read, flags


def _camera(record: Mapping[str, Any]) -> str | None:
    names = [said(record.get("SourceName")), said(record.get("CameraName"))]
    return "/".join(name for name in names if name) or None


def _time(record: Mapping[str, Any], context: Context) -> tuple[datetime, frozenset[Flag]]:
    if said(record.get("UTCDate")) and said(record.get("UTCTime")):
        return instant_of_text(f"{_iso(record, 'UTC')}+00:00", "UTCDate", None)
    if said(record.get("LocalDate")) and said(record.get("LocalTime")):
        return instant_of_text(_iso(record, "Local"), "LocalDate", context.zone)
    allowed = "UTCDate and UTCTime, or LocalDate and LocalTime"
    raise refused("The record has no time", "UTCDate, UTCTime", None, allowed)


def _iso(record: Mapping[str, Any], kind: str) -> str:
    day = record[f"{kind}Date"].replace(":", "-").replace("/", "-")
    return f"{day}T{record[f'{kind}Time']}"

"""Axis License Plate Verifier's JSON events; nearly every value is written as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import NO_FLAGS, Reading
from workbench.detections.formats.json_events import JsonFormat
from workbench.detections.formats.values import instant_of_epoch, named, position, said, share
from workbench.domain.read import Box, Read


class AxisLpv(JsonFormat):
    """What the application on the camera posts when a vehicle appears, changes or leaves."""

    name = "axis_lpv"
    title = "Axis License Plate Verifier (JSON)"
    schema = "axis_lpv.schema.json"
    marks = (re.compile(rb'"plateText"\s*:'), re.compile(rb'"carState"\s*:'))

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return the event itself."""
        return [record]

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:  # noqa: ARG002 - it is the record
        """Return the read of one event."""
        place = record.get("geotag") or {}
        read = Read(
            plate=record.get("plateUTF8") or record["plateText"],
            seen_at=instant_of_epoch(
                record["capture_timestamp"], "capture_timestamp", per_second=1000
            ),
            camera=named(_camera(record), "camera_info.SerialNumber", context),
            source=self.name,
            region=said(record.get("plateCountry")),
            confidence=share(record.get("plateConfidence"), "plateConfidence"),
            position=position(place.get("lon"), place.get("lat"), context),
            direction=said(record.get("carMoveDirection")),
            plate_box=_box(record.get("plateCoordinates")),
            engine="axis_lpv",
            source_event=_event(record),
            picture_names=tuple(record.get("imagesURI") or ()),
        )
        return read, NO_FLAGS


def _camera(record: Mapping[str, Any]) -> str | None:
    device = record.get("camera_info") or {}
    return said(device.get("SerialNumber")) or said(record.get("sensorProviderID"))


def _event(record: Mapping[str, Any]) -> str | None:
    car = said(record.get("carID"))
    parts = (_camera(record), car, record.get("carState"), record["capture_timestamp"])
    return ":".join(str(part) for part in parts) if car else None


def _box(coordinates: Sequence[int] | None) -> Box | None:
    return Box(*(round(value) for value in coordinates)) if coordinates else None

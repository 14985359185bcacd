"""Rekor Scout's ``alpr_group``, one passing vehicle, and ``alpr_alert``, which wraps a group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import Reading
from workbench.detections.formats.json_events import JsonFormat
from workbench.detections.formats.openalpr import box_around, candidates
from workbench.detections.formats.values import (
    instant_of_epoch,
    named,
    number,
    picture,
    position,
    said,
    share,
)
from workbench.domain.place import Point
from workbench.domain.read import Flag, Read, Vehicle

_NOT_SET = ((0.0, 0.0), (-1.0, -1.0))
"""What agents write that were told no position."""


class Rekor(JsonFormat):
    """Webhooks and queue messages of the commercial agent."""

    name = "rekor"
    title = "Rekor Scout alpr_group and alpr_alert (JSON)"
    schema = "rekor.schema.json"
    marks = (re.compile(rb'"data_type"\s*:\s*"alpr_(group|alert)"'),)

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return the group: the record itself, or what an alert wraps."""
        return [record["group"] if record["data_type"] == "alpr_alert" else record]

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one group; a group and its alert are the same event."""
        best = sighting.get("best_plate") or {}
        seen = sighting.get("best_uuid_epoch_ms") or sighting["epoch_start"]
        preview = bool(sighting.get("is_preview"))
        event = said(sighting.get("best_uuid"))
        travel = number(sighting.get("travel_direction"), "travel_direction")
        read = Read(
            plate=sighting.get("best_plate_number") or best.get("plate") or "",
            seen_at=instant_of_epoch(seen, "epoch_start", per_second=1000),
            camera=named(_camera(record, sighting), "camera_id", context),
            source=self.name,
            region=said(sighting.get("best_region") or best.get("region")),
            confidence=share(sighting.get("best_confidence"), "best_confidence", out_of=100),
            candidates=candidates(sighting) or candidates(best),
            position=_position(sighting, context),
            direction=None if travel is None else f"{travel:g} degrees in the picture",
            vehicle=_vehicle(sighting.get("vehicle") or {}),
            plate_box=box_around(best.get("coordinates") or ()),
            engine="rekor",
            engine_version=said(sighting.get("agent_version")),
            source_event=f"{event}:preview" if event and preview else event,
            plate_picture=picture(best.get("plate_crop_jpeg"), "best_plate.plate_crop_jpeg"),
            vehicle_picture=picture(sighting.get("vehicle_crop_jpeg"), "vehicle_crop_jpeg"),
        )
        return read, frozenset({Flag.UNCERTAIN} if preview else ())


def _camera(record: Mapping[str, Any], group: Mapping[str, Any]) -> str | None:
    camera = said(group.get("camera_id", record.get("camera_number")))
    agent = said(group.get("agent_uid") or record.get("agent_uid"))
    return f"{agent}/{camera}" if agent and camera else camera


def _position(group: Mapping[str, Any], context: Context) -> Point | None:
    lon, lat = group.get("gps_longitude"), group.get("gps_latitude")
    if (number(lon, "gps_longitude"), number(lat, "gps_latitude")) in _NOT_SET:
        return None
    return position(lon, lat, context)


def _vehicle(said_of: Mapping[str, Any]) -> Vehicle:
    year = _likeliest(said_of, "year")
    return Vehicle(
        make=_likeliest(said_of, "make"),
        model=_likeliest(said_of, "make_model"),
        color=_likeliest(said_of, "color"),
        body_type=_likeliest(said_of, "body_type"),
        year=int(year) if year and year.isdecimal() else None,
    )


def _likeliest(said_of: Mapping[str, Any], part: str) -> str | None:
    found = said_of.get(part) or ()
    best = max(found, key=lambda guess: guess.get("confidence") or 0, default=None)
    return said(best["name"]) if best else None

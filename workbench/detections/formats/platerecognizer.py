"""Plate Recognizer's webhook; the parts of a result are the same in its CSV file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import Reading
from workbench.detections.formats.json_events import JsonFormat
from workbench.detections.formats.values import instant_of_text, named, number, said, share
from workbench.domain.read import Box, Candidate, Read, Vehicle

SOURCE = "platerecognizer"


class PlateRecognizer(JsonFormat):
    """What Stream and Snapshot post for every frame with plates."""

    name = SOURCE
    title = "Plate Recognizer webhook (JSON)"
    schema = "platerecognizer.schema.json"
    marks = (
        re.compile(rb'"results"\s*:\s*\['),
        re.compile(rb'"(dscore|score)"\s*:'),
        re.compile(rb'"timestamp"\s*:\s*"'),
        re.compile(rb'"camera_id"\s*:'),
    )

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return one part for each plate."""
        found: Sequence[Any] = record.get("data", record)["results"]
        return found

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one plate."""
        data = record.get("data", record)
        return result_read(
            sighting, at=data["timestamp"], camera=data["camera_id"], context=context
        )


def result_read(
    result: Mapping[str, Any], *, at: str, camera: str | None, context: Context
) -> Reading:
    """Return the read of one result of the webhook or line of the CSV file.

    Raises
    ------
    RecordError
        If a part of it cannot be understood.
    """
    seen_at, flags = instant_of_text(at, "timestamp", context.zone)
    region = result.get("region") or {}
    read = Read(
        plate=result["plate"],
        seen_at=seen_at,
        camera=named(camera, "camera_id", context),
        source=SOURCE,
        region=said(region.get("code")),
        confidence=share(result.get("score"), "score"),
        candidates=tuple(
            Candidate(given["plate"], share(given.get("score"), "candidates"))
            for given in result.get("candidates") or ()
        ),
        direction=said(result.get("direction")),
        vehicle=_vehicle(result),
        plate_box=_box(result.get("box")),
        engine="platerecognizer",
        picture_names=tuple(filter(None, [said(result.get("filename"))])),
    )
    return read, flags


def _vehicle(result: Mapping[str, Any]) -> Vehicle:
    model = _first(result.get("model_make"))
    body = result.get("vehicle") or {}
    return Vehicle(
        make=said(model.get("make")),
        model=said(model.get("model")),
        color=said(_first(result.get("color")).get("color")),
        body_type=said(body.get("type")),
    )


def _first(guesses: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any]:
    # The likeliest guess comes first.
    return guesses[0] if guesses else {}


def _box(box: Mapping[str, Any] | None) -> Box | None:
    if not box:
        return None
    left, top, right, bottom = (
        round(number(box[side], f"box.{side}") or 0) for side in ("xmin", "ymin", "xmax", "ymax")
    )
    return Box(left, top, right - left, bottom - top)

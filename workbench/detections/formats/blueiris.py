"""Blue Iris alerts and CodeProject.AI's answers inside them: plates among other objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import Reading
from workbench.detections.formats.json_events import JsonFormat
from workbench.detections.formats.values import (
    instant_of_text,
    named,
    picture,
    refused,
    said,
    share,
)
from workbench.domain.plate import normal_plate
from workbench.domain.read import Box, Flag, Read

_ANALYSIS_TIME = "%a %d %b %Y %H:%M:%S GMT"


class BlueIris(JsonFormat):
    """An alert with the analysis in ``ai_dump``, or an answer of the analysis alone."""

    name = "blueiris"
    title = "Blue Iris / CodeProject.AI (JSON)"
    schema = "blueiris.schema.json"
    marks = (
        re.compile(rb'"ai_dump"\s*:|"api"\s*:\s*"|"plate_number"\s*:\s*"[^"]*"\s*,\s*"Image"'),
    )

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return the plates of every answer, and the alert's own where no answer holds it."""
        found = [
            (index, answer["found"], prediction)
            for index, answer in enumerate(record.get("ai_dump", [record]))
            for prediction in answer.get("found", {}).get("predictions") or ()
            if "plate" in prediction
        ]
        own = said(record.get("plate_number"))
        held = {normal_plate(prediction["plate"]) for _, _, prediction in found}
        if own and normal_plate(own) not in held:
            found.append((-1, {}, {"plate": own}))
        return found

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one plate."""
        _, answer, prediction = sighting
        seen_at, flags = _time(record, answer, context)
        read = Read(
            plate=prediction["plate"],
            seen_at=seen_at,
            camera=named(record.get("camera"), "camera", context),
            source=self.name,
            confidence=share(prediction.get("confidence"), "confidence"),
            plate_box=_box(prediction),
            engine=said(answer.get("moduleName")),
            source_event=_event(answer, prediction),
            vehicle_picture=picture(record.get("Image"), "Image"),
        )
        return read, flags


def _time(
    record: Mapping[str, Any], answer: Mapping[str, Any], context: Context
) -> tuple[datetime, frozenset[Flag]]:
    alert = said(record.get("timestamp"))
    if alert:
        return instant_of_text(alert, "timestamp", context.zone)
    analysed = said(answer.get("timestampUTC"))
    if not analysed:
        raise refused("The record has no time", "timestamp", None, "timestamp or timestampUTC")
    try:
        at = datetime.strptime(analysed.replace(",", "", 1), _ANALYSIS_TIME).replace(tzinfo=UTC)
    except ValueError:
        allowed = "such as Tue, 19 Nov 2024 23:51:20 GMT"
        raise refused("The time cannot be read", "timestampUTC", analysed, allowed) from None
    # When it was analysed is all that is known about when it was seen.
    return at, frozenset({Flag.NO_TIME})


def _event(answer: Mapping[str, Any], prediction: Mapping[str, Any]) -> str | None:
    request = said(answer.get("requestId"))
    if request is None:
        return None
    corner = f"{prediction.get('x_min')},{prediction.get('y_min')}"
    return f"{request}:{prediction['plate']}:{corner}"


def _box(prediction: Mapping[str, Any]) -> Box | None:
    if "x_min" not in prediction:
        return None
    left, top, right, bottom = (
        round(prediction[side]) for side in ("x_min", "y_min", "x_max", "y_max")
    )
    return Box(left, top, right - left, bottom - top)

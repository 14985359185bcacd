"""OpenALPR's ``alpr_results``: one picture, every plate in it, ten candidates each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.detections.formats.base import Context
from workbench.detections.formats.events import NO_FLAGS, Reading
from workbench.detections.formats.json_events import JsonFormat
from workbench.detections.formats.values import instant_of_epoch, named, position, said, share
from workbench.domain.read import Box, Candidate, Read

_SECONDS_UNTIL = 10**11
"""Early versions count seconds; as milliseconds, that number would lie in 1973."""


class OpenAlpr(JsonFormat):
    """The open-source recogniser's own output, from pictures and from its daemon."""

    name = "openalpr"
    title = "OpenALPR alpr_results (JSON)"
    schema = "openalpr.schema.json"
    marks = (re.compile(rb'"data_type"\s*:\s*"alpr_results"'),)

    def sightings(self, record: Mapping[str, Any]) -> Sequence[Any]:
        """Return one part for each plate."""
        found: Sequence[Any] = record["results"]
        return found

    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one plate; the payload names no camera of its own."""
        event = said(record.get("uuid"))
        epoch = record["epoch_time"]
        per_second = 1 if epoch < _SECONDS_UNTIL else 1000
        read = Read(
            plate=sighting["plate"],
            seen_at=instant_of_epoch(epoch, "epoch_time", per_second=per_second),
            camera=named(record.get("camera_id"), "camera_id", context),
            source=self.name,
            region=said(sighting.get("region")),
            confidence=share(sighting.get("confidence"), "confidence", out_of=100),
            candidates=candidates(sighting),
            position=position(record.get("gps_longitude"), record.get("gps_latitude"), context),
            plate_box=box_around(sighting.get("coordinates") or ()),
            engine="openalpr",
            source_event=f"{event}:{sighting.get('plate_index', 0)}" if event else None,
        )
        return read, NO_FLAGS


def candidates(plate: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """Return a plate's candidates as OpenALPR and its heirs write them.

    Raises
    ------
    RecordError
        If a confidence lies outside 0 to 100.
    """
    return tuple(
        Candidate(given["plate"], share(given.get("confidence"), "candidates", out_of=100))
        for given in plate.get("candidates") or ()
    )


def box_around(corners: Sequence[Mapping[str, Any]]) -> Box | None:
    """Return the upright box around a plate's corners.

    Examples
    --------
    >>> box_around([{"x": 4, "y": 7}, {"x": 9, "y": 6}])
    Box(x=4, y=6, width=5, height=1)
    """
    if not corners:
        return None
    across = [round(corner["x"]) for corner in corners]
    down = [round(corner["y"]) for corner in corners]
    left, top = min(across), min(down)
    return Box(left, top, max(across) - left, max(down) - top)

"""Recognised pictures as reads: when and where they were taken, with the picture and the crop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from workbench.detections.formats.base import Context, Taken
from workbench.detections.formats.checks import checked
from workbench.detections.formats.values import instant_of_text
from workbench.domain.read import Candidate, Flag, Read
from workbench.errors import RecordError
from workbench.recognition.exif import Shot
from workbench.recognition.picture_jobs import ReadPicture

PICTURE = "picture"
"""The source of reads that were recognised here, and the format of their deliveries."""

_TIME_ALLOWED = (
    "EXIF DateTimeOriginal with an offset, or with --zone beside it; else --at, or --file-time"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenWhen:
    """What the sender says about when pictures were taken.

    Attributes
    ----------
    at
        ISO 8601; counts before what the picture says.
    zone
        Of times without an offset, here and in the pictures; ``None`` refuses those.
    file_time
        Whether the file's time of change may stand in where there is no other.
    """

    at: str | None = None
    zone: ZoneInfo | None = None
    file_time: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a picture was taken, and what is doubtful about that."""

    at: datetime
    flags: frozenset[Flag]


def sighting_of(shot: Shot, path: Path, when: TakenWhen) -> Sighting:
    """Return when a picture was taken.

    Raises
    ------
    RecordError
        If neither the sender nor the picture says so, or a time cannot be read.
    """
    for field, text in (("--at", when.at), ("EXIF DateTimeOriginal", shot.taken_at)):
        if text is not None:
            return Sighting(*instant_of_text(text, field, when.zone))
    if when.file_time:
        return Sighting(datetime.fromtimestamp(path.stat().st_mtime, UTC), frozenset())
    raise RecordError(
        "The picture does not say when it was taken",
        allowed=_TIME_ALLOWED,
        where={"file": path, "field": "seen_at"},
    )


def items_of(
    found: ReadPicture, content: bytes, sighting: Sighting, context: Context
) -> list[Taken]:
    """Return what was read on one picture as the items of one delivery.

    Parameters
    ----------
    found
        Read without an error, with a picture of each plate.
    content
        The encoded picture, kept as it is as the picture of the vehicle.
    context
        Names the camera.

    Raises
    ------
    RecordError
        If the time lies in the future or too far back.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    return [
        Taken(
            0,
            checked(
                Read(
                    plate=read.text,
                    seen_at=sighting.at,
                    camera=context.camera or "",
                    source=PICTURE,
                    region=read.region,
                    confidence=read.confidence,
                    candidates=tuple(Candidate(*each) for each in read.candidates),
                    position=found.shot.position if found.shot else None,
                    plate_box=read.box,
                    engine=read.engine,
                    engine_version=read.version,
                    source_event=f"{sha256}/{number}",
                    plate_picture=plate_picture,
                    vehicle_picture=content,
                ),
                context,
            ),
            sighting.flags,
        )
        for number, (read, plate_picture) in enumerate(
            zip(found.reads, found.plate_pictures, strict=True)
        )
    ]

"""Passages of a video as reads: when it was taken, and what a passage says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from workbench.detections.formats.base import Context, Taken
from workbench.detections.formats.checks import checked
from workbench.detections.formats.values import instant_of_text
from workbench.detections.from_pictures import Sighting
from workbench.domain import read as said
from workbench.domain.read import Candidate, Flag, Read
from workbench.errors import InputError, RecordError
from workbench.recognition.video.container import creation_time
from workbench.recognition.video.direction import direction_of
from workbench.recognition.video.passages import Passage

VIDEO = "video"
"""The source of reads that were followed through a video, and the format of their deliveries."""

LOOKS_PER_SECOND = 5.0
"""A plate at 50 km/h is looked at about every 3 m."""

_FEWEST, _MOST = 0.1, 60.0
_TIME_ALLOWED = "--at, with an offset or with --zone; else the creation time in MP4, MOV or MKV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filming:
    """What is said about a video.

    Attributes
    ----------
    camera
        Its name, as the department knows it.
    at
        When the first frame was taken, ISO 8601; counts before what the video says.
    zone
        Of `at`, where it has no offset; without either it is refused.
    looks_per_second
        How many frames of each second are looked at, at most.

    Raises
    ------
    InputError
        If the camera has no name, or there are too few or too many looks.
    """

    camera: str
    at: str | None = None
    zone: ZoneInfo | None = None
    looks_per_second: float = LOOKS_PER_SECOND

    def __post_init__(self) -> None:
        """Refuse a video of no camera, and looks that make no sense."""
        if not self.camera.strip():
            raise InputError(
                "Which camera took the video?", given=self.camera, allowed="a camera's name"
            )
        if not _FEWEST <= self.looks_per_second <= _MOST:
            raise InputError(
                "So many frames a second cannot be looked at",
                given=self.looks_per_second,
                allowed=f"{_FEWEST} to {_MOST:g}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the passages of a video come from.

    Attributes
    ----------
    sha256
        Of the video.
    start
        When its first frame was taken.
    """

    sha256: str
    start: Sighting
    context: Context


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that is over, with the picture of the vehicle and of the plate, encoded."""

    passage: Passage
    vehicle_picture: bytes
    plate_picture: bytes


def start_of(path: Path, container: str, filming: Filming) -> Sighting:
    """Return when the first frame of a video was taken.

    Raises
    ------
    RecordError
        If neither the sender nor the video says so, or the time cannot be read.
    """
    if filming.at is not None:
        return Sighting(*instant_of_text(filming.at, "--at", filming.zone))
    created = creation_time(path, container)
    if created is not None:
        return Sighting(created, frozenset({Flag.TIME_OF_CONTAINER}))
    raise RecordError(
        "The video does not say when it was taken",
        allowed=_TIME_ALLOWED,
        next_step="give the time of its first frame: --at 2026-07-01T20:00:00-07:00",
        where={"file": path, "field": "seen_at"},
    )


def item_of(shown: Shown, origin: Origin) -> Taken:
    """Return a passage as an item of its video's delivery.

    Its instant and its box are those of the frame that is kept as its picture. It is known by the
    video's hash and by its first frame. The camera is no part of that, because a video is taken in
    once, whoever is said to have taken it.

    Raises
    ------
    RecordError
        If its time lies in the future or too far back.
    """
    passage, best = shown.passage, shown.passage.picture()
    voted = passage.votes.result()
    start = origin.start.at
    return Taken(
        passage.name.frame,
        checked(
            Read(
                plate=voted.text,
                seen_at=_at(start, best.at_s),
                camera=origin.context.camera or "",
                source=VIDEO,
                region=best.region,
                confidence=voted.confidence,
                candidates=tuple(Candidate(*each) for each in voted.candidates),
                direction=str(direction_of(passage.first.place, passage.last.place)),
                plate_box=best.box,
                engine=passage.engine,
                engine_version=passage.version,
                source_event=f"{origin.sha256}/{passage.name.frame}/{passage.name.order}",
                plate_picture=shown.plate_picture,
                vehicle_picture=shown.vehicle_picture,
                passage=said.Passage(
                    _at(start, passage.first.at_s),
                    _at(start, passage.last.at_s),
                    passage.votes.frames,
                ),
            ),
            origin.context,
        ),
        origin.start.flags,
    )


def _at(start: datetime, seconds: float) -> datetime:
    return start + timedelta(seconds=seconds)

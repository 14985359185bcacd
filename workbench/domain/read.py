"""A read: what one camera or recogniser said about one plate, kept as it was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.place import Point


class Candidate(NamedTuple):
    """One reading of the plate with the source's own confidence from 0 to 1, if it gave one."""

    text: str
    confidence: float | None


class Flag(StrEnum):
    """What is missing or doubtful about a read; stored beside it, never repaired.

    The first five are the parts of a detection (Policy 426.3 (3)).
    """

    NO_PLATE = "no_plate"
    NO_PLATE_PICTURE = "no_plate_picture"
    NO_VEHICLE_PICTURE = "no_vehicle_picture"
    NO_POSITION = "no_position"
    NO_TIME = "no_time"
    NO_CONFIDENCE = "no_confidence"
    PSEUDONYM = "pseudonym"
    UNCERTAIN = "uncertain"
    OUTSIDE_AREA = "outside_area"
    TIME_AMBIGUOUS = "time_ambiguous"
    CAMERA_UNKNOWN = "camera_unknown"
    POSITION_OF_CAMERA = "position_of_camera"
    TIME_OF_CONTAINER = "time_of_container"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the source said about the vehicle; every part may be missing."""

    make: str | None = None
    model: str | None = None
    color: str | None = None
    body_type: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A plate's way through a video.

    Attributes
    ----------
    first_seen_at, last_seen_at
        Aware; the sighting that the read stands for lies between.
    frames
        How many frames voted on what the plate says.
    """

    first_seen_at: datetime
    last_seen_at: datetime
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A normalised read, before it is stored as a detection.

    Attributes
    ----------
    plate
        As the source wrote it.
    pseudonym
        True when `plate` is a hash or other stand-in for a plate.
    seen_at
        When the camera saw it; aware.
    camera
        The source's name for its camera.
    position
        Where; ``None`` when the source said nothing, never filled in here.
    heading_deg
        Direction of travel or of the camera, clockwise from north.
    confidence
        From 0 to 1 in the source's own meaning.
    source
        Name of the format, such as ``openalpr``.
    source_event
        The source's own identifier; the same event twice is stored once.
    plate_picture, vehicle_picture
        Encoded picture bytes carried by the payload.
    picture_names
        Files or links that the payload names without carrying them.
    passage
        How long it was in view, if the source followed it.
    """

    plate: str
    seen_at: datetime
    camera: str
    source: str
    pseudonym: bool = False
    region: str | None = None
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    position: Point | None = None
    heading_deg: float | None = None
    direction: str | None = None
    vehicle: Vehicle = Vehicle()
    plate_box: Box | None = None
    engine: str | None = None
    engine_version: str | None = None
    source_event: str | None = None
    plate_picture: bytes | None = None
    vehicle_picture: bytes | None = None
    picture_names: tuple[str, ...] = ()
    passage: Passage | None = None

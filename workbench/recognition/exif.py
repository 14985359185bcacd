"""When and where a picture says it was taken; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from workbench.domain.place import Point
from workbench.errors import PlaceError

_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError,
    ArithmeticError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture's EXIF says about when and where it was taken.

    Attributes
    ----------
    taken_at
        ISO 8601, with an offset only if the camera wrote one; ``None`` where it says nothing.
    position
        Where the camera stood.
    orientation
        EXIF's 1 to 8: how the stored rows have to be turned to stand upright.
    """

    taken_at: str | None = None
    position: Point | None = None
    orientation: int = 1


def read_shot(image: Image.Image) -> Shot:
    """Return what an opened picture's EXIF says; what is broken in it counts as not said."""
    try:
        exif = image.getexif()
        taken = _mapping(exif.get_ifd(ExifTags.IFD.Exif))
        place = _mapping(exif.get_ifd(ExifTags.IFD.GPSInfo))
        orientation = exif.get(ExifTags.Base.Orientation)
    except _BROKEN:
        return Shot()
    known = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    return Shot(_taken_at(taken), _position(place), known)


def _mapping(found: Any) -> Mapping[int, Any]:
    return found if isinstance(found, Mapping) else {}


def _taken_at(tags: Mapping[int, Any]) -> str | None:
    found = _TIME.match(_text(tags.get(ExifTags.Base.DateTimeOriginal)))
    if not found:
        return None
    year, month, day, clock = found.groups()
    parts = re.match(r"\d{1,6}", _text(tags.get(ExifTags.Base.SubsecTimeOriginal)))
    offset = _OFFSET.match(_text(tags.get(ExifTags.Base.OffsetTimeOriginal)))
    fraction = f".{parts[0]:0<6}" if parts else ""
    return f"{year}-{month}-{day}T{clock}{fraction}{offset[0] if offset else ''}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return str(value or "").strip("\x00 ")


def _position(tags: Mapping[int, Any]) -> Point | None:
    try:
        lat = _degrees(tags[ExifTags.GPS.GPSLatitude])
        lon = _degrees(tags[ExifTags.GPS.GPSLongitude])
        south = _text(tags[ExifTags.GPS.GPSLatitudeRef]).upper() == "S"
        west = _text(tags[ExifTags.GPS.GPSLongitudeRef]).upper() == "W"
        if (lon, lat) == (0.0, 0.0):
            return None  # what receivers without a fix write
        return Point(-lon if west else lon, -lat if south else lat)
    except (*_BROKEN, PlaceError):
        return None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600

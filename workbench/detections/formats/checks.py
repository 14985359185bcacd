"""What every read must satisfy, whatever format it came in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from workbench.detections.formats.base import Context
from workbench.detections.formats.values import refused
from workbench.domain.plate import checked_plate, checked_pseudonym
from workbench.domain.read import Read
from workbench.errors import PlateError

MAX_TEXT_CHARACTERS = 400
"""Longest name, region or identifier: an index row of PostgreSQL holds 2,700 bytes."""

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_MAX_INTEGER = 2**31 - 1
_FIRST_YEAR, _LAST_YEAR = 1880, 2200


def checked(read: Read, context: Context) -> Read:
    """Return the read, or refuse it.

    Raises
    ------
    RecordError
        If its plate cannot be one, its time lies in the future or too far back, or a value
        cannot be stored.
    """
    _check_plate(read)
    check_time(read.seen_at, context)
    for field, text in _texts(read):
        if text is not None:
            _check_text(field, text)
    _check_numbers(read)
    return read


def _check_plate(read: Read) -> None:
    if not read.plate:
        return  # missing; stored with its flag
    _check_text("plate", read.plate)
    try:
        (checked_pseudonym if read.pseudonym else checked_plate)(read.plate)
    except PlateError as error:
        raise refused(error.what, "plate", read.plate, error.allowed or "") from None


def check_time(seen_at: datetime, context: Context) -> None:
    """Refuse a sighting that lies in the future or too far back.

    Raises
    ------
    RecordError
    """
    latest = context.now + context.limits.future
    earliest = context.now - context.limits.age
    if seen_at > latest:
        raise refused(
            "The time lies in the future",
            "seen_at",
            seen_at.isoformat(),
            f"up to {latest.isoformat(timespec='seconds')}",
            "see the camera's clock and the zone of its times",
        )
    if seen_at < earliest:
        raise refused(
            "The time lies too far back",
            "seen_at",
            seen_at.isoformat(),
            f"from {earliest.isoformat(timespec='seconds')} (ingest.max_age_days of the policy)",
            "see the camera's clock",
        )


def _texts(read: Read) -> Iterator[tuple[str, str | None]]:
    yield "camera", read.camera
    yield "source", read.source
    yield "source_event", read.source_event
    yield "region", read.region
    yield "direction", read.direction
    yield "engine", read.engine
    yield "engine_version", read.engine_version
    vehicle = read.vehicle
    yield "vehicle.make", vehicle.make
    yield "vehicle.model", vehicle.model
    yield "vehicle.color", vehicle.color
    yield "vehicle.body_type", vehicle.body_type
    for index, candidate in enumerate(read.candidates):
        yield f"candidates[{index}]", candidate.text


def _check_text(field: str, text: str) -> None:
    if len(text) > MAX_TEXT_CHARACTERS:
        allowed = f"at most {MAX_TEXT_CHARACTERS} characters"
        raise refused("The text is too long", field, text, allowed)
    if not text.isascii() or "\x00" in text:
        _check_characters(field, text)


def _check_characters(field: str, text: str) -> None:
    if _FORBIDDEN.search(text):
        raise refused("The text holds a character that none may hold", field, text, "Unicode text")


def _check_numbers(read: Read) -> None:
    shares = [("confidence", read.confidence)]
    shares += [(f"candidates[{n}]", c.confidence) for n, c in enumerate(read.candidates)]
    for field, value in shares:
        if value is not None and not 0 <= value <= 1:
            raise refused("The confidence is out of range", field, value, "0 to 1")
    if read.heading_deg is not None and not 0 <= read.heading_deg < 360:
        raise refused("The heading is out of range", "heading_deg", read.heading_deg, "0 to 360")
    year = read.vehicle.year
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        allowed = f"{_FIRST_YEAR} to {_LAST_YEAR}"
        raise refused("The year is out of range", "vehicle.year", year, allowed)
    box = read.plate_box
    for value in (box.x, box.y, box.width, box.height) if box else ():
        if not -_MAX_INTEGER <= value <= _MAX_INTEGER:
            raise refused("The box is out of range", "plate_box", value, "pixels")

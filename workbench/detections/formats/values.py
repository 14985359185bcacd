"""Single values of a record: times, positions, shares, pictures; each refused by name."""

from __future__ import annotations

import base64
import binascii
import math
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workbench.detections.formats.base import Context
from workbench.domain.place import Point
from workbench.domain.read import Flag
from workbench.errors import PlaceError, RecordError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_ZONE = "pass the zone of the source, such as --zone America/Los_Angeles"


def refused(what: str, field: str, given: object, allowed: str, next_step: str = "") -> RecordError:
    """Return the error for one field of a record."""
    return RecordError(
        what,
        given="nothing" if given is None else given,
        allowed=allowed,
        next_step=next_step or None,
        where={"field": field},
    )


def number(value: Any, field: str) -> float | None:
    """Return a number that may be written as text; ``None`` where there is none.

    Raises
    ------
    RecordError
        If it is no finite number.

    Examples
    --------
    >>> number("0.719034", "plateConfidence")
    0.719034
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if isinstance(value, bool) or not math.isfinite(found):
        raise refused("That is no number", field, value, "a finite number")
    return found


def share(value: Any, field: str, *, out_of: float = 1.0) -> float | None:
    """Return a confidence as a part of one.

    Raises
    ------
    RecordError
        If it lies outside 0 to `out_of`.

    Examples
    --------
    >>> share(97, "confidenceLevel", out_of=100)
    0.97
    """
    found = number(value, field)
    if found is None:
        return None
    if not 0 <= found <= out_of:
        raise refused("The confidence is out of range", field, value, f"0 to {out_of:g}")
    return round(found / out_of, 9)


def instant_of_epoch(value: Any, field: str, *, per_second: int) -> datetime:
    """Return the instant of a count since 1970, in units of 1/`per_second` seconds.

    Raises
    ------
    RecordError
        If it is no number or no year can hold it.

    Examples
    --------
    >>> instant_of_epoch(1795469262168, "epoch_time", per_second=1000).isoformat()
    '2026-11-23T21:27:42.168000+00:00'
    """
    found = number(value, field)
    if found is None:
        raise refused("The time is missing", field, value, "a count since 1970")
    try:
        whole = int(value) if isinstance(value, int | str) and str(value).isdigit() else found
        return _EPOCH + timedelta(microseconds=whole * (1_000_000 // per_second))
    except (OverflowError, ValueError):
        raise refused("That is no time", field, value, "a count since 1970") from None


def instant_of_text(
    text: str, field: str, zone: ZoneInfo | None, form: str | None = None
) -> tuple[datetime, frozenset[Flag]]:
    """Return the instant of a written time, and a flag if the text names two.

    Parameters
    ----------
    zone
        For a text without zone; without either it is refused.
    form
        As `datetime.strptime` takes it; ``None`` means ISO 8601.

    Raises
    ------
    RecordError
        If it cannot be read, has no zone, or was skipped when clocks were put forward.

    Examples
    --------
    >>> instant_of_text("2026-07-01 20:00", "at", ZoneInfo("America/Los_Angeles"))[0].isoformat()
    '2026-07-02T03:00:00+00:00'
    """
    try:
        clean = text.strip()
        written = datetime.strptime(clean, form) if form else datetime.fromisoformat(clean)  # noqa: DTZ007 - its zone is looked at next
        if written.tzinfo is not None:
            return written.astimezone(UTC), frozenset()
    except (ValueError, OverflowError):
        allowed = form or "ISO 8601, such as 2026-07-01T20:00:00-07:00"
        raise refused("The time cannot be read", field, text, allowed) from None
    if zone is None:
        raise refused("A time without zone", field, text, "a time with zone or offset", _NO_ZONE)
    return _local(written, text, field, zone)


def _local(
    written: datetime, text: str, field: str, zone: ZoneInfo
) -> tuple[datetime, frozenset[Flag]]:
    try:
        first, second = (written.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1))
    except OverflowError:
        raise refused("That is no time", field, text, "a year from 1 to 9999") from None
    if first == second:
        return first, frozenset()
    if first.astimezone(zone).replace(tzinfo=None) != written:
        raise refused(
            "That local time does not exist: clocks were put forward over it",
            field,
            f"{text} {zone.key}",
            "a time before or after the change, or one with an offset",
        )
    return min(first, second), frozenset({Flag.TIME_AMBIGUOUS})


def position(lon: Any, lat: Any, context: Context) -> Point | None:
    """Return a position; ``None`` where the source gives none.

    Raises
    ------
    RecordError
        If half of it is missing, it is not on the earth, or lon and lat are swapped: outside the
        department's area while the swapped position lies inside.
    """
    x, y = number(lon, "lon"), number(lat, "lat")
    if x is None and y is None:
        return None
    if x is None or y is None:
        raise refused("Half of the position is missing", "lon, lat", (lon, lat), "both or none")
    try:
        point = Point(x, y)
    except PlaceError as error:
        raise refused(
            error.what, "lon, lat", (x, y), error.allowed or "", error.next_step or ""
        ) from None
    if _outside(x, y, context) and not _outside(y, x, context):
        raise refused(
            "lon and lat are swapped",
            "lon, lat",
            (x, y),
            "lon before lat; swapped, this position lies in the department's area",
        )
    return point


def _outside(lon: float, lat: float, context: Context) -> bool:
    if context.area is None:
        return True
    west, south, east, north = context.area
    return not (west <= lon <= east and south <= lat <= north)


def picture(text: str | None, field: str) -> bytes | None:
    """Return the bytes of a picture written as base64, with or without a data URL before it.

    Raises
    ------
    RecordError
        If it is no base64.
    """
    if not text:
        return None
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode("".join(encoded.split()), validate=True) or None
    except (binascii.Error, ValueError):
        raise refused("The picture cannot be decoded", field, encoded[:40], "base64") from None


def said(value: Any) -> str | None:
    """Return what a source said as text, or ``None`` where it said nothing.

    Examples
    --------
    >>> said(" us-ca "), said(""), said(12)
    ('us-ca', None, '12')
    """
    text = "" if value is None else str(value).strip()
    return text or None


def named(value: Any, field: str, context: Context) -> str:
    """Return the camera that a payload names, or else the one that the sender named beside it.

    Raises
    ------
    RecordError
        If neither names one.
    """
    camera = said(value) or said(context.camera)
    if camera is None:
        raise refused("No camera is named", field, value, "a name", "pass the camera with --camera")
    return camera

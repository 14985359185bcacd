"""The one text of a record that is hashed, and the row that it is made from.

A *row* here holds each column as text the way it is stored: times as ISO 8601 in UTC with six
decimals and ``Z``, JSON columns as their own text, hashes in hexadecimal; numbers stay numbers
and what is empty is ``None``. So a change of a single stored character changes the hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]

FIELDS = (
    "access_id",
    "case_number",
    "criteria",
    "details",
    "display_name",
    "inquiry_id",
    "kind",
    "organisation",
    "origin",
    "outcome",
    "plate",
    "policy_version",
    "previous_hash",
    "purpose",
    "reason",
    "recorded_at",
    "roles",
    "schema_version",
    "seq",
    "username",
)
"""Every column but the hash itself, sorted: what is hashed, and in this order."""

JSON_FIELDS = frozenset({"criteria", "details", "origin", "roles"})

FIRST_PREVIOUS_HASH = "0" * 64
"""What stands before the first record."""


def _say(value: object) -> object:
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, UUID | PurePath | date):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), allow_nan=False, default=_say
).encode


def json_text(value: object) -> str:
    r"""Return the canonical JSON of a value: keys sorted, no blanks, ASCII only.

    Raises
    ------
    ValueError
        If a number is not finite or a time has no zone.
    TypeError
        If something has no JSON form; times, UUIDs, paths and enumerations have one.

    Examples
    --------
    >>> json_text({"b": 1.0, "a": "é"})
    '{"a":"\\u00e9","b":1.0}'
    """
    return _encode(value)


def time_text(at: datetime) -> str:
    """Return an instant the way it is hashed.

    Examples
    --------
    >>> time_text(datetime(2026, 11, 2, 18, tzinfo=UTC))
    '2026-11-02T18:00:00.000000Z'
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical_text(row: Row) -> str:
    """Return the text of a whole row that its hash is taken over."""
    return "{" + _members(FIELDS, row) + "}"


def canonical_parts(row: Row) -> tuple[str, str, str]:
    """Return that text around the two values that only the database knows.

    Returns
    -------
    tuple of str
        Up to the previous hash, from there up to the place in the chain, and the rest.
    """
    previous, seq = FIELDS.index("previous_hash"), FIELDS.index("seq")
    return (
        "{" + _members(FIELDS[:previous], row) + ',"previous_hash":"',
        '",' + _members(FIELDS[previous + 1 : seq], row) + ',"seq":',
        "," + _members(FIELDS[seq + 1 :], row) + "}",
    )


def row_hash(row: Row) -> str:
    """Return the SHA-256 of a row's canonical text, in hexadecimal."""
    return hashlib.sha256(canonical_text(row).encode("ascii")).hexdigest()


def _members(fields: tuple[str, ...], row: Row) -> str:
    return ",".join([f'"{name}":{_value(name, row[name])}' for name in fields])


def _value(name: str, value: str | int | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    return value if name in JSON_FIELDS else _encode(value)

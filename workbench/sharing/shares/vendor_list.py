"""The vendor's own list of whom the department shares with, as its portal exports it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workbench.errors import SharingError
from workbench.sharing.names import agency_key
from workbench.sharing.shown import one_line

LARGEST_FILE_BYTES = 16_000_000

_OUTWARD = ("networks im sharing", "sharing with", "shared with", "networks i am sharing")
_NAMES = ("organization name", "agency name", "agency", "organization", "org name", "name")
_REDACTED = re.compile(r"\W*|\W*redacted\W*|n/?a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VendorList:
    """Whom a vendor's list names.

    Attributes
    ----------
    names
        As the vendor writes them, each once, in their order.
    unreadable
        How many entries name nobody, such as those that were blacked out.
    """

    names: tuple[str, ...]
    unreadable: int


def read_vendor_list(content: bytes, *, column: str | None = None) -> VendorList:
    """Return the agencies that a CSV or JSON file names.

    Of a table with a column of what we share, such as Flock's ``Networks I'm Sharing``, the rows
    count where it is filled: the others share with us. Repeated headers and repeated names count
    once.

    Parameters
    ----------
    column
        Header or key with the names, where it is none of those that are known.

    Raises
    ------
    SharingError
        If it cannot be read or no column has names. A list that names nobody is one.

    Examples
    --------
    >>> read_vendor_list(b'["Next Town PD", "***"]')
    VendorList(names=('Next Town PD',), unreadable=1)
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise SharingError("The list is too large", allowed=f"up to {LARGEST_FILE_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SharingError(
            "The list is no text in UTF-8",
            given=str(error),
            next_step="save a spreadsheet as CSV (UTF-8)",
        ) from error
    is_json = text.lstrip()[:1] in {"[", "{"}
    return _gathered(_from_json(text, column) if is_json else _from_csv(text, column))


def _gathered(found: Iterable[str]) -> VendorList:
    names: dict[str, str] = {}
    unreadable = 0
    for name in found:
        line = one_line(name)
        if _REDACTED.fullmatch(line) or not agency_key(line):
            unreadable += 1
        else:
            names.setdefault(agency_key(line), line)
    return VendorList(tuple(names.values()), unreadable)


def _from_csv(text: str, column: str | None) -> list[str]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(map(str.strip, row))]
    except csv.Error as error:
        raise SharingError("The list is no CSV", given=str(error)) from error
    if not rows:
        raise SharingError("The list is empty", allowed="at least a header")
    header = [_plain(cell) for cell in rows[0]]
    name_at = _position(header, (_plain(column),) if column else _NAMES)
    if name_at is None:
        raise SharingError(
            "No column of the list is known to have names",
            given=", ".join(rows[0]),
            allowed=", ".join(_NAMES),
            next_step="--column HEADER",
        )
    shared_at = _position(header, _OUTWARD)
    body = [row for row in rows[1:] if [_plain(cell) for cell in row] != header]
    return [
        _cell(row, name_at)
        for row in body
        if shared_at in {None, name_at} or _cell(row, shared_at or 0).strip()
    ]


def _from_json(text: str, column: str | None) -> list[str]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SharingError("The list is no JSON", given=str(error)) from error
    if isinstance(given, dict):
        lists = [value for value in given.values() if isinstance(value, list)]
        if len(lists) != 1:
            raise SharingError(
                "The file has no one list", given=", ".join(given), allowed="an array of names"
            )
        given = lists[0]
    wanted = (_plain(column),) if column else _NAMES
    return [_name_in(entry, wanted) for entry in given]


def _name_in(entry: Any, wanted: tuple[str, ...]) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, dict):
        plain = {_plain(key): value for key, value in entry.items()}
        for key in wanted:
            if isinstance(plain.get(key), str):
                return str(plain[key])
    raise SharingError("An entry of the list has no name", given=entry, allowed=", ".join(wanted))


def _position(header: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in wanted if name in header), None)


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"['\u2019]", "", text).replace("_", " ").lower().split())

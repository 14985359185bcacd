"""Agencies from a CSV file, such as a county's list of its public agencies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.errors import SharingError
from workbench.sharing.agencies.agency import AgencyProfile

COLUMNS = ("name", "kind", "duty", "state", "aliases")
"""Of the file; the last two may be missing. Aliases are separated by a vertical bar."""

LARGEST_FILE_BYTES = 4_000_000


def read_agencies(content: bytes) -> tuple[AgencyProfile, ...]:
    r"""Return the agencies of a CSV file in UTF-8, with a header.

    Raises
    ------
    SharingError
        If it cannot be read, lacks a column, or a row is no agency; names the line.

    Examples
    --------
    >>> [one.name for one in read_agencies(b"name,kind,duty,state\nA PD,ca_public_agency,"
    ...                                    b"law_enforcement,CA\n")]
    ['A PD']
    """
    reader = csv.DictReader(io.StringIO(_text(content)), strict=True)
    try:
        header = reader.fieldnames or ()
        if not set(COLUMNS[:3]) <= set(header) <= set(COLUMNS):
            raise SharingError(
                "The file's header is another one",
                given=", ".join(map(str, header)),
                allowed=", ".join(COLUMNS),
            )
        return tuple(_agencies(reader))
    except csv.Error as error:
        raise SharingError("The file is no CSV", given=str(error)) from error


def _agencies(reader: csv.DictReader[str]) -> Iterator[AgencyProfile]:
    for row in reader:
        try:
            yield _agency(row)
        except (SharingError, ValueError) as error:
            what = error.what if isinstance(error, SharingError) else str(error)
            raise SharingError(
                f"Line {reader.line_num} is no agency: {what}", given=row.get("name")
            ) from error


def _agency(row: dict[str, Any]) -> AgencyProfile:
    if None in row or None in row.values():
        raise ValueError("it has another number of cells than the header")
    aliases = (row.get("aliases") or "").split("|")
    return AgencyProfile(
        name=row["name"].strip(),
        kind=RecipientKind(row["kind"].strip()),
        duty=AgencyDuty(row["duty"].strip()),
        state=(row.get("state") or "").strip().upper() or None,
        aliases=tuple(alias.strip() for alias in aliases if alias.strip()),
    )


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE_BYTES:
        raise SharingError("The file is too large", allowed=f"up to {LARGEST_FILE_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SharingError("The file is no text in UTF-8", given=str(error)) from error

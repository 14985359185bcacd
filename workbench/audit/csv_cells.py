"""A record as cells of a CSV file that a spreadsheet shows and does not execute."""

from __future__ import annotations

import re

from workbench.audit.canonical import Row

CSV_COLUMNS = (
    "seq",
    "recorded_at",
    "kind",
    "outcome",
    "username",
    "display_name",
    "organisation",
    "roles",
    "purpose",
    "case_number",
    "reason",
    "plate",
    "criteria",
    "inquiry_id",
    "access_id",
    "origin",
    "details",
    "policy_version",
    "schema_version",
    "previous_hash",
    "hash",
)
"""Every column, what an auditor reads first in front."""

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n]")


def csv_cells(row: Row) -> list[str]:
    """Return the cells of a record in the order of `CSV_COLUMNS`; what is empty is empty.

    Examples
    --------
    >>> safe_cell("=1+1")
    "'=1+1"
    """
    return ["" if row[name] is None else safe_cell(str(row[name])) for name in CSV_COLUMNS]


def safe_cell(text: str) -> str:
    """Return a cell with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text

"""A record as cells of a CSV file that a spreadsheet shows and does not execute."""

from __future__ import annotations

import re

from workbench.audit.canonical import Row
from workbench.domain.harmless_text import harmless_line

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

_FORMULA = re.compile(r"[\s'\"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]")
_AFTER_SEMICOLON = re.compile(r";(?=[\s'\"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%])")
"""Where commas are decimal, spreadsheets begin a cell at a semicolon as well."""


def csv_cells(row: Row) -> list[str]:
    """Return the cells of a record in the order of `CSV_COLUMNS`; what is empty is empty.

    Examples
    --------
    >>> safe_cell("=1+1")
    "'=1+1"
    """
    return ["" if row[name] is None else safe_cell(str(row[name])) for name in CSV_COLUMNS]


def safe_cell(text: str) -> str:
    r"""Return a cell that is shown whole and that no spreadsheet takes for a formula.

    Controls, direction marks and what cannot be seen become visible, so that nothing hides in
    front of a formula; then an apostrophe stands in front of one.

    Examples
    --------
    >>> safe_cell("\u200b=1+1"), safe_cell("two\nlines"), safe_cell("a;=1+1")
    ('[U+200B]=1+1', 'two␊lines', "a;'=1+1")
    """
    shown = _AFTER_SEMICOLON.sub(";'", harmless_line(text))
    return f"'{shown}" if _FORMULA.match(shown) else shown

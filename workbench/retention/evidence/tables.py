"""Tables as CSV files: for spreadsheets, each row naming the recipient where there is one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.audit.csv_cells import safe_cell
from workbench.retention.evidence.recipient import Recipient

RELEASED_TO = "released_to"
"""Name of the first column, where there is a recipient."""


class CsvTable:
    """A CSV file that is written row by row, in UTF-8.

    Parameters
    ----------
    file
        A new file.
    columns
        Their names.
    recipient
        Named in the first cell of every row, so that a part of the table names them too; beside
        a table without rows.
    """

    def __init__(self, file: Path, columns: Sequence[str], recipient: Recipient | None) -> None:
        self._file = file
        self._recipient = recipient
        self._first = [recipient.line] if recipient else []
        self._stream = file.open("x", newline="", encoding="utf-8")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._writer.writerow([*([RELEASED_TO] if recipient else []), *columns])
        self.rows = 0

    def write(self, values: Iterable[Any]) -> None:
        """Add a row; what a spreadsheet would take for a formula gets an apostrophe in front."""
        self._writer.writerow([*self._first, *map(cell, values)])
        self.rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        if kind is None and not self.rows:
            write_sidecar(self._file, self._recipient)


def write_table(
    file: Path,
    columns: Sequence[str],
    rows: Iterable[Iterable[Any]],
    recipient: Recipient | None,
) -> int:
    """Write a table and return how many rows it has."""
    with CsvTable(file, columns, recipient) as table:
        for row in rows:
            table.write(row)
        return table.rows


def write_sidecar(file: Path, recipient: Recipient | None) -> None:
    """Name the recipient beside a file whose own bytes have to stay as they are."""
    if recipient:
        beside = file.with_name(f"{file.name}.{RELEASED_TO}.txt")
        beside.write_text(f"{file.name}: {recipient.line}\n", encoding="utf-8")


def cell(value: Any) -> str:
    """Return a value as it stands in a cell: times as ISO 8601 in UTC, lists as JSON.

    Examples
    --------
    >>> cell(None), cell(True), cell("=1+1"), cell(["a"])
    ('', 'yes', "'=1+1", '["a"]')
    """
    if value is None or value != value:  # noqa: PLR0124 - a number that is none
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return safe_cell(value)
    return safe_cell(json.dumps(value, default=str, ensure_ascii=False))

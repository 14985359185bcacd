"""Tables on a terminal: nothing is cut off, and an empty one says so in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table

_LONGEST_WORD = 16
"""Characters of a time to the minute; columns of nothing longer are not broken."""


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, none: str) -> None:
    """Print a table, or words where it has no row.

    Parameters
    ----------
    columns
        Their headers.
    rows
        A cell that is ``None`` is empty; yes and no stand for truth values.
    none
        What is said instead of a table without rows.
    """
    cells = [[_words(cell) for cell in row] for row in rows]
    if not cells:
        typer.echo(none)
        return
    table = Table()
    for header, column in zip(columns, zip(*cells, strict=True), strict=True):
        short = max(map(len, column)) <= _LONGEST_WORD
        table.add_column(header, no_wrap=short, overflow="fold")
    for row in cells:
        table.add_row(*row)
    Console().print(table)


def _words(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)

"""Tables on a terminal: nothing is cut off, and an empty one says so in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from workbench.cli.terminal import PlainTable, say
from workbench.domain.harmless_text import harmless_line

_LONGEST_WORD = 16
"""Characters of a time to the minute; columns of nothing longer are not broken."""

_NARROWEST = 14
"""Characters that a column of longer words keeps; with less, rows are shown one below another."""

_EDGE = 3
"""Characters between two columns."""


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, none: str) -> None:
    """Print a table, or words where it has no row; on a narrow terminal row by row.

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
        say(none)
        return
    console = Console()
    longest = [max(map(len, column)) for column in zip(*cells, strict=True)]
    headers = [
        header.replace(" ", "\n") if len(header) > width else header
        for header, width in zip(columns, longest, strict=True)
    ]
    if _needed(headers, longest) > console.width:
        _show_blocks(columns, cells)
        return
    table = PlainTable()
    for header, width in zip(headers, longest, strict=True):
        table.add_column(header, no_wrap=width <= _LONGEST_WORD, overflow="fold")
    for row in cells:
        table.add_row(*row)
    console.print(table)


def _needed(headers: Sequence[str], longest: Sequence[int]) -> int:
    widths = [
        max(width if width <= _LONGEST_WORD else _NARROWEST, *map(len, header.split("\n")), 0)
        for header, width in zip(headers, longest, strict=True)
    ]
    return sum(widths) + _EDGE * len(widths) + 1


def _show_blocks(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(cells):
        if number:
            say()
        for header, cell in zip(columns, row, strict=True):
            if cell:
                say(f"{header}: {cell}")


def _words(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return harmless_line(cell)

"""Lines into cells, for each layout: functions made once a file and called for every line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from operator import itemgetter

from workbench.errors import ListFileError
from workbench.hotlists.lists.template import (
    SKIPPED,
    DelimitedLayout,
    FixedLayout,
    ListTemplate,
)

Cells = Sequence[str]
"""The values of a row in the order of the template's ``fields.columns``; what is lacking is ''."""

Split = Callable[[str], Cells | None]
"""A line's cells, or ``None`` where it cannot be split into as many as it should have."""


def header_lines(template: ListTemplate, first: Sequence[str]) -> tuple[int, Split]:
    """Return how many lines come before the rows, and what splits each row.

    Parameters
    ----------
    template
        Says the layout.
    first
        The file's first lines; at least those that come before the rows.

    Raises
    ------
    ListFileError
        If the header lacks a needed column, or names one twice.
    """
    layout = template.layout
    if isinstance(layout, FixedLayout):
        return layout.skip_lines, _fixed(template, layout)
    skipped = layout.skip_lines
    heading = first[skipped] if len(first) > skipped else ""
    named = [name.strip() for name in _pieces(heading, layout.delimiter) or ()]
    if layout.header == "required":
        _check_header(named, template, skipped + 1)
        return skipped + 1, _delimited(template, layout, named)
    has = layout.header == "optional" and _same(named, layout.columns)
    return skipped + has, _delimited(template, layout, list(layout.columns))


def _delimited(template: ListTemplate, layout: DelimitedLayout, named: list[str]) -> Split:
    width, delimiter = len(named), layout.delimiter
    columns = template.fields.columns
    places = [named.index(name) if name in named else width for name in columns]
    # Behind the last cell stands one that says nothing, for what the header does not name.
    pick = itemgetter(*places) if len(places) > 1 else lambda cells: (cells[places[0]],)

    def split(line: str) -> Cells | None:
        cells = line.split(delimiter) if '"' not in line else _pieces(line, delimiter)
        if cells is None or len(cells) != width:
            return None
        cells.append("")
        return pick(cells)

    return split


def _fixed(template: ListTemplate, layout: FixedLayout) -> Split:
    spans = {c.name: (c.start - 1, c.start - 1 + c.width) for c in layout.columns}
    wanted = [spans.get(name, (0, 0)) for name in template.fields.columns]
    plate_start = spans[template.fields.plate][0]

    def split(line: str) -> Cells | None:
        # Blanks at a line's end are often cut; one that ends before its plate was cut off.
        if len(line) <= plate_start:
            return None
        return [line[start:end] for start, end in wanted]

    return split


def _pieces(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _check_header(named: Sequence[str], template: ListTemplate, line: int) -> None:
    missing = [name for name in template.needed if name not in named]
    if missing or len(set(named)) < len(named):
        raise ListFileError(
            "The header lacks a column or names one twice",
            given=", ".join(missing) or "a column twice",
            allowed=", ".join(template.needed),
            next_step="use a template that follows the file",
            where={"line": line},
        )


def _same(named: Sequence[str], columns: Sequence[str]) -> bool:
    return len(named) == len(columns) and all(
        column == SKIPPED or name.casefold() == column.casefold()
        for name, column in zip(named, columns, strict=True)
    )

"""A list's file as entries: good rows, rows that stand there twice, and rows that cannot be taken.

No text of a row is repeated in a reason: what cannot be understood may be what does not belong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import IO

from workbench.domain.hot_pattern import hot_pattern
from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.errors import ListFileError, PatternError
from workbench.hotlists.lists.cells import Cells, Split, header_lines
from workbench.hotlists.lists.counts import Counts
from workbench.hotlists.lists.lines import line_blocks
from workbench.hotlists.lists.scanning import refuse_what_does_not_belong
from workbench.hotlists.lists.template import ListTemplate
from workbench.hotlists.lists.values import Reading, RowValues

Row = tuple[int, str, str, bool, str | None, str, str | None, str | None, str | None]
"""line, plate, pattern, wildcard, region, category, effective, expires, details.

As the table takes them: instants in ISO 8601 and UTC, details as JSON.
"""

_NUMBER = re.compile(r"\d+")


class ListReader:
    """Reads one file of a list, once.

    Parameters
    ----------
    template
        How it is laid out.
    reading
        What is said beside it.

    Attributes
    ----------
    counts
        Of what was read so far.
    """

    def __init__(self, template: ListTemplate, reading: Reading) -> None:
        self.counts = Counts()
        self._template = template
        self._reading = reading
        self._seen: set[tuple[str, str | None, str]] = set()
        self._wildcards = 0
        self._said: int | None = None
        columns = template.fields.columns
        self._plate = columns.index(template.fields.plate)
        self._details = [(name, columns.index(name)) for name in template.fields.details]
        self._values = RowValues(template, reading)

    def rows(self, file: IO[bytes]) -> Iterator[Row]:
        """Give the good rows, each once; the others are counted.

        Raises
        ------
        ListFileError
            If the file cannot be taken as a whole; names the line where there is one.
        """
        split: Split | None = None
        blocks = line_blocks(
            file,
            encoding=self._template.encoding,
            whole=self._template.ends_with_newline,
            most_bytes=self._reading.max_bytes,
        )
        for first, lines in blocks:
            passed = 0
            if split is None:
                refuse_what_does_not_belong(first, lines[:1])  # before a word of it is said
                passed, split = header_lines(self._template, lines)
            refuse_what_does_not_belong(first, lines, partial(self._bare, split))
            for number, line in enumerate(lines[passed:], start=first + passed):
                row = self._row(number, line, split)
                if row is not None:
                    yield row
        self._check_trailer()

    def _row(self, number: int, line: str, split: Split) -> Row | None:
        if not line.strip():
            return None
        trailer = self._template.trailer
        if trailer is not None and line.startswith(trailer.begins):
            self._end(number, line[len(trailer.begins) :])
            return None
        if self._said is not None:
            raise ListFileError("A row stands behind the last line", where={"line": number})
        if "\x00" in line:
            self.counts.fail("The row has a character that is no text", number)
            return None
        cells = split(line)
        if cells is None:
            self.counts.fail("The row has more or fewer columns than it should", number)
            return None
        try:
            row = self._entry(number, cells)
        except (PatternError, ValueError) as error:
            self.counts.fail(error.what if isinstance(error, PatternError) else str(error), number)
            return None
        return self._once(row)

    def _entry(self, number: int, cells: Cells) -> Row:
        plate = cells[self._plate].strip()
        if plate.isalnum() and plate.isascii() and len(plate) <= MAX_PLATE_CHARACTERS:
            pattern, wildcard = plate.upper(), False
        else:
            pattern, wildcard = self._unusual(plate)
        region, category, effective, expires = self._values.of(cells)
        if effective is not None and expires is not None and expires <= effective:
            raise ValueError("The entry ends before it begins")
        details = self._told(cells) if self._details else None
        return number, plate, pattern, wildcard, region, category, effective, expires, details

    def _unusual(self, plate: str) -> tuple[str, bool]:
        if self._template.wildcards == "none" and "*" in plate:
            raise ValueError("The template lets no plate have unknown characters")
        found = hot_pattern(plate, within=self._template.wildcards == "within")
        return found.pattern, found.wildcard

    def _bare(self, split: Split, line: str) -> str:
        cells = split(line)
        return line.replace(cells[self._plate], "", 1) if cells else line

    def _once(self, row: Row) -> Row | None:
        key = (row[2], row[4], row[5])
        if key in self._seen:
            self.counts.duplicate += 1
            return None
        self._seen.add(key)
        self.counts.good += 1
        self._wildcards += row[3]
        bounds = self._reading
        if self.counts.good > bounds.max_entries:
            raise ListFileError(
                "The list has too many entries",
                given=f"more than {bounds.max_entries}",
                allowed=f"at most {bounds.max_entries} (hot_lists.max_entries of the policy)",
                where={"line": row[0]},
            )
        if self._wildcards > bounds.max_wildcards:
            raise ListFileError(
                "The list has too many entries with unknown characters",
                given=f"more than {bounds.max_wildcards}",
                allowed=f"at most {bounds.max_wildcards} (hot_lists.max_wildcards of the policy)",
                where={"line": row[0]},
            )
        return row

    def _told(self, cells: Cells) -> str | None:
        missing = self._template.missing
        said = ((name, cells[at].strip()) for name, at in self._details)
        told = {name: text for name, text in said if text and text not in missing}
        return json.dumps(told) if told else None

    def _end(self, number: int, rest: str) -> None:
        found = _NUMBER.search(rest)
        if found is None:
            raise ListFileError("The last line does not say how many rows", where={"line": number})
        self._said = int(found[0])

    def _check_trailer(self) -> None:
        if self._template.trailer is None:
            return
        rows = self.counts.rows
        if self._said != rows:
            said = "no last line" if self._said is None else f"{self._said} rows by its last line"
            raise ListFileError(
                "The file may have been cut off: it does not have the rows that it should",
                given=f"{said}, {rows} rows read",
                allowed="a last line with the number of rows before it",
                next_step="fetch the list again",
            )

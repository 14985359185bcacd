"""Tesseract's table of words into lines of text and plate reads."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.domain.read import Box
from workbench.recognition.base import Corners, PlateRead, Reading
from workbench.recognition.geometry import clamped_box
from workbench.recognition.plausibility import plausibility

_WORD = "5"
_LINE_OF = ("page_num", "block_num", "par_num", "line_num")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text.

    Attributes
    ----------
    text
        Letters and digits in upper case, its words joined.
    confidence
        From 0 to 1: the mean of its words', weighed by their characters.
    box
        Around its words.
    """

    text: str
    confidence: float
    box: Box


def lines_of(table: str) -> list[TextLine]:
    r"""Return the lines of text of a table that Tesseract wrote.

    Parameters
    ----------
    table
        Tab-separated, with a header, as ``tesseract ... tsv`` writes it.

    Examples
    --------
    >>> header = "level page_num block_num par_num line_num left top width height conf text"
    >>> words = ["5 1 1 1 1 10 20 30 15 90 7ABC", "5 1 1 1 1 45 20 25 15 55 123"]
    >>> (line,) = lines_of("\n".join([header, *words]).replace(" ", "\t"))
    >>> line.text, round(line.confidence, 2), line.box
    ('7ABC123', 0.75, Box(x=10, y=20, width=60, height=15))
    """
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = "".join(each for each in (row["text"] or "").upper() if each.isalnum())
        if row["level"] == _WORD and word.isascii() and word:
            lines.setdefault(tuple(row[part] for part in _LINE_OF), []).append(row | {"text": word})
    return [_line(words) for words in lines.values()]


def plate_read(
    line: TextLine, picture_size: tuple[int, int], *, engine: str, version: str
) -> PlateRead | None:
    """Return a line as a read; ``None`` where it is too long for a plate.

    Parameters
    ----------
    picture_size
        Width and height in pixels.
    """
    left, top = float(line.box.x), float(line.box.y)
    right, bottom = left + line.box.width, top + line.box.height
    corners: Corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    box = clamped_box(corners, *picture_size)
    if box is None or len(line.text) > MAX_PLATE_CHARACTERS:
        return None
    return PlateRead(
        text=line.text,
        confidence=line.confidence * plausibility(line.text, corners, picture_size),
        candidates=(Reading(line.text, line.confidence),),
        box=box,
        corners=corners,
        engine=engine,
        version=version,
    )


def _line(words: list[dict[str, str]]) -> TextLine:
    left, top = (min(int(word[side]) for word in words) for side in ("left", "top"))
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    text = "".join(word["text"] for word in words)
    weighed = sum(float(word["conf"]) * len(word["text"]) for word in words)
    confidence = min(1.0, max(0.0, weighed / len(text) / 100))
    return TextLine(text, confidence, Box(left, top, right - left, bottom - top))

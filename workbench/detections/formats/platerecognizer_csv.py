"""Plate Recognizer Stream's CSV file, whose cells are the values of Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.detections.formats.base import Delivery, Item, Taken
from workbench.detections.formats.checks import checked
from workbench.detections.formats.content import plain
from workbench.detections.formats.events import Place
from workbench.detections.formats.lines import rows
from workbench.detections.formats.platerecognizer import result_read
from workbench.detections.formats.schema import RecordSchema
from workbench.detections.formats.values import refused
from workbench.errors import RecordError

_VALUES = ("box", "model_make", "color", "vehicle", "region", "orientation", "candidates")
_NUMBERS = ("score", "dscore", "position_sec")
_MAX_CELL_CHARACTERS = 20_000
_MAX_CELL_NESTING = 8
_TOKEN = re.compile(
    r"""\s*(?:([\[{(])|([\]})])|[,:]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|"""
    r"""-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|None|True|False)\s*"""
)
_SCREENSHOTS = re.compile(r"([^/\\]+)_screenshots[/\\]")


class PlateRecognizerCsv:
    """One line for each plate; the camera's name is part of the picture's path."""

    name = "platerecognizer_csv"
    title = "Plate Recognizer Stream (CSV)"
    schema = "platerecognizer_csv.schema.json"

    def __init__(self) -> None:
        self._schema = RecordSchema(self.schema)

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - the header says enough
        """Return whether a delivery begins with the header of that file."""
        header = plain(head).split(b"\n", 1)[0].strip()
        return header.startswith(b"timestamp,plate,score,")

    def records(self, delivery: Delivery) -> Iterator[Item]:
        """Give the reads and the refused records of a delivery.

        Raises
        ------
        DeliveryError
            If nothing of it can be understood.
        """
        needed = ("timestamp", "plate", "score")
        for row in rows(delivery, delimiter=",", needed=needed):
            place = Place(delivery.name, row.number, row.raw)
            if row.problem:
                yield place.rejected(row.problem)
                continue
            try:
                yield self._taken(row.cells, place, delivery)
            except RecordError as error:
                yield place.rejected(error)

    def _taken(self, cells: Mapping[str, str], place: Place, delivery: Delivery) -> Item:
        record = {name: _value(name, text) for name, text in cells.items() if text}
        self._schema.check(record)
        named = _SCREENSHOTS.search(cells.get("file", ""))
        read, flags = result_read(
            {**record, "filename": cells.get("file")},
            at=cells["timestamp"],
            camera=named[1] if named else None,
            context=delivery.context,
        )
        return Taken(place.record, checked(read, delivery.context), flags)


def _value(name: str, text: str) -> Any:
    if name in _NUMBERS:
        try:
            return float(text)
        except ValueError:
            raise refused("That is no number", name, text, "a number") from None
    if name not in _VALUES:
        return text
    if len(text) > _MAX_CELL_CHARACTERS or not _is_literal(text):
        allowed = f"lists and mappings of texts and numbers, {_MAX_CELL_CHARACTERS} characters"
        raise refused("The cell is no value", name, text, allowed)
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError):
        raise refused("The cell is no value", name, text, "a list or mapping of Python") from None


def _is_literal(text: str) -> bool:
    """Return whether a text holds nothing but brackets, texts and numbers, and few levels."""
    at, depth = 0, 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            return False
        depth += bool(token[1]) - bool(token[2])
        if not 0 <= depth <= _MAX_CELL_NESTING:
            return False
        at = token.end()
    return depth == 0

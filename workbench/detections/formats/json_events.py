"""Formats written as JSON: an object, a list of them, lines, or objects that follow each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar, NoReturn

from workbench.detections.formats.base import Delivery, Item
from workbench.detections.formats.content import is_whole, original_bytes, plain, text_chunks
from workbench.detections.formats.events import EventFormat, Place, refused_delivery
from workbench.detections.formats.json_pieces import JsonPieces, Piece
from workbench.errors import DeliveryError, RecordError

_JSON_START = re.compile(rb"\s*[\[{]")


class JsonFormat(EventFormat):
    """A format of JSON events.

    Attributes
    ----------
    marks
        Patterns that all occur near the beginning of such a delivery.
    """

    marks: ClassVar[tuple[re.Pattern[bytes], ...]]

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - names of cameras' files say nothing
        """Return whether a delivery that begins so is of this format."""
        text = plain(head)
        return bool(_JSON_START.match(text)) and all(mark.search(text) for mark in self.marks)

    def records(self, delivery: Delivery) -> Iterator[Item]:
        """Give the reads and the refused records of a delivery.

        Raises
        ------
        DeliveryError
            If nothing of it can be understood.
        """
        limits = delivery.context.limits
        pieces = JsonPieces(record_characters=limits.record_bytes, nesting=limits.nesting)
        number, broken = -1, None
        try:
            for number, piece in enumerate(pieces.cut(text_chunks(delivery))):
                if broken:
                    yield broken
                place = Place(delivery.name, number, original_bytes(piece.text))
                record, problem = _parsed(piece)
                broken = place.rejected(problem) if problem else None
                if problem is None:
                    yield from self.items(record, place, delivery.context)
        except DeliveryError as error:
            if broken:
                yield broken
            rest = Place(delivery.name, number + 1, original_bytes(pieces.unread()))
            broken, number = rest.rejected(error), number + 1
        if number < 0:
            raise DeliveryError("The file holds no record", where={"file": delivery.name})
        if broken and number == 0:
            raise refused_delivery(broken)
        if broken:
            yield broken


def _parsed(piece: Piece) -> tuple[Any, RecordError | None]:
    if piece.problem:
        return None, _broken(piece, piece.problem)
    if not is_whole(piece.text):
        return None, _broken(piece, "it is not UTF-8")
    try:
        return json.loads(piece.text, parse_constant=_no_constant), None
    except (ValueError, RecursionError) as error:
        return None, _broken(piece, str(error))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _broken(piece: Piece, problem: str) -> RecordError:
    given = piece.text[-80:].encode("utf-8", "backslashreplace").decode()
    return RecordError(f"The record is not JSON: {problem}", given=given, allowed="whole JSON")

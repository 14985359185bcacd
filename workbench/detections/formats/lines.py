"""Delimited files line by line: a broken line costs only itself."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.detections.formats.base import Delivery
from workbench.detections.formats.content import is_whole, original_bytes, text_chunks
from workbench.errors import DeliveryError, RecordError

_MAX_LINE_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line after the header.

    Attributes
    ----------
    number
        From 0.
    raw
        The header and the line, so that it can be read by itself.
    cells
        By the header's names; empty when there is a problem.
    """

    number: int
    raw: bytes
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: RecordError | DeliveryError | None = None


def rows(delivery: Delivery, *, delimiter: str, needed: Sequence[str]) -> Iterator[Row]:
    """Give the lines of a delimited file with a header.

    A cell may stand in quotes, but may not run over the end of its line.

    Raises
    ------
    DeliveryError
        If the header lacks a needed column, or nothing can be read.
    """
    lines = _lines(delivery)
    heading = next(lines, "")
    header = _header(heading, delivery, delimiter, needed)
    number = -1
    try:
        for number, line in enumerate(line for line in lines if line.strip()):
            raw = original_bytes(f"{heading}\n{line}\n")
            try:
                yield Row(number, raw, _cells(line, header, delimiter))
            except RecordError as error:
                yield Row(number, raw, problem=error)
    except DeliveryError as error:
        if number < 0:
            raise
        yield Row(number + 1, original_bytes(f"{heading}\n"), problem=error)


def _header(
    heading: str, delivery: Delivery, delimiter: str, needed: Sequence[str]
) -> Sequence[str]:
    try:
        header = [name.strip() for name in _split(heading, delimiter)]
    except csv.Error:
        header = []
    missing = [name for name in needed if name not in header]
    if missing or len(set(header)) < len(header):
        raise DeliveryError(
            "The header lacks a column or names one twice",
            given=heading,
            allowed=", ".join(needed) + f" between {delimiter!r}",
            next_step="see the template that the file should follow",
            where={"file": delivery.name, "field": ", ".join(missing) or "the header"},
        )
    return header


def _cells(line: str, header: Sequence[str], delimiter: str) -> Mapping[str, str]:
    if not is_whole(line):
        given = line.encode("utf-8", "backslashreplace").decode()
        raise RecordError("The line is not UTF-8", given=given, allowed="UTF-8")
    try:
        cells = _split(line, delimiter)
    except csv.Error as error:
        raise RecordError(f"The line cannot be split: {error}", given=line) from None
    if len(cells) != len(header):
        raise RecordError(
            "The line has another number of cells than the header",
            given=f"{len(cells)} cells: {line}",
            allowed=f"{len(header)} cells: {', '.join(header)}",
        )
    return dict(zip(header, cells, strict=True))


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def _lines(delivery: Delivery) -> Iterator[str]:
    rest = ""
    try:
        for chunk in text_chunks(delivery):
            *whole, rest = (rest + chunk).split("\n")
            for line in whole:
                yield line.removesuffix("\r")
            if len(rest) > _MAX_LINE_CHARACTERS:
                raise _too_long(rest, delivery)
    except DeliveryError:
        if rest:
            yield rest.removesuffix("\r")  # cut off, and so short of cells
        raise
    if rest:
        yield rest.removesuffix("\r")


def _too_long(line: str, delivery: Delivery) -> DeliveryError:
    return DeliveryError(
        "A line is too long",
        given=line[:80],
        allowed=f"at most {_MAX_LINE_CHARACTERS} characters",
        where={"file": delivery.name},
    )

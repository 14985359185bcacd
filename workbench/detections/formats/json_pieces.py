"""Cuts a stream of JSON text into its records without parsing it; bounded in size and depth.

Records are the elements of a top-level array, lines, or values that follow each other. Cutting
first means that one broken record costs only itself, and that a billion brackets cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.errors import DeliveryError

_BETWEEN = re.compile(r"[ \t\r\n,]*")
_STRUCTURE = re.compile(r'["{}\[\]]')
_STRING_STOP = re.compile(r'["\\\n]')
_NEXT_RECORD = re.compile(r"[{\[\n]")
_CLOSES = {"}": "{", "]": "["}
_MAY_COME_BEFORE = {"{": ":", "[": "[,"}


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one record, and why it cannot be a whole one."""

    text: str
    problem: str | None = None


class JsonPieces:
    """Walks through chunks of text and gives a piece for every record.

    Parameters
    ----------
    record_characters
        Longest record.
    nesting
        Deepest record, counting its own brackets.

    Examples
    --------
    >>> pieces = JsonPieces(record_characters=100, nesting=8).cut(['[{"a": 1}, {"a"', ": 2}]"])
    >>> [piece.text for piece in pieces]
    ['{"a": 1}', '{"a": 2}']
    """

    def __init__(self, *, record_characters: int, nesting: int) -> None:
        self._limit = record_characters
        self._nesting = nesting
        self._text = ""
        self._start = 0  # of the record, or of what lies before it
        self._at = 0  # how far the record was looked at
        self._open: list[str] = []
        self._in_string = False
        self._in_array = False
        self._begun = False

    def cut(self, chunks: Iterable[str]) -> Iterator[Piece]:
        """Give the pieces of a text.

        Raises
        ------
        DeliveryError
            If a record is too long or too deep; whatever follows it cannot be trusted.
        """
        for chunk in chunks:
            self._text = self._text[self._start :] + chunk
            self._at -= self._start
            self._start = 0
            while (self._begun or self._begin()) and (piece := self._finish()):
                yield piece
            if len(self._text) - self._start > self._limit:
                raise self._too_large()
        yield from self._rest()

    def unread(self) -> str:
        """Return what was not given as a piece yet."""
        return self._text[self._start :]

    def _begin(self) -> bool:
        """Move to the next record's first character; brackets of the outer array are passed."""
        while True:
            self._start = self._at = _BETWEEN.match(self._text, self._start).end()  # type: ignore[union-attr]  # matches always
            first = self._text[self._start : self._start + 1]
            if first == "[" and not self._in_array:
                self._in_array = True
            elif first == "]" and self._in_array:
                self._in_array = False
            else:
                self._begun = bool(first)
                return self._begun
            self._start += 1

    def _finish(self) -> Piece | None:
        """Return the record that was begun, if its end is in sight."""
        if self._text[self._start] not in "{[":
            stop = _NEXT_RECORD.search(self._text, self._at)
            self._at = len(self._text)
            return self._piece(stop.start(), "it is neither object nor list") if stop else None
        while True:
            step = self._pass_string() if self._in_string else self._pass_structure()
            if not isinstance(step, bool):
                return step
            if not step:
                return None

    def _pass_string(self) -> Piece | bool:
        """Move past a text, or say that more is needed with ``False``."""
        stop = _STRING_STOP.search(self._text, self._at)
        if stop is None:
            self._at = len(self._text)
            return False
        if self._text.startswith(("\n", "\\\n"), stop.start()):
            return self._piece(stop.end(), "a text runs over the end of its line")
        if stop[0] == "\\":
            self._at = stop.start() if stop.end() == len(self._text) else stop.end() + 1
            return self._at != stop.start()
        self._in_string = False
        self._at = stop.end()
        return True

    def _pass_structure(self) -> Piece | bool:
        """Move past the next bracket or into a text, or say that more is needed."""
        mark = _STRUCTURE.search(self._text, self._at)
        if mark is None:
            self._at = len(self._text)
            return False
        self._at = mark.end()
        if mark[0] == '"':
            self._in_string = True
        elif mark[0] in "{[":
            return self._opened(mark.start())
        elif self._open.pop() != _CLOSES[mark[0]]:
            return self._piece(mark.end(), f"a {mark[0]} closes what it did not open")
        elif not self._open:
            return self._piece(mark.end())
        return True

    def _opened(self, at: int) -> Piece | bool:
        if self._open and self._before(at) not in _MAY_COME_BEFORE[self._open[-1]]:
            return self._piece(at, "it ends before its last bracket is closed")
        self._open.append(self._text[at])
        if len(self._open) > self._nesting:
            raise DeliveryError(
                "The record is nested too deeply",
                given=self._text[self._start : self._start + 80],
                allowed=f"at most {self._nesting} levels (ingest.max_nesting of the policy)",
            )
        return True

    def _before(self, at: int) -> str:
        at -= 1
        while self._text[at] in " \t\r\n":
            at -= 1
        return self._text[at]

    def _piece(self, end: int, problem: str | None = None) -> Piece:
        if end - self._start > self._limit:
            raise self._too_large()
        text = self._text[self._start : end].rstrip()
        self._start = self._at = end
        self._open, self._in_string, self._begun = [], False, False
        return Piece(text, problem)

    def _rest(self) -> Iterator[Piece]:
        if self._text[self._start :].strip():
            yield self._piece(len(self._text), "the file ends before it is whole")
        elif self._in_array:
            yield Piece("", "the file ends before its list is closed")

    def _too_large(self) -> DeliveryError:
        return DeliveryError(
            "A record is too large",
            given=f"more than {self._limit} characters",
            allowed=f"at most {self._limit} characters (ingest.max_record_bytes of the policy)",
            next_step="see whether the file is of that format",
        )

"""Text from outside made harmless to show: what a screen would obey or hide becomes visible.

Whatever people, files and other systems wrote stays stored as it was said. Where it is shown (a
terminal, a page, a notebook, a report, a mail) it goes through `harmless_line`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

MOST_MARKS = 3
"""Combining marks shown on one character; Vietnamese and pointed Hebrew need no more."""

_CONTROL_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = 0x7F, "\u2421"
_FIRST_BEYOND_C0 = 0x20

# Printable for Python, yet nothing is seen of them: fillers, joiners, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def harmless_line(value: object) -> str:
    r"""Return a value as one line of text that shows all of itself and commands nothing.

    Line breaks, tabs and other controls become their pictures (``␊``, ``␛``); direction marks,
    zero-width characters, tags, variation selectors, unpaired surrogates and what Unicode has
    not assigned become their numbers, ``[U+202E]``; odd blanks become blanks; of marks piled on
    one character the first three are shown and the rest are counted.

    Doing it twice changes nothing more.

    Examples
    --------
    >>> harmless_line("Robbery\n9999 done\x1b[2J\u202eesrever")
    'Robbery␊9999 done␛[2J[U+202E]esrever'
    >>> harmless_line(None), harmless_line(7)
    ('', '7')
    """
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return _marks_bounded("".join(map(_shown, text)))


def harmless_lines(value: object) -> str:
    r"""Return the same with its line breaks kept, for what has several lines on purpose.

    Examples
    --------
    >>> harmless_lines("first\r\nsecond\x07")
    'first\nsecond␇'
    """
    text = "" if value is None else str(value)
    return "\n".join(map(harmless_line, re.split(r"\r\n|\n|\r", text)))


def escaped(value: object) -> str:
    r"""Return a value as text of HTML: shown whole, and no markup.

    Examples
    --------
    >>> escaped("<b>\u202e")
    '&lt;b&gt;[U+202E]'
    """
    return escape(harmless_line(value), quote=True)


def harmless_values(value: Any) -> Any:
    r"""Return JSON-ready values with every text in them harmless; the rest stays as it is.

    Examples
    --------
    >>> harmless_values({"plate": "7ABC\u202e", "count": 3, "flags": ["a\n"]})
    {'plate': '7ABC[U+202E]', 'count': 3, 'flags': ['a␊']}
    """
    if isinstance(value, str):
        return harmless_line(value)
    if isinstance(value, dict):
        return {name: harmless_values(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [harmless_values(part) for part in value]
    return value


def hidden_characters(text: str) -> tuple[str, ...]:
    r"""Return what of a text would not be shown as it is, by name, each once, in order.

    Names, user names and plates are refused where they are entered if this finds anything.

    Examples
    --------
    >>> hidden_characters("J. Doe\u202e\n")
    ('U+202E', 'U+000A')
    >>> hidden_characters("Zoë Nguyễn-O'Brien")
    ()
    """
    found = [f"U+{ord(char):04X}" for char in text if _shown(char) not in {char, " "}]
    if any(len(marks) > MOST_MARKS for marks in _piles(text)):
        found.append("many combining marks")
    return tuple(dict.fromkeys(found))


def _shown(char: str) -> str:
    number = ord(char)
    if number < _FIRST_BEYOND_C0:
        return chr(_CONTROL_PICTURES + number)
    if number == _DELETE:
        return _DELETE_PICTURE
    if unicodedata.category(char) == "Zs":
        return " "
    if char.isprintable() and not _UNSEEN.match(char):
        return char
    return f"[U+{number:04X}]"


def _piles(text: str) -> Iterator[str]:
    for marked, run in groupby(text, _is_mark):
        if marked:
            yield "".join(run)


def _marks_bounded(text: str) -> str:
    parts = []
    for marked, run in groupby(text, _is_mark):
        part = "".join(run)
        more = len(part) - MOST_MARKS if marked else 0
        parts.append(f"{part[:MOST_MARKS]}[{more} more marks]" if more > 0 else part)
    return "".join(parts)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"}

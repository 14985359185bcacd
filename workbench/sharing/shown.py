"""Text of strangers, as it may be printed: without what moves cursors or turns lines around."""

from __future__ import annotations

import unicodedata

_SILENT = {"Cc", "Cf", "Co", "Cs"}
_SPACES = "\n\r\t"


def shown(text: str) -> str:
    r"""Return a text without characters that show nothing; line breaks and tabs stay.

    Examples
    --------
    >>> shown("Dana\x1b[2J Detective\u202e")
    'Dana[2J Detective'
    """
    return "".join(c for c in text if c in _SPACES or unicodedata.category(c) not in _SILENT)


def one_line(text: str) -> str:
    r"""Return a text as one line of characters that show.

    Examples
    --------
    >>> one_line("Dana\r\nBcc:  x")
    'Dana Bcc: x'
    """
    return " ".join(shown(text).split())

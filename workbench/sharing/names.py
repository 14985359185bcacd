"""When two writings of a name are the same name; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc]")
_SHORT = {
    "&": ("and",),
    "dept": ("department",),
    "pd": ("police", "department"),
    "so": ("sheriffs", "office"),
}


def agency_key(name: str) -> str:
    """Return what the writings of one agency's name have in common.

    Case, accents, punctuation and the usual abbreviations do not count; a place, a state and the
    order of words do. An empty key is no name.

    Examples
    --------
    >>> agency_key("Next Town P.D.") == agency_key("NEXT TOWN  Police Dept")
    True
    >>> agency_key("Next Town PD") == agency_key("Next Town OR PD")
    False
    """
    words: list[str] = []
    for word in _words(_APOSTROPHES.sub("", _single_letters(_plain(name))), keep="&"):
        words += _SHORT.get(word, (word,))
    return " ".join(words)


def person_key(name: str) -> str:
    """Return what the writings of one person's name have in common, in any order of its words.

    Examples
    --------
    >>> person_key("Example, Jane") == person_key("jane EXAMPLE")
    True
    """
    return " ".join(sorted(_words(_plain(name))))


def _plain(text: str) -> str:
    # Twice: the capital of a letter may only show once it is taken apart.
    whole = unicodedata.normalize("NFKD", text).casefold()
    parts = unicodedata.normalize("NFKD", whole)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _words(text: str, keep: str = "") -> list[str]:
    return "".join(c if c.isalnum() or c in keep else " " for c in text).split()


def _single_letters(text: str) -> str:
    # P.D. is PD; a full stop elsewhere is punctuation.
    return re.sub(r"\b(?:\w\.){2,}", lambda found: found[0].replace(".", "") + " ", text)

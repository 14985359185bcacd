"""Texts that differ from another by an edit or two; nothing is weighed here."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.recognition.misreads.characters import CHARACTERS


def within_one_edit(text: str) -> set[str]:
    """Return a text and all that one character more, less or other makes of it.

    Returns
    -------
    set
        Of texts of 1 to 12 characters.

    Examples
    --------
    >>> near = within_one_edit("8A")
    >>> {"8A", "BA", "A", "8A1", "18A"} <= near, "AB" in near
    (True, False)
    """
    around = {text}
    for place in range(len(text) + 1):
        head, tail = text[:place], text[place:]
        around.update(head + character + tail for character in CHARACTERS)
        if tail:
            around.add(head + tail[1:])
            around.update(head + character + tail[1:] for character in CHARACTERS)
    return {each for each in around if 1 <= len(each) <= MAX_PLATE_CHARACTERS}


def edit_distance(first: str, second: str) -> int:
    """Return the least number of characters to add, drop or change (Levenshtein 1966).

    Examples
    --------
    >>> edit_distance("8ABC123", "BABC12"), edit_distance("", "AB")
    (2, 2)
    """
    before: Sequence[int] = range(len(second) + 1)
    for row, one in enumerate(first, start=1):
        here = [row]
        for column, other in enumerate(second, start=1):
            changed = before[column - 1] + (one != other)
            here.append(min(changed, before[column] + 1, here[-1] + 1))
        before = here
    return before[-1]

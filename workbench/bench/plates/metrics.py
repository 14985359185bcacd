"""What counts as found and as read: pure functions on texts and boxes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.read import Box
from workbench.recognition.base import PlateRead

LEAST_OVERLAP = 0.3
FIRST_CANDIDATES = 5
_LOOK_ALIKES = str.maketrans("OQIBSZ", "001852")


def folded(text: str) -> str:
    """Return a text with letters that look like digits as those digits.

    Examples
    --------
    >>> folded("OQ1BSZ")
    '001852'
    """
    return text.translate(_LOOK_ALIKES)


def edit_distance(one: str, other: str) -> int:
    """Return how many characters have to be put in, taken out or exchanged (Levenshtein, 1966).

    Examples
    --------
    >>> edit_distance("7ABC123", "7A8C12")
    2
    """
    row = list(range(len(other) + 1))
    for above, left in enumerate(one, start=1):
        diagonal, row[0] = row[0], above
        for place, right in enumerate(other, start=1):
            exchanged = diagonal + (left != right)
            diagonal = row[place]
            row[place] = min(exchanged, row[place] + 1, row[place - 1] + 1)
    return row[-1]


def character_accuracy(read: str, truth: str) -> float:
    """Return from 0 to 1 how much of a text was read: 1 less the edit distance per character.

    Examples
    --------
    >>> character_accuracy("7ABC128", "7ABC123") == 1 - 1 / 7
    True
    >>> character_accuracy("SOMETHING ELSE", "A1")
    0.0
    """
    return max(0.0, 1 - edit_distance(read, truth) / max(1, len(truth)))


def overlap(one: Box, other: Box) -> float:
    """Return intersection over union of two boxes.

    Examples
    --------
    >>> overlap(Box(0, 0, 10, 10), Box(5, 0, 10, 10))
    0.3333333333333333
    """
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (one.width * one.height + other.width * other.height - shared)


def at_place(box: Box, truth: Box | None) -> bool:
    """Return whether a read's box is at a plate's place.

    It is where both overlap by at least 0.3, or the plate's centre lies within the read's box.
    Where the picture is the plate, everything is.

    Examples
    --------
    >>> plate = Box(100, 100, 80, 40)
    >>> at_place(Box(90, 110, 100, 15), plate), at_place(Box(100, 100, 80, 10), plate)
    (True, False)
    """
    if truth is None:
        return True
    x, y = truth.x + truth.width / 2, truth.y + truth.height / 2
    inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
    return inside or overlap(box, truth) >= LEAST_OVERLAP


def read_at_place(reads: Sequence[PlateRead], truth: Box | None) -> PlateRead | None:
    """Return the most confident read at a plate's place; ``None`` where there is none."""
    there = [read for read in reads if at_place(read.box, truth)]
    return max(there, key=lambda read: read.confidence, default=None)


def among_first(read: PlateRead, truth: str, first: int = FIRST_CANDIDATES) -> bool:
    """Return whether the truth is one of a read's first candidates."""
    return truth in [candidate.text for candidate in read.candidates[:first]]

"""Where plates stand in a frame, and how much two places or two texts are alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.read import Box


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A level rectangle by its middle, in pixels.

    Attributes
    ----------
    x, y
        The middle.
    width, height
        Greater than 0.
    """

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, box: Box) -> Place:
        """Return the place of a box.

        Examples
        --------
        >>> Place.of(Box(10, 20, 40, 20))
        Place(x=30.0, y=30.0, width=40, height=20)
        """
        width, height = max(1.0, box.width), max(1.0, box.height)
        return cls(box.x + width / 2, box.y + height / 2, width, height)

    def moved(self, dx: float, dy: float) -> Place:
        """Return it moved."""
        return Place(self.x + dx, self.y + dy, self.width, self.height)


def overlap(first: Place, second: Place) -> float:
    """Return the shared area in parts of the area of both together, from 0 to 1.

    Examples
    --------
    >>> overlap(Place(0, 0, 2, 2), Place(1, 0, 2, 2))
    0.3333333333333333
    """
    width = _shared(first.x, first.width, second.x, second.width)
    height = _shared(first.y, first.height, second.y, second.height)
    shared = width * height
    both = first.width * first.height + second.width * second.height - shared
    return shared / both if both > 0 else 0.0


def distance(first: Place, second: Place) -> float:
    """Return how far apart the middles are, in pixels."""
    return math.hypot(first.x - second.x, first.y - second.y)


def growth(first: Place, second: Place) -> float:
    """Return by how much the second is larger: the logarithm of the ratio of heights, to base 2."""
    return math.log2(second.height / first.height)


def likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """Return from 0 to 1 how alike the most alike texts of two lists are; 1 is the same.

    It is 1 less the edit distance (Levenshtein 1966) in parts of the longer text.

    Examples
    --------
    >>> likeness(["7ABC123"], ["XX", "7ABC12B"]) > 0.85
    True
    """
    return max((_alike(one, other) for one in first for other in second), default=0.0)


def _alike(one: str, other: str) -> float:
    longest = max(len(one), len(other))
    return 1 - edit_distance(one, other) / longest if longest else 1.0


def edit_distance(one: str, other: str) -> int:
    """Return how many characters have to be exchanged, put in or taken out.

    Examples
    --------
    >>> edit_distance("7ABC123", "ABC1Z3")
    2
    """
    row = list(range(len(other) + 1))
    for n, character in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, against in enumerate(other, 1):
            exchanged = before + (character != against)
            before = row[m]
            row[m] = min(before + 1, row[m - 1] + 1, exchanged)
    return row[-1]


def _shared(middle: float, length: float, other_middle: float, other_length: float) -> float:
    end = min(middle + length / 2, other_middle + other_length / 2)
    return max(0.0, end - max(middle - length / 2, other_middle - other_length / 2))

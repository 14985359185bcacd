"""Which way a plate went across the frame, as the camera saw it."""

from __future__ import annotations

from enum import StrEnum

from workbench.recognition.video.places import Place, growth

_GROWN = 0.3
_MOVED_WIDTHS = 1.0


class Direction(StrEnum):
    """As seen in the picture; stored in a detection's ``direction``."""

    LEFT_TO_RIGHT = "left to right"
    RIGHT_TO_LEFT = "right to left"
    TOWARDS = "towards the camera"
    AWAY = "away from the camera"
    STILL = "still"


def direction_of(first: Place, last: Place) -> Direction:
    """Return the direction from where a plate was first seen to where it was last seen.

    A plate that grows by a quarter comes nearer, one that shrinks so goes away, whatever it does
    across. Of the others those went across that moved by their width at least; moving down the
    frame more than across is nearing, for cameras look down at roads.

    Examples
    --------
    >>> str(direction_of(Place(100, 300, 80, 40), Place(500, 310, 84, 42)))
    'left to right'
    >>> str(direction_of(Place(300, 300, 40, 20), Place(200, 500, 90, 45)))
    'towards the camera'
    """
    grown = growth(first, last)
    if abs(grown) >= _GROWN:
        return Direction.TOWARDS if grown > 0 else Direction.AWAY
    dx, dy = last.x - first.x, last.y - first.y
    if max(abs(dx), abs(dy)) < _MOVED_WIDTHS * max(first.width, last.width):
        return Direction.STILL
    if abs(dy) > abs(dx):
        return Direction.TOWARDS if dy > 0 else Direction.AWAY
    return Direction.LEFT_TO_RIGHT if dx > 0 else Direction.RIGHT_TO_LEFT

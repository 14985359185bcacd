"""How much a text and its place look like a plate; lowers a confidence, drops nothing.

The numbers are judgements, not measurements: they only say what is shown and marked first. Shop
signs, state names and stickers must come after plates, and a plate of an unusual form must stay.
"""

from __future__ import annotations

from workbench.recognition.base import Corners
from workbench.recognition.geometry import sides, slope_deg

_FULL_LENGTHS = range(5, 9)
_SHORT_OR_LONG = {1: 0.05, 2: 0.3, 3: 0.5, 4: 0.8, 9: 0.8, 10: 0.6}


def plausibility(text: str, corners: Corners, picture_size: tuple[int, int]) -> float:
    """Return from above 0 to 1 how much a text at a place looks like a plate.

    Parameters
    ----------
    text
        Letters and digits in upper case.
    corners
        Where it stands.
    picture_size
        Width and height in pixels.

    Examples
    --------
    >>> level = ((0.0, 0.0), (100.0, 0.0), (100.0, 25.0), (0.0, 25.0))
    >>> plausibility("7ABC123", level, (1280, 720)) > plausibility("DEALER", level, (1280, 720))
    True
    """
    return form_plausibility(text) * place_plausibility(corners, picture_size)


def form_plausibility(text: str) -> float:
    """Return how much a text has the form of a plate.

    Examples
    --------
    >>> form_plausibility("7ABC123"), form_plausibility("CALIFORNIA")
    (1.0, 0.12)
    """
    length = 1.0 if len(text) in _FULL_LENGTHS else _SHORT_OR_LONG.get(len(text), 0.2)
    if not any(character.isdigit() for character in text):
        return length * 0.2  # a word, more often than a plate of one's own choice
    if text.isdigit():
        return length * 0.7
    return length


def place_plausibility(corners: Corners, picture_size: tuple[int, int]) -> float:
    """Return how much a place has the shape, size and slope of a plate's line of text."""
    along, across = sides(corners)
    if along <= 0 or across <= 0:
        return 0.05
    shape = 1.0 if 1.8 <= along / across <= 8 else 0.5
    slope = 1.0 if abs(slope_deg(corners)) <= 25 else 0.5
    # Larger than a third of a whole scene is a sign; in a picture that is a cut-out plate
    # itself, the text fills most of it.
    width, height = picture_size
    scene = width >= 480 and height >= 320
    size = 0.5 if scene and (across > height / 4 or along > width / 2) else 1.0
    return shape * slope * size

"""The characters that plates are made of, as numbers, and which of them look alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.domain.plate import MAX_PLATE_CHARACTERS, normal_plate
from workbench.errors import MisreadModelError

CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Everything that a model knows; the number of a character is its place here."""

Numbers = NDArray[np.int64]
"""Texts of one length as numbers of characters, shape (texts, length)."""

_ALIKE = (
    "0O", "0Q", "0D", "OQ", "OD", "DQ", "CG", "G6", "0U", "1I", "1L", "1T", "IL", "IT", "1J", "7T",
    "17", "2Z", "7Z", "3B", "38", "8B", "4A", "5S", "68", "69", "89", "8S", "56", "BR", "BE", "EF",
    "EL", "FP", "PR", "HN", "HM", "HW", "MN", "MW", "NW", "UV", "VY", "VW", "TY", "KX", "XY", "UJ",
    "39", "9P", "AR", "CO",
)  # fmt: skip


def alike() -> NDArray[np.bool_]:
    """Return which characters look like which, symmetric; each looks like at least one other.

    Which strokes two characters share is all that went into it: O, 0, Q and D are round, 1, I and
    L are upright, and so on. What an engine really mistakes is learned.

    Returns
    -------
    numpy.ndarray
        Shape (36, 36).

    Examples
    --------
    >>> bool(alike()[CHARACTERS.index("8"), CHARACTERS.index("B")])
    True
    """
    known = np.zeros((len(CHARACTERS), len(CHARACTERS)), dtype=np.bool_)
    for pair in _ALIKE:
        one, other = map(CHARACTERS.index, pair)
        known[one, other] = known[other, one] = True
    return known


def plate_of(text: str) -> str:
    """Return a text as the model knows it: its normal form, at most 12 letters and digits.

    Returns
    -------
    str
        Empty where there is nothing in it.

    Raises
    ------
    MisreadModelError
        If it is too long or holds a character that no model knows.

    Examples
    --------
    >>> plate_of("7abc 123")
    '7ABC123'
    """
    plate = normal_plate(text)
    if len(plate) > MAX_PLATE_CHARACTERS or not set(plate) <= set(CHARACTERS):
        raise MisreadModelError(
            "A misread model cannot speak about this text",
            given=text,
            allowed=f"at most {MAX_PLATE_CHARACTERS} letters A-Z and digits",
        )
    return plate


def numbers_of(plates: Sequence[str]) -> Numbers:
    """Return texts of one length as numbers.

    Examples
    --------
    >>> numbers_of(["1A", "2B"]).tolist()
    [[1, 10], [2, 11]]
    """
    place = {character: number for number, character in enumerate(CHARACTERS)}
    width = len(plates[0]) if plates else 0
    rows = [[place[character] for character in plate] for plate in plates]
    return np.array(rows, dtype=np.int64).reshape(len(plates), width)

"""Plates as numbers: whole columns of texts are compared at once, not one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.recognition.misreads.characters import CHARACTERS

Codes = NDArray[np.uint64]
"""One number for each text, and another for each other text."""

Numbers = NDArray[np.int16]
"""Characters as places in `CHARACTERS`, from the left, -1 behind the end; shape (texts, 12)."""

Places = NDArray[np.int64]
"""Places in a column."""

_MASK = len(CHARACTERS) + 1
"""Stands where two texts may differ; nothing is 0 and the characters are 1 to 36."""

_BASE = _MASK + 1
_POWERS = np.array([_BASE**place for place in range(MAX_PLATE_CHARACTERS)], dtype=np.uint64)
_NUMBER = np.full(256, -1, dtype=np.int16)
_NUMBER[list(CHARACTERS.encode())] = np.arange(len(CHARACTERS), dtype=np.int16)

FEWEST_LOST = 4
"""Characters of a text of which one may be missing in another."""

_SHORT, _LONG = 4, 6
"""Texts below the first are only met exactly; from the second on, two characters may differ."""


def is_plain(text: str) -> bool:
    """Return whether a normal plate has 1 to 12 letters A-Z and digits, so that it has a code.

    Examples
    --------
    >>> is_plain("7ABC123"), is_plain("7ABC12345678X"), is_plain("Ж123"), is_plain("")
    (True, False, False, False)
    """
    known = text.isascii() and text.isalnum() and (text.isupper() or text.isdigit())
    return known and len(text) <= MAX_PLATE_CHARACTERS


def numbers_of(texts: Sequence[str]) -> Numbers:
    """Return plain texts as numbers of their characters.

    Examples
    --------
    >>> numbers_of(["1A"])[0, :3].tolist()
    [1, 10, -1]
    """
    raw = np.array(texts, dtype=f"S{MAX_PLATE_CHARACTERS}")
    numbers: Numbers = _NUMBER[raw.view(np.uint8).reshape(len(texts), MAX_PLATE_CHARACTERS)]
    return numbers


def text_of(numbers: Numbers) -> str:
    """Return one row of numbers as a text.

    Examples
    --------
    >>> text_of(numbers_of(["7ABC123"])[0])
    '7ABC123'
    """
    return "".join(CHARACTERS[number] for number in numbers if number >= 0)


def lengths_of(numbers: Numbers) -> Places:
    """Return how many characters each text has."""
    lengths: Places = (numbers >= 0).sum(axis=1)
    return lengths


def by_length(numbers: Numbers) -> Iterator[tuple[int, Places]]:
    """Give the lengths that texts have, each with the places of its texts."""
    lengths = lengths_of(numbers)
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        yield length, np.flatnonzero(lengths == length)


def codes_of(numbers: Numbers) -> Codes:
    """Return texts as one number each."""
    codes: Codes = np.zeros(len(numbers), dtype=np.uint64)
    for place, power in enumerate(_POWERS):
        codes += (numbers[:, place] + 1).astype(np.uint64) * power
    return codes


def numbers_of_codes(codes: Codes) -> Numbers:
    """Return the characters that codes stand for."""
    numbers: Numbers = np.empty((len(codes), MAX_PLATE_CHARACTERS), dtype=np.int16)
    left = codes.copy()
    for place in range(MAX_PLATE_CHARACTERS):
        numbers[:, place] = left % np.uint64(_BASE)
        left //= np.uint64(_BASE)
    numbers -= 1
    return numbers


def masks_of(length: int) -> Iterator[tuple[int, ...]]:
    """Give the places where two texts of a length may differ and still be near.

    Two of them; one in texts of four and five characters; shorter ones may not differ.

    Examples
    --------
    >>> list(masks_of(4)), list(masks_of(3)), len(list(masks_of(7)))
    ([(0,), (1,), (2,), (3,)], [], 21)
    """
    if length >= _SHORT:
        yield from combinations(range(length), 2 if length >= _LONG else 1)


def masked(numbers: Numbers, codes: Codes, mask: tuple[int, ...]) -> Codes:
    """Return codes of texts of one length with the mask in some of their places.

    Two texts share it if they differ nowhere else, and nobody else does, so that nothing has to
    be compared afterwards.
    """
    keys = codes.copy()
    for place in mask:
        # What is added where a character becomes the mask.
        keys += ((_MASK - 1) - numbers[:, place]).astype(np.uint64) * _POWERS[place]
    return keys


def shortened(numbers: Numbers, codes: Codes) -> tuple[Codes, Places]:
    """Return the codes of texts without one of their characters, and the place of each text.

    A text shares its code with a key of another one if that one has a character more.
    """
    keys, owners = [], []
    for length, rows in by_length(numbers):
        if length < FEWEST_LOST:
            continue
        own = codes[rows]
        low = np.zeros(len(rows), dtype=np.uint64)
        for place in range(length):
            part = (numbers[rows, place] + 1).astype(np.uint64) * _POWERS[place]
            keys.append(low + (own - low - part) // np.uint64(_BASE))
            owners.append(rows)
            low += part
    if not keys:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    return np.concatenate(keys), np.concatenate(owners)

"""Plates of a range that is marked as made up, as arrays of characters.

Every plate of the demo has Q as its first letter. California, whose style most of them have
(digit, three letters, three digits), gives out no such plate: Q stands there only between two
other letters. So nobody's plate gets into a test, a notebook or a picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH = 8
"""Characters of a row in an array of plates; shorter plates are filled with zeros."""

REGIONS = ("CA", "NV", "OR", "AZ", "WA", "ID")
REGION_SHARES = (0.885, 0.04, 0.035, 0.015, 0.015, 0.01)
_STYLES = {
    "CA": "1QLS000",
    "NV": "000Q00",
    "OR": "000QLL",
    "AZ": "QLS0000",
    "WA": "QLS0000",
    "ID": "1Q00000",
}
_ALPHABETS = {
    "0": "0123456789",
    "1": "123456789",
    "L": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "S": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "Q": "Q",
}


def is_demo_plate(text: str) -> bool:
    """Return whether a plate is of the made-up range: its first letter is Q.

    Examples
    --------
    >>> is_demo_plate("7QAB123"), is_demo_plate("7ABC123")
    (True, False)
    """
    return next((character for character in text if character.isalpha()), "") == "Q"


def make_plates(
    count: int, rng: np.random.Generator, *, california_share: float | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return made-up plates, no two alike, and the number of each one's region.

    Parameters
    ----------
    count
        How many.
    rng
        Where the chance comes from.
    california_share
        Share of Californian plates; `REGION_SHARES` when it is not given.

    Returns
    -------
    tuple of arrays
        Characters with shape (count, 8), filled with zeros; indices into `REGIONS`.
    """
    regions = rng.choice(len(REGIONS), size=count, p=_shares(california_share)).astype(np.int8)
    plates = np.zeros((count, WIDTH), dtype=np.uint8)
    for number, region in enumerate(REGIONS):
        rows = np.flatnonzero(regions == number)
        plates[rows] = _of_style(_STYLES[region], len(rows), rng)
    return _unique(plates, regions, rng)


def plate_texts(plates: NDArray[np.uint8]) -> list[str]:
    r"""Return the plates as text.

    Examples
    --------
    >>> plate_texts(np.frombuffer(b"7QAB123\0", dtype=np.uint8).reshape(1, 8))
    ['7QAB123']
    """
    joined = np.ascontiguousarray(plates).view(f"S{plates.shape[1]}").ravel()
    return [text.decode("ascii") for text in joined]


def plate_row(text: str) -> NDArray[np.uint8]:
    """Return a plate's text as a row of characters."""
    return np.frombuffer(text.encode("ascii").ljust(WIDTH, b"\0"), dtype=np.uint8)


def _shares(california: float | None) -> NDArray[np.float64]:
    shares = np.array(REGION_SHARES)
    if california is not None:
        shares[1:] *= (1.0 - california) / shares[1:].sum()
        shares[0] = california
    return shares


def _of_style(style: str, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    rows = np.zeros((count, WIDTH), dtype=np.uint8)
    for column, symbol in enumerate(style):
        letters = np.frombuffer(_ALPHABETS[symbol].encode(), dtype=np.uint8)
        rows[:, column] = letters[rng.integers(len(letters), size=count)]
    return rows


def _unique(
    plates: NDArray[np.uint8], regions: NDArray[np.int8], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Give later doubles a Californian plate of their own."""
    while True:
        keys = plates.view(np.uint64).ravel()
        _, first = np.unique(keys, return_index=True)
        doubles = np.setdiff1d(np.arange(len(plates)), first, assume_unique=True)
        if not len(doubles):
            return plates, regions
        plates[doubles] = _of_style(_STYLES["CA"], len(doubles), rng)
        regions[doubles] = 0

"""What a camera makes of a plate: look-alikes, lost and gained characters, candidates.

The rates follow what published road readers do: most errors are one look-alike or one character
too few or too many, more than half change the length, and the truth often stands among the
candidates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.demo.plates import WIDTH

MISREAD_SHARE = 0.07
MOST_CANDIDATES = 4
TRUTH_AMONG_CANDIDATES = 0.72
"""Share of misreads whose candidates hold the truth."""

_KINDS = ("lose", "gain", "lose two", "swap", "swap two")
_KIND_SHARES = (0.27, 0.18, 0.10, 0.38, 0.07)
_LOOK_ALIKES = {
    "0": "DOQ8", "1": "IL7T", "2": "Z7", "3": "8B", "4": "A", "5": "S6", "6": "G8", "7": "T1Z",
    "8": "BB3", "9": "P8", "A": "4R", "B": "883", "C": "G", "D": "0OQ", "E": "LF", "F": "PE",
    "G": "C6", "H": "MN", "I": "1L", "J": "U", "K": "X", "L": "E1", "M": "NW", "N": "MH",
    "O": "DQ0", "P": "FR", "Q": "0OO", "R": "PA", "S": "58", "T": "7Y", "U": "VJ", "V": "YU",
    "W": "HM", "X": "K", "Y": "VT", "Z": "27",
}  # fmt: skip
_CONFUSABLE = "8Q0OWBL5SDI1"


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What was read, row by row.

    Attributes
    ----------
    plates
        Characters with shape (rows, 8), filled with zeros.
    confidence
        From 0 to 1; higher where the reading is right.
    candidates
        Characters with shape (rows, `MOST_CANDIDATES`, 8); the reading itself comes first.
    candidate_confidence
        Falling along the second axis.
    candidate_count
        From 1 to `MOST_CANDIDATES`.
    """

    plates: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    candidates: NDArray[np.uint8]
    candidate_confidence: NDArray[np.float32]
    candidate_count: NDArray[np.int64]


def read_plates(
    truth: NDArray[np.uint8], difficulty: NDArray[np.float32], rng: np.random.Generator
) -> Readings:
    """Return what cameras read of plates.

    Parameters
    ----------
    truth
        Characters with shape (rows, 8); not changed.
    difficulty
        1 for an ordinary sight; the chance of a misread grows with it, and is none at 0.
    rng
        Where the chance comes from.
    """
    rows = len(truth)
    wrong = rng.random(rows, dtype=np.float32) < MISREAD_SHARE * difficulty
    plates = truth.copy()
    plates[wrong] = misread(truth[wrong], rng)
    confidence = _confidence(wrong, difficulty, rng)
    count = 1 + (rng.random(rows, dtype=np.float32) * (1.0 + 3.0 * (confidence < 0.85))).astype(int)
    count = np.minimum(np.maximum(count, 1 + wrong), MOST_CANDIDATES)
    candidates, scores = _candidates(plates, truth, wrong, confidence, rng)
    return Readings(plates, confidence, candidates, scores, count)


def misread(truth: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return wrong readings of plates; each row differs from the truth."""
    read = truth.copy()
    kinds = rng.choice(len(_KINDS), size=len(truth), p=_KIND_SHARES)
    for kind, change in enumerate((_lose, _gain, _lose_two, _swap, _swap_two)):
        rows = np.flatnonzero(kinds == kind)
        read[rows] = change(truth[rows], rng)
    full = np.flatnonzero((read == truth).all(axis=1))
    read[full] = _swap(truth[full], rng)
    return read


def _confidence(
    wrong: NDArray[np.bool_], difficulty: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return confidences that speak for the reading without proving it."""
    spread = rng.standard_gamma(1.6, len(wrong), dtype=np.float32) * np.float32(0.034)
    hard = np.sqrt(np.maximum(difficulty, 0.5))
    doubt = spread * (1.0 + 2.6 * wrong) * hard + 0.07 * wrong
    rounded: NDArray[np.float32] = np.round(np.clip(0.995 - doubt, 0.2, 0.999), 4)
    return rounded.astype(np.float32)


def _candidates(
    plates: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    wrong: NDArray[np.bool_],
    confidence: NDArray[np.float32],
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    rows = len(plates)
    candidates = np.empty((rows, MOST_CANDIDATES, WIDTH), dtype=np.uint8)
    scores = np.empty((rows, MOST_CANDIDATES), dtype=np.float32)
    candidates[:, 0], scores[:, 0] = plates, confidence
    for place in range(1, MOST_CANDIDATES):
        candidates[:, place] = _swap(plates, rng)
        step = rng.random(rows, dtype=np.float32) * np.float32(0.12) + np.float32(0.02)
        scores[:, place] = np.round(np.maximum(scores[:, place - 1] - step, 0.01), 4)
    known = np.flatnonzero(wrong & (rng.random(rows) < TRUTH_AMONG_CANDIDATES))
    candidates[known, 1] = truth[known]
    return candidates, scores


def _lengths(plates: NDArray[np.uint8]) -> NDArray[np.int64]:
    lengths: NDArray[np.int64] = (plates > 0).sum(axis=1)
    return lengths


def _lose(plates: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Drop one character; narrow ones and those at the ends go first."""
    weight = rng.random(plates.shape, dtype=np.float32) * _thinness()[plates]
    weight[:, 0] *= 1.6
    place = weight.argmax(axis=1)
    return _without(plates, place)


def _lose_two(plates: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    return _lose(_lose(plates, rng), rng)


def _gain(plates: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Add a 1, an I or a neighbour's double somewhere; a full row is left as it is."""
    lengths = _lengths(plates)
    place = (rng.random(len(plates)) * (lengths + 1)).astype(np.int64)
    columns = np.arange(WIDTH)
    source = columns - (columns > place[:, None])
    gained = np.take_along_axis(plates, source, axis=1)
    extra = np.where(rng.random(len(plates)) < 0.6, ord("1"), ord("I")).astype(np.uint8)
    doubled = (rng.random(len(plates)) < 0.4) & (place < lengths)
    rows = np.arange(len(plates))
    at = np.minimum(place, WIDTH - 1)
    gained[rows, at] = np.where(doubled, plates[rows, at], extra)
    return np.where((lengths < WIDTH)[:, None], gained, plates)


def _swap(plates: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Put a look-alike in the place of one character."""
    weight = rng.random(plates.shape, dtype=np.float32) * _likeness()[plates]
    place = weight.argmax(axis=1)
    rows = np.arange(len(plates))
    swapped = plates.copy()
    table = _look_alikes()
    pick = rng.integers(table.shape[1], size=len(plates))
    swapped[rows, place] = table[plates[rows, place], pick]
    return swapped


def _swap_two(plates: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    return _swap(_swap(plates, rng), rng)


def _without(plates: NDArray[np.uint8], place: NDArray[np.int64]) -> NDArray[np.uint8]:
    columns = np.arange(WIDTH)
    source = np.minimum(columns + (columns >= place[:, None]), WIDTH - 1)
    shorter = np.take_along_axis(plates, source, axis=1)
    shorter[:, -1] = 0
    return shorter


def _look_alikes() -> NDArray[np.uint8]:
    """Return for each character code 12 look-alikes to draw from."""
    table = np.zeros((256, 12), dtype=np.uint8)
    for character, alike in _LOOK_ALIKES.items():
        drawn = (alike * 12)[:12].encode()
        table[ord(character)] = np.frombuffer(drawn, dtype=np.uint8)
    return table


def _likeness() -> NDArray[np.float32]:
    weights = np.zeros(256, dtype=np.float32)
    for character in _LOOK_ALIKES:
        weights[ord(character)] = 2.0 if character in _CONFUSABLE else 1.0
    return weights


def _thinness() -> NDArray[np.float32]:
    weights = np.zeros(256, dtype=np.float32)
    for character in _LOOK_ALIKES:
        weights[ord(character)] = 2.5 if character in "1IJLT" else 1.0
    return weights

"""Cut-outs as the network takes them, with state and spelling; made a few at a time."""

from __future__ import annotations

import string
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.training.plates import FontShelf, camera_crop, level_crop
from tools.training.states.fonts import NAME_FONTS
from tools.training.states.plate import EXTENT, StatePlate, state_plates
from workbench.recognition.state_reader import INPUT_PX, STATES, strips

NOBODY = len(STATES)
"""The number of plates that no state's name stands on."""

LONGEST = 32
"""Characters of the longest words that are spelt."""

UNKNOWN = 255
"""Stands first in a spelling where it is not known what all is written."""

WORDS_PER_PLATE = 6
"""Plates of different states made of each bare one."""

SIGNS = string.ascii_lowercase + string.digits + "."
"""What is spelt, capitals or not; the rest is left out."""

_NAME_PX = 40
_CAPACITY = 24_000


@dataclass(frozen=True, slots=True)
class Samples:
    """What the network learns from.

    Attributes
    ----------
    strips
        Number x 80 x 144, grey.
    labels
        The numbers of their states.
    spelt
        Number x 2 x `LONGEST`: 1 + the place of each sign in `SIGNS`, above and below the
        letters, filled up with 0.
    """

    strips: NDArray[np.uint8]
    labels: NDArray[np.int64]
    spelt: NDArray[np.uint8]

    def __getitem__(self, at: NDArray[np.int64]) -> Samples:
        """Return some of them."""
        return Samples(self.strips[at], self.labels[at], self.spelt[at])


def label_of(made: StatePlate) -> int:
    """Return the number of a plate's state."""
    return NOBODY if made.state is None else STATES.index(made.state)


def spelling_of(made: StatePlate) -> NDArray[np.uint8]:
    """Return the signs above and below a plate's letters."""
    spelt = np.zeros((2, LONGEST), np.uint8)
    if made.words is None:
        spelt[:, 0] = UNKNOWN
        return spelt
    for words, (top, bottom) in made.words:
        signs = [1 + SIGNS.index(each) for each in words.lower() if each in SIGNS][:LONGEST]
        spelt[int(top + bottom > EXTENT[1]), : len(signs)] = signs
    return spelt


def state_shelf() -> FontShelf:
    """Return the fonts of names and letters that are installed."""
    return FontShelf.installed(NAME_FONTS, _NAME_PX)


def make_samples(
    rng: np.random.Generator, shelf: FontShelf, plates: int, *, easy: float = 0.0
) -> Samples:
    """Return cut-outs of so many bare plates, six of each; the same for the same generator.

    Parameters
    ----------
    easy
        The share that is sharp and level instead of as a camera sees it.
    """
    made = [one for _ in range(plates) for one in state_plates(rng, shelf, WORDS_PER_PLATE)]
    shown = [
        strips(
            level_crop(each.plate, INPUT_PX)
            if easy and rng.random() < easy
            else camera_crop(rng, each.plate, INPUT_PX)
        )
        for each in made
    ]
    return Samples(
        np.stack(shown),
        np.array([label_of(each) for each in made]),
        np.stack([spelling_of(each) for each in made]),
    )


@dataclass(slots=True)
class Pool:
    """The cut-outs at hand; new ones replace the oldest."""

    rng: np.random.Generator
    shelf: FontShelf
    easy: int
    samples: Samples = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        """Make room."""
        width, height = INPUT_PX
        rows = strips(np.zeros((height, width), np.uint8)).shape[0]
        self.samples = Samples(
            np.zeros((_CAPACITY, rows, width), np.uint8),
            np.zeros(_CAPACITY, np.int64),
            np.zeros((_CAPACITY, 2, LONGEST), np.uint8),
        )

    def grow(self, plates: int) -> None:
        """Make cut-outs of some more bare plates, sharp ones first where it is to begin easy."""
        easy = max(0.0, 1 - self.made / self.easy) if self.easy else 0.0
        new = make_samples(self.rng, self.shelf, plates, easy=easy)
        at = (self.made + np.arange(len(new.labels))) % _CAPACITY
        self.samples.strips[at] = new.strips
        self.samples.labels[at] = new.labels
        self.samples.spelt[at] = new.spelt
        self.made += len(new.labels)

    def batch(self, size: int) -> Samples:
        """Return cut-outs drawn by chance from those at hand."""
        return self.samples[self.rng.integers(0, min(self.made, _CAPACITY), size)]

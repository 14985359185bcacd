"""Cut-outs made on the fly by a second process, so that the trainer never waits for one."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.training.plates import (
    CHARACTERS,
    INPUT_PX,
    FontShelf,
    camera_crop,
    level_crop,
    sharp_plate,
    two_line_plate,
)
from tools.training.reader.photos import by_text, load_plates
from tools.training.reader.seen_again import seen_again
from workbench.recognition.plate_reader import side_by_side

LONGEST = 8
"""Characters of the longest plate."""

LOOKS_PER_PLATE = 8
"""Cut-outs made of each sharp plate: drawing one costs as much as seven of them."""

NEW_PER_USE = 0.5
"""A cut-out is used twice on average: making one costs about as much as learning from it."""

SEEN_SHARE, TWO_LINES_SHARE = 0.2, 0.04
"""Of the cut-outs: of real plates where there are any, and of two lines side by side."""

_CAPACITY = 40_000
_FIRST = 2_000
_TWO_LINES_PX = (INPUT_PX[0] // 2, 2 * INPUT_PX[1])


@dataclass(frozen=True, slots=True)
class Samples:
    """Grey cut-outs (number x 48 x 144) and the numbers of their characters, 0 after the last."""

    crops: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def label_of(text: str) -> NDArray[np.uint8]:
    """Return 1 + the place of each character among all, filled up with 0."""
    label = np.zeros(LONGEST, np.uint8)
    label[: len(text)] = [1 + CHARACTERS.index(character) for character in text]
    return label


def make_samples(rng: np.random.Generator, shelf: FontShelf, count: int) -> Samples:
    """Return cut-outs of as many different plates; the same for the same generator."""
    plates = [sharp_plate(rng, shelf) for _ in range(count)]
    crops = np.stack([camera_crop(rng, plate) for plate in plates])
    return Samples(crops, np.stack([label_of(plate.text) for plate in plates]))


@dataclass(frozen=True, slots=True)
class Supply:
    """The cut-outs at hand; new ones replace the oldest all the time."""

    samples: Samples
    made: Any
    wanted: Any

    def batch(self, rng: np.random.Generator, size: int) -> Samples:
        """Return cut-outs drawn by chance from those at hand."""
        while self.made.value < _FIRST:
            time.sleep(0.1)
        self.wanted.value += size * NEW_PER_USE
        at = rng.integers(0, min(self.made.value, len(self.samples.crops)), size)
        return Samples(self.samples.crops[at], self.samples.labels[at])


@contextmanager
def opened_supply(seed: int, *, easy: int = 0, seen: Path | None = None) -> Iterator[Supply]:
    """Give the cut-outs that a second process makes until the end of the block.

    Parameters
    ----------
    easy
        Over how many cut-outs to go from sharp and level ones to what cameras see: a network that
        knows nothing learns letters much sooner from sharp ones.
    seen
        What `save_plates` wrote: real plates to mix in.
    """
    width, height = INPUT_PX
    shared = SharedMemory(create=True, size=_CAPACITY * (width * height + LONGEST))
    context = multiprocessing.get_context("spawn")
    made, wanted = context.Value("q", 0), context.Value("d", 2.0 * _FIRST)
    worker = context.Process(
        target=_make, args=(shared.name, (made, wanted), seed, easy, seen), daemon=True
    )
    worker.start()
    try:
        yield Supply(_view(shared), made, wanted)
    finally:
        worker.terminate()
        worker.join()
        shared.unlink()


def _view(shared: SharedMemory) -> Samples:
    width, height = INPUT_PX
    crops = np.ndarray((_CAPACITY, height, width), np.uint8, shared.buf)
    labels = np.ndarray((_CAPACITY, LONGEST), np.uint8, shared.buf, offset=crops.nbytes)
    return Samples(crops, labels)


def _make(name: str, counts: tuple[Any, Any], seed: int, easy: int, seen: Path | None) -> None:
    """Fill the shared ring until the trainer ends, however it ends."""
    trainer, (made, wanted) = os.getppid(), counts
    cv2.setNumThreads(1)
    os.nice(3)
    shared = SharedMemory(name)
    ring, maker = _view(shared), _Maker(seed, easy, seen)
    while os.getppid() == trainer:
        for crop, text in maker.looks(made.value):
            at = made.value % _CAPACITY
            ring.crops[at], ring.labels[at] = crop, label_of(text)
            made.value += 1
        while made.value > wanted.value and os.getppid() == trainer:
            time.sleep(0.05)


class _Maker:
    """Draws plates, or takes real ones, and gives looks at them."""

    def __init__(self, seed: int, easy: int, seen: Path | None) -> None:
        self.rng, self.shelf, self.easy = np.random.default_rng(seed), FontShelf.installed(), easy
        self.real = by_text(load_plates(seen)) if seen else []

    def looks(self, made: int) -> Iterator[tuple[NDArray[np.uint8], str]]:
        """Yield cut-outs of one plate and what it says."""
        kind = self.rng.random()
        if self.real and kind < SEEN_SHARE:
            for at in self.rng.integers(0, len(self.real), LOOKS_PER_PLATE):
                same = self.real[at]
                plate = same[int(self.rng.integers(len(same)))]
                yield seen_again(self.rng, plate), plate.text
        elif kind > 1 - TWO_LINES_SHARE:
            lines = two_line_plate(self.rng, self.shelf)
            for _ in range(LOOKS_PER_PLATE):
                yield side_by_side(camera_crop(self.rng, lines, _TWO_LINES_PX)), lines.text
        else:
            drawn = sharp_plate(self.rng, self.shelf)
            for _ in range(LOOKS_PER_PLATE):
                eased = self.rng.random() < 1 - made / self.easy if self.easy else False
                yield level_crop(drawn) if eased else camera_crop(self.rng, drawn), drawn.text

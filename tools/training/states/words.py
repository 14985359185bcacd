"""Words as one mask: a font, capitals or not, spaced, slanted, bent, in one size or two."""

from __future__ import annotations

import cv2
import numpy as np

from tools.training.plates.fonts import FontShelf
from tools.training.plates.letters import Mask
from tools.training.states.fonts import NAME_FONTS, PLAIN, SCRIPTS, SERIFS

_BEND = 0.18


def draw_words(
    rng: np.random.Generator, shelf: FontShelf, words: str, *, script: bool = False
) -> Mask:
    """Return words drawn by chance, cut out tightly, about 96 px high.

    Parameters
    ----------
    script
        Whether letters as if written by hand are likely.
    """
    parts = words.split(" ", 1)
    if len(parts) == 2 and rng.random() < 0.12:
        first = _one_size(rng, shelf, parts[0], script=script)
        second = _one_size(rng, shelf, parts[1], script=script)
        mask = _beside(first, second, float(rng.uniform(0.6, 1.0)))
    else:
        mask = _one_size(rng, shelf, words, script=script)
    if rng.random() < 0.12:
        mask = _slanted(mask, float(rng.uniform(-0.1, 0.35)))
    if rng.random() < 0.15:
        mask = _bent(mask, float(rng.uniform(-_BEND, _BEND)))
    return mask


def _one_size(rng: np.random.Generator, shelf: FontShelf, words: str, *, script: bool) -> Mask:
    kind = rng.random()
    if kind < (0.75 if script else 0.06):
        name = _one_of(rng, shelf, SCRIPTS)
        return shelf.mask(name, words)  # capitals alone are not legible as if by hand
    group = SERIFS if kind < 0.65 else PLAIN if kind < 0.8 else NAME_FONTS
    name = _one_of(rng, shelf, group)
    if rng.random() < 0.5:
        words = words.upper()
    if rng.random() < 0.2:
        return _spaced(rng, shelf, name, words)
    return shelf.mask(name, words)


def _one_of(rng: np.random.Generator, shelf: FontShelf, group: tuple[str, ...]) -> str:
    names = shelf.names(group) or sorted(shelf.files)
    return str(rng.choice(names))


def _spaced(rng: np.random.Generator, shelf: FontShelf, name: str, words: str) -> Mask:
    """Return the words in capitals of one height, with more room between them than the font has."""
    letters = [shelf.mask(name, each) if each != " " else None for each in words.upper()]
    tall = max(each.shape[0] for each in letters if each is not None)
    gap = round(tall * float(rng.uniform(0.12, 0.7)))
    pieces = []
    for letter in letters:
        if letter is None:
            pieces.append(np.zeros((tall, tall // 2), np.uint8))
        else:
            pieces.append(np.pad(letter, ((tall - letter.shape[0], 0), (0, gap))))
    return np.concatenate(pieces, axis=1)


def _beside(first: Mask, second: Mask, share: float) -> Mask:
    """Return two masks in one line, the first smaller."""
    size = max(2, round(first.shape[1] * share)), max(2, round(first.shape[0] * share))
    first = cv2.resize(first, size, interpolation=cv2.INTER_AREA)
    tall = max(first.shape[0], second.shape[0])
    gap = np.zeros((tall, tall // 3), np.uint8)
    both = [np.pad(each, ((tall - each.shape[0], 0), (0, 0))) for each in (first, second)]
    return np.concatenate([both[0], gap, both[1]], axis=1)


def _slanted(mask: Mask, lean: float) -> Mask:
    height, width = mask.shape
    shift = lean * height
    wide = width + round(abs(shift))
    matrix = np.array([[1, -lean, max(0.0, shift)], [0, 1, 0]], np.float32)
    return cv2.warpAffine(mask, matrix, (wide, height))


def _bent(mask: Mask, rise: float) -> Mask:
    """Return the words along a bow whose ends lie lower (or higher) by a share of the width."""
    height, width = mask.shape
    most = min(abs(rise) * width, 1.2 * height)
    tall = height + round(most)
    xs = np.linspace(-1, 1, width, dtype=np.float32)
    drop = xs**2 * most if rise > 0 else (1 - xs**2) * most
    rows = np.arange(tall, dtype=np.float32)[:, None] - drop[None]
    columns = np.broadcast_to(np.arange(width, dtype=np.float32), rows.shape)
    return cv2.remap(mask, np.ascontiguousarray(columns), rows, cv2.INTER_LINEAR)

"""Dealers' frames, which may cover what tells the state and may name another one."""

from __future__ import annotations

import cv2
import numpy as np

from tools.training.plates import FontShelf, trimmings
from tools.training.plates.ground import Picture
from tools.training.states.names import DEALERS, EVERYWHERE, NAMES
from tools.training.states.words import draw_words

_LEAST_BAR_PX = 12


def add_frame(
    rng: np.random.Generator, shelf: FontShelf, picture: Picture, band: tuple[int, int]
) -> None:
    """Lay a frame over the edges; it may reach the letters' line but not cover it."""
    height, width = picture.shape[:2]
    colour = tuple([int(rng.choice([15, 30, 60, 160, 210]))] * 3)
    top, bottom = (round(height * float(rng.uniform(0.02, 0.26))) for _ in range(2))
    top, bottom = min(top, band[0] + 3), min(bottom, height - band[1] + 3)
    side = round(height * float(rng.uniform(0.02, 0.05)))
    picture[:top] = picture[height - bottom :] = colour
    picture[:, :side] = picture[:, width - side :] = colour
    for first, last in ((0, top), (height - bottom, height)):
        if last - first < _LEAST_BAR_PX or rng.random() < 0.25:
            continue
        mask = draw_words(rng, shelf, _frame_words(rng))
        tall = (last - first) * float(rng.uniform(0.4, 0.7))
        wide = min(mask.shape[1] * tall / mask.shape[0], width * float(rng.uniform(0.4, 0.9)))
        size = max(4, round(wide)), max(4, round(tall))
        mask = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        level = int(rng.integers(150, 256)) if colour[0] < 100 else int(rng.integers(0, 90))
        at = (width - size[0]) // 2, (first + last - size[1]) // 2
        trimmings.paint(picture, mask, at, (level, level, level))


def _frame_words(rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.15:
        names = NAMES[str(rng.choice(list(NAMES)))]
        return f"{names[0]} {rng.choice(DEALERS)}"
    if kind < 0.6:
        return f"{rng.choice(EVERYWHERE)} {rng.choice(DEALERS)}"
    return str(rng.choice(DEALERS))

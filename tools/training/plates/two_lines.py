"""Plates of motorcycles and trailers: the same letters in two lines."""

from __future__ import annotations

import cv2
import numpy as np

from tools.training.plates import trimmings
from tools.training.plates.design import Plate, draw_letters
from tools.training.plates.fonts import FontShelf
from tools.training.plates.ground import draw_colours, draw_ground
from tools.training.plates.line import Line, draw_line
from tools.training.plates.texts import Text, draw_text

_EXTENT = (200, 150)
_SHORTEST = 4


def two_line_plate(rng: np.random.Generator, shelf: FontShelf) -> Plate:
    """Return a plate of two lines drawn by chance; its text is both lines without a gap."""
    text = draw_text(rng)
    while len(text.characters) < _SHORTEST:
        text = draw_text(rng)
    base, ink = draw_colours(rng, text.region)
    picture = draw_ground(rng, _EXTENT, base, ornate=False)
    letters = draw_letters(rng, shelf, text.region)
    tall = round(_EXTENT[1] * float(rng.uniform(0.3, 0.4)))
    half = len(text.characters) // 2
    for number, part in enumerate((text.characters[:half], text.characters[half:])):
        line = _fitted(rng, draw_line(rng, Text(part, "eu", ()), letters, tall))
        top = round(_EXTENT[1] * (0.26 + 0.47 * number) - tall / 2 + rng.normal(0, 2))
        left = (_EXTENT[0] - line.shape[1]) // 2
        trimmings.paint(picture, line, (left, top), ink)
    if rng.random() < 0.6:
        trimmings.add_rim(rng, picture, ink)
    if rng.random() < 0.5:
        trimmings.add_bolts(rng, picture)
    return Plate(picture, text.characters, text.region)


def _fitted(rng: np.random.Generator, line: Line) -> np.ndarray:
    most = round(_EXTENT[0] * float(rng.uniform(0.7, 0.9)))
    if line.mask.shape[1] <= most:
        return line.mask
    return cv2.resize(line.mask, (most, line.mask.shape[0]), interpolation=cv2.INTER_AREA)

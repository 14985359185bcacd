"""What is written above and below the letters, and which pixels of a plate it covers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.training.plates import FontShelf, trimmings
from tools.training.plates.ground import Colour, Picture
from tools.training.plates.letters import Mask
from tools.training.states.names import BELOW, ELSEWHERE, EVERYWHERE, NAMES, SCRIPT, SLOGANS
from tools.training.states.words import draw_words

_LEAST_ROOM_PX = 10
_GREY = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True, eq=False)
class Inscription:
    """Words, whether they tell the state, and the pixels that they cover."""

    words: str
    tells: bool
    cover: NDArray[np.bool_]

    @property
    def rows(self) -> tuple[int, int]:
        """From and to which row they reach."""
        there = np.flatnonzero(self.cover.any(axis=1))
        return int(there[0]), int(there[-1]) + 1


def inscribe(
    rng: np.random.Generator,
    shelf: FontShelf,
    picture: Picture,
    state: str | None,
    *,
    ink: Colour,
    band: tuple[int, int],
) -> list[Inscription]:
    """Write what a state's plates say above the letters and below them.

    Parameters
    ----------
    state
        None for what stands on plates that belong to no state.
    band
        Rows from and to which the letters reach; words keep to what is left.
    """
    below = rng.random() < (0.6 if state in BELOW else 0.1)
    places = [(0, band[0]), (band[1], picture.shape[0])]
    written = []
    for number, (words, tells) in enumerate(_said(rng, state)):
        top, bottom = places[number ^ below]
        room = bottom - top
        if not words or room < _LEAST_ROOM_PX:
            continue
        tall = room * float(rng.uniform(0.45, 0.95)) * (0.75 if number else 1.0)
        drawn = draw_words(rng, shelf, words, script=state in SCRIPT and not number)
        mask = _sized(rng, drawn, tall, picture.shape[1])
        inwards = 0.06 if top == 0 else -0.06
        y = round((top + bottom) / 2 + inwards * room + rng.normal(0, 0.04 * room))
        x = (picture.shape[1] - mask.shape[1]) // 2 + round(rng.normal(0, 0.04) * picture.shape[1])
        cover = _paint(rng, picture, mask, (x, y - mask.shape[0] // 2), ink)
        if cover.any():
            written.append(Inscription(words, tells, cover))
    return written


def inscribe_elsewhere(
    rng: np.random.Generator, shelf: FontShelf, picture: Picture, ink: Colour, band: tuple[int, int]
) -> None:
    """Write what stands on plates of other countries."""
    inscribe(rng, shelf, picture, None, ink=ink, band=band)


def _said(rng: np.random.Generator, state: str | None) -> list[tuple[str, bool]]:
    """Return the name and what else is written, each with whether it tells the state."""
    common = str(rng.choice(EVERYWHERE)) if rng.random() < 0.8 else ""
    if state is None:
        kind = rng.random()
        name = str(rng.choice(ELSEWHERE if kind < 0.5 else EVERYWHERE)) if kind < 0.8 else ""
        return [(name, False), (common, False)]
    name, slogans = str(rng.choice(NAMES[state])), SLOGANS.get(state, ())
    if slogans and rng.random() < 0.55:
        # Now and then the name is worn and the slogan is all there is.
        named = name if rng.random() < 0.95 else ""
        return [(named, True), (str(rng.choice(slogans)), True)]
    return [(name, True), (common, False)]


def _sized(rng: np.random.Generator, mask: Mask, tall: float, width: int) -> Mask:
    wide = mask.shape[1] * tall / mask.shape[0] * float(rng.uniform(0.8, 1.35))
    most = width * float(rng.uniform(0.45, 0.94))
    size = max(8, round(min(wide, most))), max(6, round(tall))
    return cv2.resize(mask, size, interpolation=cv2.INTER_AREA)


def _paint(
    rng: np.random.Generator, picture: Picture, mask: Mask, at: tuple[int, int], ink: Colour
) -> NDArray[np.bool_]:
    """Paint words so that they stand out; return which pixels they cover."""
    cover = _cover(picture, mask, at)
    if not cover.any():
        return cover
    if rng.random() < 0.15:
        rim = cv2.dilate(np.pad(mask, 3), np.ones((3, 3), np.uint8), iterations=2)
        rim_colour = _apart(rng, picture[cover].mean(axis=0), ink)
        trimmings.paint(picture, rim, (at[0] - 3, at[1] - 3), rim_colour)
    trimmings.paint(picture, mask, at, _apart(rng, picture[cover].mean(axis=0), ink))
    return cover


def _cover(picture: Picture, mask: Mask, at: tuple[int, int]) -> NDArray[np.bool_]:
    cover = np.zeros(picture.shape[:2], np.bool_)
    left, top = max(0, at[0]), max(0, at[1])
    part = cover[top : max(0, at[1] + mask.shape[0]), left : max(0, at[0] + mask.shape[1])]
    height, width = part.shape
    part[:] = mask[top - at[1] :, left - at[0] :][:height, :width] > 100
    return cover


def _apart(rng: np.random.Generator, ground: NDArray[np.float64], ink: Colour) -> Colour:
    """Return the ink or another colour, whichever differs enough from the ground in grey."""
    least = float(rng.uniform(30, 110))
    colour = ink if rng.random() < 0.5 else _any_colour(rng)
    while abs(float(_GREY @ (np.array(colour) - ground))) < least:
        colour = _any_colour(rng)
        least -= 1
    return colour


def _any_colour(rng: np.random.Generator) -> Colour:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue

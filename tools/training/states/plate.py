"""Plates of which is known whose they are, and whether that still stands on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.training.plates import FontShelf, Plate, sharp_plate, trimmings
from tools.training.plates.design import draw_letters, placed, press, text_of
from tools.training.plates.ground import Colour, Picture, draw_colours, draw_ground
from tools.training.plates.line import draw_line
from tools.training.states.frame import add_frame
from tools.training.states.inscriptions import inscribe, inscribe_elsewhere
from workbench.recognition.state_reader import STATES

EXTENT = (288, 144)
LEAST_VISIBLE = 0.45
"""Words of which a frame leaves less count as covered."""

STATELESS = 0.16
"""The share of American plates that are drawn without a state."""

FOREIGN = 0.08
"""The share of plates of other countries among all."""

_ELSEWHERE = frozenset({"eu", "br"})


@dataclass(frozen=True, slots=True)
class BarePlate:
    """A plate's ground and letters before words are put on it.

    Attributes
    ----------
    band
        Rows from and to which the letters reach.
    """

    pixels: Picture
    text: str
    ink: Colour
    band: tuple[int, int]


@dataclass(frozen=True, slots=True)
class StatePlate:
    """A plate and whose it is.

    Attributes
    ----------
    state
        Its code, such as ``US-CA``; None where no words tell it, or a frame covers them.
    words
        Each text that is still seen, with the rows from and to which it reaches; None where
        there are others as well, as on frames.
    """

    plate: Plate
    state: str | None
    words: tuple[tuple[str, tuple[int, int]], ...] | None


def state_plates(rng: np.random.Generator, shelf: FontShelf, count: int) -> list[StatePlate]:
    """Return plates drawn by chance: of states, of none, of other countries.

    Those of one call have one ground and the same letters, so that nothing but the words tells
    one state from another.
    """
    bare = bare_plate(rng, shelf)
    return [_any_plate(rng, shelf, bare) for _ in range(count)]


def _any_plate(rng: np.random.Generator, shelf: FontShelf, bare: BarePlate) -> StatePlate:
    if rng.random() < FOREIGN:
        plate = sharp_plate(rng, shelf, regions=_ELSEWHERE, words=inscribe_elsewhere)
        return StatePlate(plate, None, None)
    state = None if rng.random() < STATELESS else str(rng.choice(STATES))
    return plate_of(rng, shelf, bare, state)


def bare_plate(rng: np.random.Generator, shelf: FontShelf) -> BarePlate:
    """Return the ground and the letters of an American plate."""
    text = text_of(rng, frozenset({"us"}))
    base, ink = draw_colours(rng, "us")
    picture = draw_ground(rng, EXTENT, base, ornate=rng.random() < 0.75)
    tall = round(EXTENT[1] * float(rng.uniform(0.38, 0.58)))
    line = draw_line(rng, text, draw_letters(rng, shelf, "us"), tall)
    line, left = placed(rng, line, EXTENT[0], 0)
    top = round(EXTENT[1] * float(rng.uniform(0.46, 0.58)) - tall / 2)
    band = (top, top + tall)
    if rng.random() < 0.2:
        _add_bars(rng, picture, band)
    press(rng, picture, line.mask, (left, top), ink)
    for x, width in line.emblems:
        trimmings.add_emblem(rng, picture, (left + x, top, width, tall), ink)
    return BarePlate(picture, text.characters, ink, band)


def plate_of(
    rng: np.random.Generator, shelf: FontShelf, bare: BarePlate, state: str | None
) -> StatePlate:
    """Return the plate as one of a state, or as one that belongs to none; the bare one stays."""
    picture = bare.pixels.copy()
    written = inscribe(rng, shelf, picture, state, ink=bare.ink, band=bare.band)
    _finish(rng, shelf, picture, bare.ink)
    framed = rng.random() < 0.25
    seen = written
    if framed:
        before = picture.copy()
        add_frame(rng, shelf, picture, bare.band)
        left_open = (picture == before).all(-1)
        seen = [each for each in written if left_open[each.cover].mean() >= LEAST_VISIBLE]
    return StatePlate(
        Plate(picture, bare.text, "us"),
        state if any(each.tells for each in seen) else None,
        None if framed else tuple((each.words, each.rows) for each in seen),
    )


def _add_bars(rng: np.random.Generator, picture: Picture, band: tuple[int, int]) -> None:
    """Paint a strip of another colour above the letters, below them, or both."""
    which = int(rng.integers(1, 4))
    if which & 1:
        picture[: round(band[0] * rng.uniform(0.7, 1.0))] = rng.integers(0, 256, 3)
    if which & 2:
        room = picture.shape[0] - band[1]
        start = picture.shape[0] - round(room * rng.uniform(0.7, 1.0))
        picture[start:] = rng.integers(0, 256, 3)


def _finish(rng: np.random.Generator, shelf: FontShelf, picture: Picture, ink: Colour) -> None:
    if rng.random() < 0.45:
        trimmings.add_rim(rng, picture, ink)
    if rng.random() < 0.6:
        trimmings.add_stickers(rng, shelf, picture)
    if rng.random() < 0.6:
        trimmings.add_bolts(rng, picture)
    if rng.random() < 0.12:
        trimmings.add_dirt(rng, picture)

"""Whole plates, sharp and level, with what is to be read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from tools.training.plates import trimmings
from tools.training.plates.fonts import PLATE_FONTS, FontLetters, FontShelf
from tools.training.plates.ground import Colour, Picture, draw_colours, draw_ground
from tools.training.plates.letters import Mask, StrokeLetters
from tools.training.plates.line import Letters, Line, draw_line
from tools.training.plates.texts import Text, draw_text

_EXTENT = {"us": (288, 144), "eu": (440, 98), "br": (400, 130)}
_LETTERS = {"us": (0.38, 0.6), "eu": (0.62, 0.82), "br": (0.48, 0.66)}
_MIDDLE = {"us": (0.46, 0.58), "eu": (0.47, 0.53), "br": (0.54, 0.62)}


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as it is made.

    Attributes
    ----------
    pixels
        RGB, height x width x 3, 8 bits each; 288 x 144 for the United States.
    text
        What is to be read: upper case, letters and digits.
    region
        ``us``, ``eu`` or ``br``.
    """

    pixels: Picture
    text: str
    region: str


class Words(Protocol):
    """Writes words around the letters, as `trimmings.add_words`."""

    def __call__(
        self,
        rng: np.random.Generator,
        shelf: FontShelf,
        picture: Picture,
        ink: Colour,
        band: tuple[int, int],
    ) -> None:
        """Write onto the picture, above and below the rows of the band."""
        ...


def sharp_plate(
    rng: np.random.Generator,
    shelf: FontShelf,
    *,
    regions: frozenset[str] = frozenset(_EXTENT),
    words: Words = trimmings.add_words,
) -> Plate:
    """Return a plate drawn by chance: text, letters, colours, ground and all that is around.

    Parameters
    ----------
    regions
        Of which regions it may be.
    words
        Writes what stands above and below the letters.

    Examples
    --------
    >>> plate = sharp_plate(np.random.default_rng(7), FontShelf.installed())
    >>> plate.pixels.dtype, plate.text.isalnum()
    (dtype('uint8'), True)
    """
    text = text_of(rng, regions)
    size = _EXTENT[text.region]
    base, ink = draw_colours(rng, text.region)
    picture = draw_ground(rng, size, base, ornate=text.region == "us" and rng.random() < 0.75)
    low, high = _LETTERS[text.region]
    tall = round(size[1] * float(rng.uniform(low, high)))
    line = draw_line(rng, text, draw_letters(rng, shelf, text.region), tall)
    start = _band(rng, picture, text.region)
    line, left = placed(rng, line, size[0], start)
    top = round(size[1] * float(rng.uniform(*_MIDDLE[text.region])) - tall / 2)
    band = (top, top + tall)
    if rng.random() < {"us": 1.0, "eu": 0.3, "br": 0.85}[text.region]:
        words(rng, shelf, picture, ink, band)
    if text.region == "us" and rng.random() < 0.15:
        wide = tall + int(rng.integers(tall))
        box = (int(rng.integers(size[0] - wide)), max(0, top - tall // 4), wide, tall)
        trimmings.add_emblem(rng, picture, box, base)
    press(rng, picture, line.mask, (left, top), ink)
    for x, width in line.emblems:
        trimmings.add_emblem(rng, picture, (left + x, top, width, tall), ink)
    _finish(rng, shelf, picture, text.region, ink=ink, band=band)
    return Plate(picture, text.characters, text.region)


def text_of(rng: np.random.Generator, regions: frozenset[str]) -> Text:
    """Return a text drawn by chance for one of some regions."""
    text = draw_text(rng)
    while text.region not in regions:
        text = draw_text(rng)
    return text


def draw_letters(rng: np.random.Generator, shelf: FontShelf, region: str) -> Letters:
    """Return one kind of letters: own strokes as often as an installed font; Brazil's are wide."""
    wide = region == "br" or rng.random() < 0.06
    if rng.random() < 0.55:
        return StrokeLetters.draw(rng, wide=wide)
    name = str(rng.choice(shelf.names(PLATE_FONTS)))
    stretch = rng.uniform(0.9, 1.35) if wide else rng.uniform(0.62, 1.15)
    return FontLetters(shelf, name, float(stretch))


def _band(rng: np.random.Generator, picture: Picture, region: str) -> int:
    """Draw the coloured band of a region, or a picture at the left; return where letters begin."""
    height, width = picture.shape[:2]
    if region == "eu" and rng.random() < 0.75:
        wide = round(width * float(rng.uniform(0.06, 0.1)))
        picture[:, :wide] = (20, 50, 150)
        cv2.circle(picture, (wide // 2, height // 3), wide // 3, (240, 200, 40), 2, cv2.LINE_AA)
        return wide
    if region == "br" and rng.random() < 0.5:
        picture[: round(height * 0.24)] = (20, 50, 150)
    if region == "us" and rng.random() < 0.24:
        wide = round(width * float(rng.uniform(0.12, 0.24)))
        trimmings.add_emblem(rng, picture, (4, height // 4, wide - 6, height // 2), (60, 60, 60))
        return wide
    return 0


def placed(rng: np.random.Generator, line: Line, width: int, start: int) -> tuple[Line, int]:
    """Return the line made to fit between a start and the right edge, and its left edge."""
    room = width - start
    most = room * float(rng.uniform(0.78, 0.97))
    least = most * 0.62
    long = line.mask.shape[1]
    share = min(1.0, most / long)
    if long < least:
        share = min(least / long, 1.35)
    size = (max(2, round(long * share)), line.mask.shape[0])
    mask = cv2.resize(
        line.mask, size, interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR
    )
    emblems = tuple((round(x * share), round(wide * share)) for x, wide in line.emblems)
    spare = room - size[0]
    left = start + round(spare * float(np.clip(rng.normal(0.5, 0.1), 0.05, 0.95)))
    return Line(mask, emblems), left


def press(
    rng: np.random.Generator, picture: Picture, mask: Mask, at: tuple[int, int], ink: Colour
) -> None:
    """Paint the letters, with the light and dark edges of pressed metal."""
    paler = float(rng.uniform(0.75, 1.0))
    trimmings.paint(picture, (mask * paler).astype(np.uint8), at, ink)
    if rng.random() < 0.35:
        return
    whole = np.zeros(picture.shape[:2], np.float32)
    height, width = mask.shape
    bottom, right = min(whole.shape[0], at[1] + height), min(whole.shape[1], at[0] + width)
    whole[at[1] : bottom, at[0] : right] = mask[: bottom - at[1], : right - at[0]]
    soft = cv2.GaussianBlur(whole, (0, 0), float(rng.uniform(0.8, 2.2)))
    reach = int(rng.integers(1, 4))
    edge = soft - np.roll(soft, (reach, int(rng.integers(-2, 3))), (0, 1))
    lit = picture + edge[..., None] * float(rng.uniform(-0.35, 0.35))
    picture[:] = np.clip(lit, 0, 255).astype(np.uint8)


def _finish(
    rng: np.random.Generator,
    shelf: FontShelf,
    picture: Picture,
    region: str,
    *,
    ink: Colour,
    band: tuple[int, int],
) -> None:
    if rng.random() < 0.45:
        trimmings.add_rim(rng, picture, ink)
    if region == "us":
        trimmings.add_stickers(rng, shelf, picture)
    if rng.random() < 0.6:
        trimmings.add_bolts(rng, picture)
    if rng.random() < 0.15:
        trimmings.add_dirt(rng, picture)
    if rng.random() < (0.35 if region == "us" else 0.12):
        trimmings.add_frame(rng, shelf, picture, band)

"""What is on a plate besides its letters: words, stickers, bolts, rims, frames, dirt."""

from __future__ import annotations

import cv2
import numpy as np

from tools.training.plates.fonts import WORD_FONTS, FontShelf
from tools.training.plates.ground import Colour, Picture, towards
from tools.training.plates.letters import Mask
from tools.training.plates.texts import STATES, draw_words


def paint(picture: Picture, mask: Mask, at: tuple[int, int], colour: Colour) -> None:
    """Blend a colour into a picture where a mask covers it; what is outside is left out."""
    left, top = max(0, at[0]), max(0, at[1])
    right = min(picture.shape[1], at[0] + mask.shape[1])
    bottom = min(picture.shape[0], at[1] + mask.shape[0])
    if right <= left or bottom <= top:
        return
    share = (
        mask[top - at[1] : bottom - at[1], left - at[0] : right - at[0], None].astype(np.float32)
        / 255
    )
    part = picture[top:bottom, left:right]
    part[:] = (part * (1 - share) + np.array(colour, np.float32) * share).astype(np.uint8)


def add_words(
    rng: np.random.Generator, shelf: FontShelf, picture: Picture, ink: Colour, band: tuple[int, int]
) -> None:
    """Write a state's name above the letters and a slogan below.

    Parameters
    ----------
    band
        Rows from and to which the letters reach; words keep to what is left.
    """
    height = picture.shape[0]
    name = str(rng.choice(STATES)) if rng.random() < 0.8 else draw_words(rng)
    spaces = ((0, band[0], 0.92, name), (band[1], height, 0.8, draw_words(rng)))
    for top, bottom, likely, words in spaces:
        room = bottom - top
        if rng.random() > likely or room < 10:
            continue
        tall = round(room * float(rng.uniform(0.35, 0.85)))
        colour = ink if rng.random() < 0.5 else _any_colour(rng, ink)
        middle = (top + bottom) / 2 + (0.06 * room if top == 0 else -0.06 * room)
        place = (round(middle), tall)
        _write(rng, shelf, picture, words, place=place, colour=colour)


def add_stickers(rng: np.random.Generator, shelf: FontShelf, picture: Picture) -> None:
    """Put stickers with a month or a year into corners."""
    height, width = picture.shape[:2]
    for right in (False, True):
        for lower in (False, True):
            if rng.random() > 0.24:
                continue
            w, h = round(width * rng.uniform(0.08, 0.14)), round(height * rng.uniform(0.11, 0.2))
            x = width - w - int(rng.integers(2, 14)) if right else int(rng.integers(2, 14))
            y = height - h - int(rng.integers(2, 10)) if lower else int(rng.integers(2, 10))
            colour = tuple(rng.integers(0, 256, 3).tolist())
            cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
            words = str(
                rng.choice(
                    [str(rng.integers(1, 32)), "JAN", "MAY", "OCT", "DEC", f"0{rng.integers(10)}"]
                )
            )
            mask = _fitted(shelf.mask(_name(rng, shelf), words), round(h * 0.65), w - 4)
            paint(picture, mask, (x + 2, y + 2), _any_colour(rng, (0, 0, 0)))


def add_bolts(rng: np.random.Generator, picture: Picture) -> None:
    """Put bolts where plates have their holes; some are only holes."""
    height, width = picture.shape[:2]
    across, down = rng.uniform(0.2, 0.3), rng.uniform(0.05, 0.1)
    for x in (across, 1 - across):
        for y in (down, 1 - down):
            if rng.random() < 0.3:
                continue
            level = int(rng.choice([20, 60, 130, 190, 230]))
            radius = int(rng.integers(3, 8))
            middle = (round(width * x), round(height * y))
            cv2.circle(picture, middle, radius, (level, level, level), -1, cv2.LINE_AA)
            cv2.circle(picture, middle, radius, (60, 60, 60), 1, cv2.LINE_AA)


def add_rim(rng: np.random.Generator, picture: Picture, ink: Colour) -> None:
    """Draw a pressed or printed line along the edge."""
    height, width = picture.shape[:2]
    inset, thick = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    colour = ink if rng.random() < 0.6 else _any_colour(rng, ink)
    cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), colour, thick)


def add_frame(
    rng: np.random.Generator, shelf: FontShelf, picture: Picture, band: tuple[int, int]
) -> None:
    """Lay a dealer's frame over the edges; it may touch the letters' line but not cover it."""
    height, width = picture.shape[:2]
    colour = tuple([int(rng.choice([15, 30, 60, 160, 210]))] * 3)
    top = min(round(height * rng.uniform(0.03, 0.26)), band[0] + height // 40)
    bottom = min(round(height * rng.uniform(0.03, 0.26)), height - band[1] + height // 40)
    side = round(height * rng.uniform(0.02, 0.05))
    picture[:top] = picture[height - bottom :] = colour
    picture[:, :side] = picture[:, width - side :] = colour
    for first, last in ((0, top), (height - bottom, height)):
        if last - first > 14 and rng.random() < 0.7:
            tall = round((last - first) * rng.uniform(0.4, 0.7))
            place = ((first + last) // 2, tall)
            words_colour = _any_colour(rng, colour)
            _write(rng, shelf, picture, draw_words(rng), place=place, colour=words_colour)


def add_emblem(
    rng: np.random.Generator, picture: Picture, box: tuple[int, int, int, int], ink: Colour
) -> None:
    """Draw a made-up emblem into a box (x, y, width, height): no letter, but in the way of some."""
    x, y, width, height = box
    colours = [tuple(towards(rng, ink, 0.8).astype(int).tolist()) for _ in range(3)]
    size = max(3, round(min(width, height) * rng.uniform(0.3, 0.5)))
    middle = (x + width // 2, y + round(height * rng.uniform(0.4, 0.6)))
    kind = int(rng.integers(5))
    if kind == 0:
        for at, colour in enumerate(colours):
            cv2.circle(picture, middle, max(1, size - at * size // 3), colour, -1, cv2.LINE_AA)
    elif kind == 1:
        turns = np.arange(10) * np.pi / 5 - np.pi / 2
        reach = np.where(np.arange(10) % 2, 0.42, 1.0) * size
        star = np.stack([middle[0] + reach * np.cos(turns), middle[1] + reach * np.sin(turns)], 1)
        cv2.fillPoly(picture, [star.astype(np.int32)], colours[0], cv2.LINE_AA)
    elif kind == 2:
        points = np.array(middle) + rng.normal(0, size * 0.6, (12, 2))
        cv2.fillPoly(
            picture, [cv2.convexHull(points.astype(np.int32))[:, 0]], colours[0], cv2.LINE_AA
        )
        cv2.polylines(
            picture, [points.astype(np.int32)], isClosed=True, color=colours[1], thickness=2
        )
    elif kind == 3:
        # Thin parts, like a figure or a wheelchair: easily taken for a letter.
        for colour in colours:
            points = np.array(middle) + rng.normal(0, size * 0.7, (4, 2))
            thick = int(rng.integers(2, 8))
            cv2.polylines(
                picture, [points.astype(np.int32)], isClosed=False, color=colour, thickness=thick
            )
    else:
        for row in (-1, 0, 1):
            start = (middle[0] - size, middle[1] + row * size // 2)
            cv2.line(
                picture,
                start,
                (middle[0] + size, start[1]),
                colours[row],
                max(1, size // 5),
                cv2.LINE_AA,
            )


def add_dirt(rng: np.random.Generator, picture: Picture) -> None:
    """Smear mud, scratches or snow over it, thin enough to read through for the most part."""
    height, width = picture.shape[:2]
    cells = (int(rng.integers(4, 20)), int(rng.integers(8, 40)))
    spread = cv2.resize(
        rng.random(cells, np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    cover = np.clip((spread - rng.uniform(0.6, 0.85)) * 3, 0, rng.uniform(0.15, 0.6))[..., None]
    colour = np.array(rng.choice([(90, 75, 55), (60, 60, 60), (200, 200, 200)]), np.float32)
    picture[:] = (picture * (1 - cover) + colour * cover).astype(np.uint8)


def _write(
    rng: np.random.Generator,
    shelf: FontShelf,
    picture: Picture,
    words: str,
    *,
    place: tuple[int, int],
    colour: Colour,
) -> None:
    """Write words across the middle; `place` is the row of their middle and their height."""
    middle, tall = place
    if rng.random() < 0.4:
        words = words.title()
    width = picture.shape[1]
    mask = _fitted(shelf.mask(_name(rng, shelf), words), tall, round(width * rng.uniform(0.3, 0.9)))
    x = (width - mask.shape[1]) // 2 + int(rng.normal(0, width * 0.04))
    paint(picture, mask, (x, middle - mask.shape[0] // 2), colour)


def _fitted(mask: Mask, tall: int, most: int) -> Mask:
    wide = min(max(2, most), max(2, round(mask.shape[1] * tall / mask.shape[0])))
    return cv2.resize(mask, (wide, max(2, tall)), interpolation=cv2.INTER_AREA)


def _name(rng: np.random.Generator, shelf: FontShelf) -> str:
    return str(rng.choice(shelf.names(WORD_FONTS)))


def _any_colour(rng: np.random.Generator, apart_from: Colour) -> Colour:
    shift = rng.integers(80, 176, 3)
    red, green, blue = (np.array(apart_from) + shift) % 256
    return int(red), int(green), int(blue)

"""Made-up plates, drawn flat: colours and layouts of several countries, no artwork of any state."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

MARGIN_PX = 16
"""Around the plate: its holder, which is not the plate."""

_HEIGHT_PX = 96
_FONT_FOLDER = Path("/usr/share/fonts/truetype")
_LIGHT = ((244, 244, 242), (236, 232, 214), (226, 234, 244), (250, 226, 160), (240, 214, 70))
_DARK = ((22, 30, 92), (20, 20, 22), (128, 20, 24), (16, 78, 48), (60, 40, 20))
_WORDS = ("EXAMPLE STATE", "SUNNY PLACE", "NORTH LAKES", "RIVER LAND", "MADE UP", "demo country")


@dataclass(frozen=True, slots=True, eq=False)
class FlatPlate:
    """A plate seen straight on.

    Attributes
    ----------
    pixels
        Height x width x 3, RGB, with `MARGIN_PX` of holder on every side.
    has_holder
        Whether the margin is to be seen too.
    """

    pixels: NDArray[np.uint8]
    has_holder: bool

    @property
    def aspect(self) -> float:
        """Width of the plate by its height, without the holder."""
        height, width = self.pixels.shape[:2]
        return (width - 2 * MARGIN_PX) / (height - 2 * MARGIN_PX)


def draw_plates(count: int, rng: np.random.Generator) -> list[FlatPlate]:
    """Return made-up plates: about half American, the rest long, tall and two-line ones."""
    fonts = _fonts()
    return [_draw_plate(fonts, rng) for _ in range(count)]


def _fonts() -> list[str]:
    """Return the sans and mono fonts of this machine; Pillow's own where there is none."""
    wanted = ("Sans", "Mono")
    files = sorted(str(file) for file in _FONT_FOLDER.rglob("*.ttf"))
    return [file for file in files if any(word in file for word in wanted) and "Light" not in file]


def _draw_plate(fonts: list[str], rng: np.random.Generator) -> FlatPlate:
    kind = rng.choice(["us", "long", "wide", "two_lines"], p=[0.52, 0.2, 0.13, 0.15])
    aspect = {"us": 2.0, "long": 4.6, "wide": 3.1, "two_lines": 1.5}[kind] * rng.uniform(0.93, 1.08)
    size = round(_HEIGHT_PX * aspect), _HEIGHT_PX
    ground, ink = _colors(rng)
    plate = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(plate)
    if rng.random() < 0.35:
        _tinted(plate, rng)
    if kind == "us":
        _us_words(pen, size, fonts, rng)
        _write(plate, _text(rng, 5, 8), (0.05, 0.26, 0.95, 0.8), ink, fonts=fonts, rng=rng)
    elif kind == "two_lines":
        _write(plate, _text(rng, 2, 4), (0.15, 0.06, 0.85, 0.47), ink, fonts=fonts, rng=rng)
        _write(plate, _text(rng, 3, 5), (0.06, 0.52, 0.94, 0.95), ink, fonts=fonts, rng=rng)
    else:
        strip = float(rng.choice([0.0, 0.1]))
        if kind == "long" and strip:
            pen.rectangle((0, 0, size[0] * strip * 0.9, size[1]), fill=(20, 50, 150))
        top = 0.3 if kind == "wide" and rng.random() < 0.6 else 0.12
        if top > 0.2:
            pen.rectangle((0, 0, size[0], size[1] * 0.24), fill=(20, 50, 150))
        _write(plate, _text(rng, 5, 9), (0.03 + strip, top, 0.97, 0.92), ink, fonts=fonts, rng=rng)
    if rng.random() < 0.5:
        pen.rounded_rectangle((1, 1, size[0] - 2, size[1] - 2), 7, outline=ink, width=2)
    _bolts(pen, size, rng)
    return FlatPlate(_held(plate, fonts, rng), bool(rng.random() < 0.5))


def _colors(rng: np.random.Generator) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    light = _LIGHT[min(int(rng.exponential(1.2)), len(_LIGHT) - 1)]
    dark = _DARK[int(rng.integers(len(_DARK)))]
    return (dark, light) if rng.random() < 0.13 else (light, dark)


def _tinted(plate: Image.Image, rng: np.random.Generator) -> None:
    """Colour top or bottom, or put a soft shape behind the text, as designs do."""
    width, height = plate.size
    tint = Image.new("RGB", plate.size, tuple(int(v) for v in rng.integers(60, 255, 3)))
    if rng.random() < 0.6:
        ramp = np.linspace(rng.uniform(0.3, 0.9), 0, height)[:: int(rng.choice([1, -1]))]
        mask = np.repeat((ramp * 255).astype(np.uint8)[:, None], width, axis=1)
    else:
        y, x = np.mgrid[:height, :width]
        far = np.hypot((x - width * rng.uniform(0.3, 0.7)) / width, (y - height / 2) / height)
        mask = (np.clip(1 - far * 3.2, 0, 1) * 150).astype(np.uint8)
    plate.paste(tint, (0, 0), Image.fromarray(mask))


def _us_words(
    pen: ImageDraw.ImageDraw, size: tuple[int, int], fonts: list[str], rng: np.random.Generator
) -> None:
    ink = _DARK[int(rng.integers(len(_DARK)))]
    for at, height in ((0.12, 20), (0.9, 14)):
        if rng.random() < 0.8:
            word = str(rng.choice(_WORDS))
            font = _font(fonts, height * rng.uniform(0.75, 1.0), rng)
            pen.text((size[0] / 2, size[1] * at), word, ink, font=font, anchor="mm")
    for left in (0.03, 0.84):
        if rng.random() < 0.3:
            color = tuple(int(v) for v in rng.integers(40, 255, 3))
            box = (size[0] * left, size[1] * 0.04, size[0] * (left + 0.13), size[1] * 0.2)
            pen.rectangle(box, fill=color)


def _text(rng: np.random.Generator, least: int, most: int) -> str:
    signs = string.ascii_uppercase * 2 + string.digits * 4
    text = "".join(rng.choice(list(signs), int(rng.integers(least, most))))
    gap = int(rng.integers(1, len(text)))
    between = str(rng.choice(["", " ", "-", "·"]))
    return text[:gap] + between + text[gap:]


def _write(
    plate: Image.Image,
    text: str,
    share: tuple[float, float, float, float],
    ink: tuple[int, int, int],
    *,
    fonts: list[str],
    rng: np.random.Generator,
) -> None:
    """Fill a part of the plate with the text, squeezed or stretched as stamped letters are."""
    font = _font(fonts, 80, rng)
    left, top, right, bottom = font.getbbox(text)
    line = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))), 0)
    ImageDraw.Draw(line).text(
        (-left, -top), text, 255, font=font, stroke_width=int(rng.integers(3))
    )
    width, height = plate.size
    room = (share[2] - share[0]) * width, (share[3] - share[1]) * height
    squeeze = min(room[0] / line.width, room[1] / line.height * rng.uniform(0.55, 1.0))
    fit = max(4, round(line.width * squeeze)), max(4, round(room[1] * rng.uniform(0.85, 1.0)))
    at = (
        round(share[0] * width + (room[0] - fit[0]) / 2),
        round(share[1] * height + (room[1] - fit[1]) / 2),
    )
    plate.paste(ink, at, line.resize(fit, Image.Resampling.BILINEAR))


def _font(
    fonts: list[str], size: float, rng: np.random.Generator
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if not fonts:
        return ImageFont.load_default(size)
    return ImageFont.truetype(fonts[int(rng.integers(len(fonts)))], size)


def _bolts(pen: ImageDraw.ImageDraw, size: tuple[int, int], rng: np.random.Generator) -> None:
    if rng.random() < 0.5:
        return
    color = (int(rng.integers(40, 200)),) * 3
    for x in (0.12, 0.88):
        for y in (0.09, 0.91):
            at, radius = (size[0] * x, size[1] * y), rng.uniform(2, 4)
            pen.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), color)


def _held(plate: Image.Image, fonts: list[str], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the plate in a holder, sometimes with a dealer's words on it."""
    shade = int(rng.choice([20, 40, 90, 190])) + int(rng.integers(-15, 15))
    size = plate.width + 2 * MARGIN_PX, plate.height + 2 * MARGIN_PX
    whole = Image.new("RGB", size, (shade,) * 3)
    if rng.random() < 0.4:
        ink = (255 - shade,) * 3
        at = (size[0] / 2, size[1] - MARGIN_PX / 2)
        font = _font(fonts, MARGIN_PX * 0.7, rng)
        ImageDraw.Draw(whole).text(at, str(rng.choice(_WORDS)), ink, font=font, anchor="mm")
    whole.paste(plate, (MARGIN_PX, MARGIN_PX))
    return np.asarray(whole, np.uint8)

"""Plate letters drawn as strokes with rounded bends, as dies press them; no font is copied."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Height x width, 0 to 255: how much of a pixel the letter covers."""

_SMOOTH = 4
"""Binary places of the coordinates that cv2 draws with."""

# A stroke is a list of points; x and y run from 0 to 1, y downwards. A point ending in ``r``
# is a rounded bend. A stroke whose last point is its first is closed.
_GLYPHS: dict[str, tuple[str, ...]] = {
    "0": ("0 0r 1 0r 1 1r 0 1r 0 0r",),
    "1": (".5 0 .5 1", ".15 .16 .5 0 .5 1", ".15 .18 .5 0 .5 1|.1 1 .9 1", ".5 0 .5 1|.15 1 .85 1"),
    "2": (
        "0 .27 0 0r 1 0r 1 .48r 0 1 1 1",
        "0 .25 0 0r 1 0r 1 .5r 0 .6r 0 1 1 1",
        "0 .22 0 0r 1 0r 1 .4r .05 .95 .05 1 1 1",
    ),
    "3": (
        "0 .24 0 0r 1 0r 1 .48r .35 .48|.35 .48 1 .48r 1 1r 0 1r 0 .76",
        "0 0 1 0 .4 .4 1 .4r 1 1r 0 1r 0 .78",
    ),
    "4": (
        ".72 1 .72 0 0 .7 1 .7",
        ".8 1 .8 0 .6 0 0 .72 1 .72",
        ".75 1 .75 .35|.55 0 0 .72 1 .72",
        ".7 1 .7 .42|.6 0 0 .7 1 .7",
        ".72 1 .72 .3|.35 0 0 .7 1 .7",
        ".72 1 .72 .5|.55 0 0 .78 1 .78",
        ".75 1 .75 .55|.62 0 0 .8 1 .8",
        ".7 1 .7 .48|.5 0 0 .76 1 .76",
    ),
    "5": (
        "1 0 .06 0 .06 .42 1 .42r 1 1r 0 1r 0 .78",
        "1 0 .12 0 .04 .5 .2 .38r 1 .38r 1 1r 0 1r 0 .8",
    ),
    "6": (
        "1 .24 1 0r 0 0r 0 1r 1 1r 1 .44r 0 .44r 0 .7",
        ".7 0 0 .5r 0 1r 1 1r 1 .45r 0 .45r 0 .7",
        ".9 0 0 0r 0 1r 1 1r 1 .42r 0 .42r 0 .7",
    ),
    "7": ("0 0 1 0 .35 1", "0 0 1 0 1 .15 .4 .6r .4 1", "0 .14 0 0 1 0 .3 1"),
    "8": (
        ".05 0r .95 0r .95 .47r .05 .47r .05 0r|0 .47r 1 .47r 1 1r 0 1r 0 .47r",
        "0 0r 1 0r 1 .5r 0 .5r 0 0r|0 .5r 1 .5r 1 1r 0 1r 0 .5r",
    ),
    "9": (
        "0 .76 0 1r 1 1r 1 0r 0 0r 0 .56r 1 .56r 1 .3",
        ".3 1 1 .5r 1 0r 0 0r 0 .55r 1 .55r 1 .3",
        ".1 1 1 1r 1 0r 0 0r 0 .58r 1 .58r 1 .3",
    ),
    "A": (
        "0 1 .5 0 1 1|.16 .68 .84 .68",
        "0 1 .42 0 .58 0 1 1|.14 .7 .86 .7",
        "0 1 0 0r 1 0r 1 1|0 .6 1 .6",
    ),
    "B": (
        "0 0 .95 0r .95 .47r 0 .47 0 0|0 .47 1 .47r 1 1r 0 1 0 .47",
        "0 0 1 0r 1 .5r 0 .5 0 0|0 .5 1 .5r 1 1r 0 1 0 .5",
    ),
    "C": ("1 .27 1 0r 0 0r 0 1r 1 1r 1 .73",),
    "D": ("0 0 1 0r 1 1r 0 1 0 0",),
    "E": ("1 0 0 0 0 1 1 1|0 .48 .8 .48", ".95 0 0 0 0 1 .95 1|0 .5 .95 .5"),
    "F": ("1 0 0 0 0 1|0 .48 .8 .48", "1 0 0 0 0 1|0 .52 .9 .52"),
    "G": (
        "1 .27 1 0r 0 0r 0 1r 1 1r 1 .55 .55 .55",
        "1 .25 1 0r 0 0r 0 1r 1 1r|1 1 1 .52 .5 .52",
        "1 .25 1 0r 0 0r 0 1r 1 1r 1 .6 .6 .6|1 .6 1 1",
    ),
    "H": ("0 0 0 1|1 0 1 1|0 .5 1 .5",),
    "I": (".5 0 .5 1", ".1 0 .9 0|.5 0 .5 1|.1 1 .9 1", ".25 0 .75 0|.5 0 .5 1|.25 1 .75 1"),
    "J": ("1 0 1 1r 0 1r 0 .72", ".4 0 1 0 1 1r 0 1r 0 .75"),
    "K": ("0 0 0 1|1 0 0 .58|.35 .4 1 1", "0 0 0 1|1 0 .05 .5 1 1"),
    "L": ("0 0 0 1 1 1",),
    "M": ("0 1 0 0 .5 .65 1 0 1 1", "0 1 0 0 .5 1 1 0 1 1", "0 1 .08 0 .5 .8 .92 0 1 1"),
    "N": ("0 1 0 0 1 1 1 0",),
    "O": ("0 0r 1 0r 1 1r 0 1r 0 0r",),
    "P": ("0 1 0 0 1 0r 1 .55r 0 .55", "0 1 0 0 1 0r 1 .48r 0 .48"),
    "Q": (
        "0 0r 1 0r 1 1r 0 1r 0 0r|.55 .68 1.05 1.06",
        "0 0r 1 0r 1 1r 0 1r 0 0r|.6 .8 .95 1.14",
        "0 0r 1 0r 1 1r 0 1r 0 0r|.35 .7 .6 .7 1 1.08",
    ),
    "R": (
        "0 1 0 0 1 0r 1 .52r 0 .52|.5 .52 1 1",
        "0 1 0 0 1 0r 1 .5r 0 .5|.45 .5 1 .55r 1 1",
    ),
    "S": ("1 .24 1 0r 0 0r 0 .48r 1 .5r 1 1r 0 1r 0 .76",),
    "T": ("0 0 1 0|.5 0 .5 1",),
    "U": ("0 0 0 1r 1 1r 1 0",),
    "V": ("0 0 .5 1 1 0", "0 0 .42 1 .58 1 1 0"),
    "W": ("0 0 .25 1 .5 .3 .75 1 1 0", "0 0 0 1 .5 .4 1 1 1 0", "0 0 .12 1 .5 .2 .88 1 1 0"),
    "X": ("0 0 1 1|1 0 0 1",),
    "Y": ("0 0 .5 .5 1 0|.5 .5 .5 1", "0 0 0 .45r .5 .5 .5 1|1 0 1 .45r .5 .5"),
    "Z": ("0 0 1 0 0 1 1 1",),
}
_NARROW = {"1": 0.5, "I": 0.45}
_WIDE = {"M": 1.15, "W": 1.25, "N": 1.05, "Q": 1.02}


@dataclass(frozen=True, slots=True)
class StrokeLetters:
    """One set of dies: the same letter always looks the same on a plate.

    Attributes
    ----------
    width, weight
        Of a letter and of a stroke, as shares of the letter's height.
    bend
        Radius of rounded bends as a share of the letter's width; 0.5 makes an O a stadium.
    slashed
        Whether 0 has a slash.
    variants
        Which of the shapes of each letter is taken.
    zero
        How much narrower 0 is than O; in many sets they are the same.
    """

    width: float
    weight: float
    bend: float
    slashed: bool
    variants: dict[str, int]
    zero: float = 1.0

    @classmethod
    def draw(cls, rng: np.random.Generator, *, wide: bool = False) -> StrokeLetters:
        """Return a set drawn by chance, from condensed to wide and from thin to heavy."""
        variants = {name: int(rng.integers(len(shapes))) for name, shapes in _GLYPHS.items()}
        return cls(
            width=float(rng.uniform(0.5, 0.85) if wide else rng.uniform(0.36, 0.64)),
            weight=float(rng.uniform(0.10, 0.19)),
            bend=float(rng.uniform(0.28, 0.55)),
            slashed=bool(rng.random() < 0.08),
            variants=variants,
            zero=float(rng.uniform(0.8, 0.97)) if rng.random() < 0.5 else 1.0,
        )

    def mask(self, character: str, height: int) -> Mask:
        """Return a letter of a height in pixels, cut out tightly."""
        weight = max(2, round(self.weight * height))
        narrow = self.zero if character == "0" else _NARROW.get(character, 1.0)
        if character in _NARROW and self.variants[character] == 0:
            narrow = 0.02
        across = max(1, round(self.width * height * narrow * _WIDE.get(character, 1.0)) - weight)
        down = height - weight
        margin = weight // 2 + 1
        # Tails (of Q) go below the line.
        mask = np.zeros((height + 2 + height // 6, across + weight + 4 + across // 8), np.uint8)
        strokes = _GLYPHS[character][self.variants[character]].split("|")
        if character == "0" and self.slashed:
            strokes = [*strokes, ".1 .85 .9 .15"]
        for stroke in strokes:
            points = _bent(_points(stroke), np.array([across, down]), self.bend * (across + weight))
            fixed = np.round((points + margin) * (1 << _SMOOTH)).astype(np.int32)
            cv2.polylines(
                mask,
                [fixed],
                isClosed=False,
                color=255,
                thickness=weight,
                lineType=cv2.LINE_AA,
                shift=_SMOOTH,
            )
        return _tight(mask)


def _points(stroke: str) -> list[tuple[float, float, bool]]:
    words = stroke.split()
    return [
        (float(x), float(y.removesuffix("r")), y.endswith("r"))
        for x, y in zip(words[::2], words[1::2], strict=True)
    ]


def _bent(
    points: list[tuple[float, float, bool]], extent: NDArray[np.int_], radius: float
) -> NDArray[np.float64]:
    """Return a stroke in pixels, its rounded bends replaced by curves."""
    corners = np.array([point[:2] for point in points]) * extent
    closed = points[0] == points[-1] and len(points) > 2
    last = len(points) - 1
    line: list[NDArray[np.float64]] = []
    for at, (_, _, rounded) in enumerate(points):
        inner = 0 < at < last
        if not rounded or not (inner or closed):
            line.append(corners[at])
            continue
        before = corners[at - 1] if inner else corners[last - 1]
        after = corners[at + 1] if inner else corners[1]
        line.extend(_curve(before, corners[at], after, radius))
    return np.array(line)


def _curve(
    before: NDArray[np.float64],
    corner: NDArray[np.float64],
    after: NDArray[np.float64],
    radius: float,
) -> list[NDArray[np.float64]]:
    ends = []
    for other in (before, after):
        away = other - corner
        length = float(np.hypot(*away)) or 1.0
        ends.append(corner + away * min(radius, length / 2) / length)
    shares = np.linspace(0, 1, 7)
    # Rather rounder than a parabola: the corner counts somewhat less.
    return [
        (1 - t) ** 2 * ends[0]
        + 2 * t * (1 - t) * (0.85 * corner + 0.15 * (ends[0] + ends[1]) / 2)
        + t**2 * ends[1]
        for t in shares
    ]


def _tight(mask: Mask) -> Mask:
    x, y, width, height = cv2.boundingRect(mask)
    return mask[y : y + height, x : x + width]

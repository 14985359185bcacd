"""The ground that letters stand on: plain, shaded, or printed with made-up scenery."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

_LIGHT = (
    (250, 250, 250), (240, 240, 235), (225, 228, 232), (255, 245, 210), (250, 215, 80),
    (205, 225, 245), (220, 235, 215), (245, 225, 215), (200, 200, 200), (235, 200, 150),
)  # fmt: skip
_DARK = (
    (25, 25, 30), (20, 40, 110), (15, 80, 50), (120, 20, 25), (60, 20, 70), (30, 60, 140),
    (90, 60, 30), (0, 110, 110),
)  # fmt: skip
_INK_DARK = (
    (15, 15, 15), (20, 25, 90), (10, 60, 40), (120, 15, 20), (60, 10, 30), (40, 40, 45),
    (20, 50, 140), (180, 25, 30), (50, 90, 50), (70, 50, 110),
)  # fmt: skip
_INK_LIGHT = ((250, 250, 250), (250, 220, 90), (220, 225, 230), (250, 180, 60), (200, 220, 250))


def draw_colours(rng: np.random.Generator, region: str) -> tuple[Colour, Colour]:
    """Return ground and ink, the one light and the other dark, RGB."""
    dark_ground = rng.random() < {"us": 0.18, "eu": 0.12, "br": 0.2}[region]
    ground = _shifted(rng, _DARK if dark_ground else _LIGHT)
    ink = _shifted(rng, _INK_LIGHT if dark_ground else _INK_DARK)
    if region != "us" and not dark_ground and rng.random() < 0.8:
        white = rng.random() < 0.7
        return ((245, 245, 245) if white else (250, 205, 60)), (15, 15, 20)
    return ground, ink


def draw_ground(
    rng: np.random.Generator, size: tuple[int, int], base: Colour, *, ornate: bool
) -> Picture:
    """Return a plate's ground of (width, height).

    Parameters
    ----------
    ornate
        Whether anything is printed on it; plain otherwise.
    """
    width, height = size
    ground = np.full((height, width, 3), base, np.float32)
    if not ornate:
        return ground.astype(np.uint8)
    kind = rng.random()
    if kind < 0.7:
        _shade(rng, ground)
    if kind > 0.45:
        _cloud(rng, ground)
    for _ in range(int(rng.integers(0, 4))):
        _shape(rng, ground)
    soft = cv2.GaussianBlur(ground, (0, 0), float(rng.uniform(0.5, 2.5)))
    return np.clip(soft, 0, 255).astype(np.uint8)


def towards(
    rng: np.random.Generator, base: NDArray[np.float32] | Colour, most: float
) -> NDArray[np.float32]:
    """Return a colour somewhere between a base and any other."""
    other = rng.integers(0, 256, 3).astype(np.float32)
    share = float(rng.uniform(0.05, most))
    return np.asarray(base, np.float32) * (1 - share) + other * share


def _shifted(rng: np.random.Generator, among: tuple[Colour, ...]) -> Colour:
    base = np.array(among[int(rng.integers(len(among)))])
    red, green, blue = np.clip(base + rng.integers(-15, 16, 3), 0, 255)
    return int(red), int(green), int(blue)


def _shade(rng: np.random.Generator, ground: NDArray[np.float32]) -> None:
    """Run from one colour at the top to others below, most strongly at the edges."""
    height = ground.shape[0]
    middle = ground[0, 0].copy()
    top = towards(rng, middle, 0.9)
    bottom = towards(rng, middle, 0.9) if rng.random() < 0.7 else middle
    reach = float(rng.uniform(0.15, 0.55))
    rows = np.linspace(0, 1, height, dtype=np.float32)
    upper = np.clip(1 - rows / reach, 0, 1)[:, None]
    lower = np.clip(1 - (1 - rows) / reach, 0, 1)[:, None]
    column = middle * (1 - upper) * (1 - lower) + top * upper + bottom * lower * (1 - upper)
    ground[:] = column[:, None]


def _cloud(rng: np.random.Generator, ground: NDArray[np.float32]) -> None:
    height, width = ground.shape[:2]
    cells = (int(rng.integers(2, 8)), int(rng.integers(3, 14)))
    cloud = cv2.resize(
        rng.normal(0, 1, (*cells, 3)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    grey = cloud.mean(-1, keepdims=True)
    share = float(rng.uniform(0, 1))
    ground += (cloud * share + grey * (1 - share) * 1.5) * float(rng.uniform(4, 22))


def _shape(rng: np.random.Generator, ground: NDArray[np.float32]) -> None:
    """Draw hills, a disc, a stripe or a bow, so pale that letters stay readable upon it."""
    height, width = ground.shape[:2]
    at = (int(rng.integers(width)), int(rng.integers(height)))
    colour = towards(rng, ground[at[1], at[0]], 0.55).tolist()
    kind = int(rng.integers(5))
    if kind == 0:
        steps = int(rng.integers(4, 12))
        xs = np.linspace(0, width, steps)
        ys = height * rng.uniform(0.3, 0.95) + rng.normal(0, height * 0.1, steps)
        hills = np.concatenate([np.stack([xs, ys], 1), [[width, height], [0, height]]])
        cv2.fillPoly(ground, [hills.astype(np.int32)], colour)
    elif kind == 1:
        axes = (int(rng.integers(5, width // 4)), int(rng.integers(5, height // 2)))
        cv2.ellipse(ground, at, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    elif kind == 2:
        cv2.line(
            ground,
            at,
            (int(rng.integers(width)), int(rng.integers(height))),
            colour,
            int(rng.integers(2, 14)),
        )
    elif kind == 3:
        for ring in range(int(rng.integers(2, 6))):
            hue = towards(rng, ground[at[1], at[0]], 0.5).tolist()
            cv2.ellipse(
                ground,
                (width // 2, height),
                (width // 2 - 8 * ring, height - 8 * ring),
                0,
                180,
                360,
                hue,
                6,
            )
    else:
        points = np.stack(
            [at[0] + rng.normal(0, height * 0.25, 9), at[1] + rng.normal(0, height * 0.25, 9)], 1
        )
        cv2.fillPoly(ground, [cv2.convexHull(points.astype(np.int32))[:, 0]], colour)

"""Made-up plates pasted into crops as if they had been there: corners are known exactly."""

from __future__ import annotations

import math

import cv2
import numpy as np

from tools.training.finder.crops import Crop
from tools.training.finder.made_up_plates import MARGIN_PX, FlatPlate
from tools.training.finder.photos import Floats, Pixels

_WIDTHS_PX = (14.0, 200.0)


def paste_plates(crop: Crop, plates: list[FlatPlate], rng: np.random.Generator) -> Crop:
    """Return the crop with made-up plates over those that were there, and one somewhere else."""
    pixels = crop.pixels.copy()
    quads = list(crop.quads)
    known = list(crop.corners_known)
    for number, quad in enumerate(quads):
        if rng.random() < 0.55 and _lies_within(quad, pixels.shape[0]):
            plate = plates[int(rng.integers(len(plates)))]
            quads[number] = _over(pixels, quad, plate, rng)
            known[number] = 1.0
    if rng.random() < 0.3:
        plate = plates[int(rng.integers(len(plates)))]
        quad = _somewhere(plate, pixels.shape[0], rng)
        if not any(_overlap(quad, other) for other in quads):
            _paste(pixels, quad, plate, _light_around(pixels, quad, rng), rng)
            quads.append(quad)
            known.append(1.0)
    shape = np.array(quads, np.float32).reshape(-1, 4, 2)
    return Crop(pixels, shape, np.array(known, np.float32))


def _lies_within(quad: Floats, size: int) -> bool:
    width = float(np.ptp(quad[:, 0]))
    middle = quad.mean(axis=0)
    return 10 < width < size and bool(np.all((middle > 0) & (middle < size)))


def _overlap(quad: Floats, other: Floats) -> bool:
    gap = 4
    apart = (quad.min(axis=0) > other.max(axis=0) + gap) | (
        other.min(axis=0) > quad.max(axis=0) + gap
    )
    return not bool(apart.any())


def _over(pixels: Pixels, quad: Floats, plate: FlatPlate, rng: np.random.Generator) -> Floats:
    """Paste a plate that covers the one that was there, in the same light."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    size = high - low
    width = max(size[0], size[1] * plate.aspect) * rng.uniform(1.02, 1.15)
    height = max(size[1] * 1.05, width / plate.aspect)
    new = _slanted((low + high) / 2, width, height, rng)
    x0, y0 = np.clip(low, 0, pixels.shape[0] - 1).astype(int)
    x1, y1 = np.clip(high + 1, 1, pixels.shape[0]).astype(int)
    there = pixels[y0:y1, x0:x1].reshape(-1, 3)
    light = np.percentile(there, 70, axis=0) if there.size else np.full(3, 128.0)
    _paste(pixels, new, plate, light * rng.uniform(0.7, 1.4), rng)
    return new


def _somewhere(plate: FlatPlate, size: int, rng: np.random.Generator) -> Floats:
    least, most = _WIDTHS_PX
    width = math.exp(rng.uniform(math.log(least), math.log(most)))
    return _slanted(rng.uniform(0.08, 0.92, 2) * size, width, width / plate.aspect, rng)


def _slanted(middle: Floats, width: float, height: float, rng: np.random.Generator) -> Floats:
    """Return corners of a plate turned, sheared and seen from a side."""
    flat = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    narrow = rng.uniform(0.65, 1.0) if rng.random() < 0.35 else 1.0
    points = flat * (width * narrow, height)
    side = rng.normal(0, 0.06)
    points[:, 1] *= 1 + side * np.sign(flat[:, 0])
    points[:, 0] *= 1 + rng.normal(0, 0.02) * np.sign(flat[:, 1])
    points[:, 1] += points[:, 0] * rng.normal(0, 0.09)
    points[:, 0] += points[:, 1] * rng.normal(0, 0.08)
    turn = math.radians(rng.normal(0, 13 if rng.random() < 0.25 else 4))
    cos, sin = math.cos(turn), math.sin(turn)
    return (points @ np.array([[cos, sin], [-sin, cos]]) + middle).astype(np.float32)


def _light_around(pixels: Pixels, quad: Floats, rng: np.random.Generator) -> Floats:
    size = pixels.shape[0]
    x0, y0 = np.clip(quad.min(axis=0) - 6, 0, size - 2).astype(int)
    x1, y1 = np.clip(quad.max(axis=0) + 6, 2, size).astype(int)
    mean = pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].reshape(-1, 3).mean(axis=0)
    return np.asarray(mean * rng.uniform(0.9, 1.7) + rng.uniform(10, 70), np.float32)


def _paste(
    pixels: Pixels, quad: Floats, plate: FlatPlate, light: Floats, rng: np.random.Generator
) -> None:
    """Paste in place; `light` is what a white plate would look like there."""
    size = pixels.shape[0]
    flat, margin = _shrunk(plate, quad)
    height, width = flat.shape[:2]
    inner = np.array(
        [
            (margin, margin),
            (width - margin, margin),
            (width - margin, height - margin),
            (margin, height - margin),
        ],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(inner - 0.5, quad - 0.5)
    mask = np.zeros((height, width), np.float32)
    edge = 0 if plate.has_holder else round(margin)
    mask[edge : height - edge, edge : width - edge] = 1
    seen = cv2.warpPerspective(
        flat, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    cover = cv2.warpPerspective(mask, matrix, (size, size), flags=cv2.INTER_LINEAR)
    blur = rng.uniform(0.25, 1.0)
    x0, y0 = np.clip(quad.min(axis=0) - margin - 4, 0, size).astype(int)
    x1, y1 = np.clip(quad.max(axis=0) + margin + 5, 0, size).astype(int)
    if x1 <= x0 or y1 <= y0:
        return
    part = (slice(y0, y1), slice(x0, x1))
    shade = 1 + np.linspace(*rng.uniform(-0.25, 0.25, 2), x1 - x0)[None, :, None]
    lit = cv2.GaussianBlur(seen[part], (0, 0), blur) * (light / 240.0) * shade
    over = cv2.GaussianBlur(cover[part], (0, 0), blur)[..., None]
    pixels[part] = np.clip(pixels[part] * (1 - over) + lit * over, 0, 255).astype(np.uint8)


def _shrunk(plate: FlatPlate, quad: Floats) -> tuple[Pixels, float]:
    """Return the flat plate near the size it will have, so that warping keeps fine text."""
    across = float(np.linalg.norm(quad[1] - quad[0]))
    share = min(1.0, 1.3 * across / (plate.pixels.shape[1] - 2 * MARGIN_PX))
    small = cv2.resize(plate.pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), MARGIN_PX * small.shape[1] / plate.pixels.shape[1]

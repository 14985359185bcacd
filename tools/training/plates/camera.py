"""How a camera and a finder of plates see them: slanted, small, blurred, dim, cut out badly."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.training.plates.design import Plate

Grey = NDArray[np.uint8]
_Light = NDArray[np.float32]

INPUT_PX = (144, 48)
"""Width and height of what the network reads; the cut-out is stretched to it."""

_MARGIN = 0.45
"""How much of the car is drawn around the plate, as a share of the plate's height."""


def camera_crop(rng: np.random.Generator, plate: Plate, size: tuple[int, int] = INPUT_PX) -> Grey:
    """Return a cut-out of the plate as a finder would give it, grey, stretched to a size."""
    small, tall = _photograph(rng, _on_a_car(rng, plate), plate.pixels.shape[:2])
    small = exposed(rng, blurred(rng, lit(rng, small), tall))
    return stretched(coded(rng, small), size)


def coded(rng: np.random.Generator, seen: _Light) -> Grey:
    """Return it in 8 bits, mostly after a JPEG of some quality."""
    grey = np.clip(seen, 0, 255).astype(np.uint8)
    if rng.random() < 0.8:
        quality = int(rng.integers(30, 96))
        written = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        grey = cv2.imdecode(written, cv2.IMREAD_GRAYSCALE)
    return grey


def level_crop(plate: Plate, size: tuple[int, int] = INPUT_PX) -> Grey:
    """Return the whole plate in grey, sharp and level, stretched to a size."""
    return stretched(cv2.cvtColor(plate.pixels, cv2.COLOR_RGB2GRAY), size)


def stretched(grey: Grey, size: tuple[int, int] = INPUT_PX) -> Grey:
    """Return a cut-out stretched to (width, height), whatever its own proportions."""
    shrinks = grey.shape[1] > size[0] and grey.shape[0] > size[1]
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def _on_a_car(rng: np.random.Generator, plate: Plate) -> _Light:
    """Return the plate in grey with some of the car around it."""
    weights = np.array([0.299, 0.587, 0.114]) + (
        rng.normal(0, 0.08, 3) if rng.random() < 0.3 else 0
    )
    grey = plate.pixels.astype(np.float32) @ weights.astype(np.float32)
    height, width = grey.shape
    edge = round(height * _MARGIN)
    night = rng.random() < 0.15
    level = float(rng.uniform(0, 40) if night else rng.uniform(5, 230))
    car = np.full((height + 2 * edge, width + 2 * edge), level, np.float32)
    car += np.linspace(-1, 1, car.shape[0], dtype=np.float32)[:, None] * float(rng.uniform(-40, 40))
    for _ in range(int(rng.integers(0, 5))):
        tone, thick = float(rng.uniform(0, 255)), int(rng.integers(2, 16))
        y = int(rng.integers(car.shape[0]))
        cv2.line(car, (0, y), (car.shape[1], y + int(rng.integers(-20, 21))), tone, thick)
    if rng.random() < 0.3:
        recess = int(rng.integers(2, edge))
        cv2.rectangle(
            car,
            (edge - recess, edge - recess),
            (edge + width + recess, edge + height + recess),
            float(rng.uniform(0, 255)),
            -1,
        )
    dim = float(rng.uniform(1.0, 1.4) if night else rng.uniform(0.45, 1.1))
    _paste_rounded(car, grey * dim, edge, int(rng.integers(1, 12)))
    if rng.random() < 0.35:
        shadow = car[edge : edge + int(rng.integers(2, max(3, height // 4))), edge : edge + width]
        shadow *= float(rng.uniform(0.3, 0.8))
    return car


def _paste_rounded(car: _Light, plate: _Light, edge: int, radius: int) -> None:
    height, width = plate.shape
    cover = np.zeros((height, width), np.uint8)
    cv2.rectangle(cover, (radius, 0), (width - 1 - radius, height - 1), 1, -1)
    cv2.rectangle(cover, (0, radius), (width - 1, height - 1 - radius), 1, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(cover, (x, y), radius, 1, -1)
    part = car[edge : edge + height, edge : edge + width]
    part[:] = np.where(cover, plate, part)


def _photograph(
    rng: np.random.Generator, car: _Light, extent: tuple[int, int]
) -> tuple[_Light, float]:
    """Return the cut-out at the camera's resolution, and the plate's height there in pixels."""
    height, width = extent
    edge = round(height * _MARGIN)
    tall = math.exp(float(rng.uniform(math.log(20), math.log(110))))
    wide = tall * width / height * float(rng.uniform(0.72, 1.08))
    corners = _seen_corners(rng, wide, tall)
    loose = 0.25 if rng.random() < 0.35 else 0.1
    before = np.floor(corners.min(0) - rng.uniform(-0.03, loose, 2) * tall)
    after = np.ceil(corners.max(0) + rng.uniform(-0.03, loose, 2) * tall)
    on_car = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + edge
    matrix = cv2.getPerspectiveTransform(on_car, (corners - before).astype(np.float32))
    shrink = height / tall
    if shrink > 1.2:
        car = cv2.GaussianBlur(car, (0, 0), 0.38 * shrink)
    size = np.maximum(after - before, 4).astype(int)
    seen = cv2.warpPerspective(
        car,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return seen, tall


def _seen_corners(rng: np.random.Generator, wide: float, tall: float) -> NDArray[np.float64]:
    """Return the plate's corners as seen from somewhere else than straight ahead."""
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]]) - [wide / 2, tall / 2]
    straight = rng.random() < 0.65  # as after levelling by the corners
    turn = math.radians(
        float(rng.normal(0, 1.2) if straight else np.clip(rng.normal(0, 4.5), -12, 12))
    )
    lean = float(rng.normal(0, 0.04 if straight else 0.12))
    turned = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    slanted = np.array([[1, 0], [lean, 1]])
    moved = corners @ slanted @ turned
    return moved + rng.normal(0, 0.025 * tall, (4, 2))


def lit(rng: np.random.Generator, seen: _Light) -> _Light:
    """Return it with shadows, glare and uneven light."""
    height, width = seen.shape
    rows, columns = np.mgrid[0 : 1 : complex(height), 0 : 1 : complex(width)].astype(np.float32)
    if rng.random() < 0.5:
        turn = float(rng.uniform(0, 2 * math.pi))
        slope = (columns - 0.5) * math.cos(turn) + (rows - 0.5) * math.sin(turn)
        seen = seen * (1 + slope * float(rng.uniform(0, 0.7)))
    if rng.random() < 0.2:
        turn = float(rng.uniform(0, 2 * math.pi))
        side = (columns - rng.uniform(0.2, 0.8)) * math.cos(turn) + (
            rows - rng.uniform(0.2, 0.8)
        ) * math.sin(turn)
        cover = np.clip(side * float(rng.uniform(8, 60)) + 0.5, 0, 1)
        seen = seen * (1 - cover * float(rng.uniform(0.2, 0.65)))
    if rng.random() < 0.1:
        away = ((columns - rng.random()) / rng.uniform(0.1, 0.4)) ** 2 + (
            (rows - rng.random()) / rng.uniform(0.1, 0.5)
        ) ** 2
        seen = seen + np.exp(-away).astype(np.float32) * float(rng.uniform(40, 200))
    return seen.astype(np.float32)


def blurred(rng: np.random.Generator, seen: _Light, tall: float) -> _Light:
    """Return it out of focus, moved, or sharpened too much by the camera."""
    pixel = max(0.6, tall / 45)
    if rng.random() < 0.45:
        seen = cv2.GaussianBlur(seen, (0, 0), float(rng.uniform(0.2, 0.9)) * pixel)
    if rng.random() < 0.12:
        long = max(2, round(float(rng.uniform(1.5, 3.5)) * pixel))
        kernel = np.zeros((long, long), np.float32)
        turn = float(rng.normal(0, 0.35)) if rng.random() < 0.6 else float(rng.uniform(0, math.pi))
        middle, reach = (long - 1) / 2, long / 2
        ends = [
            (round(middle + s * reach * math.cos(turn)), round(middle + s * reach * math.sin(turn)))
            for s in (-1, 1)
        ]
        cv2.line(kernel, ends[0], ends[1], 1.0)
        seen = cv2.filter2D(
            seen, -1, kernel / max(1.0, float(kernel.sum())), borderType=cv2.BORDER_REPLICATE
        )
    if rng.random() < 0.2:
        soft = cv2.GaussianBlur(seen, (0, 0), 1.2)
        seen = seen + (seen - soft) * float(rng.uniform(0.3, 1.5))
    return seen


def exposed(rng: np.random.Generator, seen: _Light) -> _Light:
    """Return it too dark, too bright or of low contrast, with noise."""
    contrast = float(rng.uniform(0.15, 0.5) if rng.random() < 0.15 else rng.uniform(0.5, 1.2))
    seen = (seen - 128) * contrast + 128 + float(rng.uniform(-35, 35))
    if rng.random() < 0.06:
        seen = seen + float(rng.choice([-50, 50, 80]))
    if rng.random() < 0.3:
        seen = 255 * (np.clip(seen, 0, 255) / 255) ** float(rng.uniform(0.5, 2.0))
    if rng.random() < 0.7:
        grain = rng.standard_normal(seen.shape, np.float32)
        seen = seen + grain * float(rng.exponential(4)) * min(1.0, contrast + 0.2)
    return seen.astype(np.float32)

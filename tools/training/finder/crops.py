"""Square parts of photos at a random scale, with what is known about the plates in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from tools.training.finder.photos import Floats, Photo, Pixels

_LARGEST_ENLARGEMENT = 2.2
_SMALLEST_SCALE = 0.28
_PLATE_WIDTHS_PX = (15.0, 220.0)
_INSIDE = 0.85
"""Share of crops that are moved back into the photo as far as it reaches."""
_AWAY_FROM_PLATES = 0.2
"""Share of crops that are cut anywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A square part of a photo.

    Attributes
    ----------
    pixels
        Size x size x 3, RGB.
    quads
        N x 4 x 2: corners of each plate, clockwise from the top left, in pixels; may lie outside.
    corners_known
        N numbers from 0 to 1: how far the corners are to be believed; 0 where only the box around
        them is known.
    """

    pixels: Pixels
    quads: Floats
    corners_known: Floats


def cut_crop(photo: Photo, size: int, rng: np.random.Generator) -> Crop:
    """Return a crop in which a plate of the photo is small or large, or none at all."""
    scale, middle = _where(photo, size, rng)
    turn = math.radians(rng.normal(0, 7)) if rng.random() < 0.35 else 0.0
    flip = rng.random() < 0.25
    if rng.random() < _INSIDE:
        middle = _moved_inside(middle, photo, size / scale)
    source, shrunk = photo.pixels, 1.0
    if scale < 0.75:  # averaging first; taking single pixels of a large photo would flicker
        shrunk = max(scale, 32 / min(source.shape[:2]))
        source = cv2.resize(source, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    matrix = _matrix(scale, middle, turn, size, flip=flip)
    step = matrix.copy()
    step[:, :2] /= shrunk
    fill = tuple(int(value) for value in rng.integers(0, 255, 3))
    pixels = cv2.warpAffine(source, step, (size, size), flags=cv2.INTER_LINEAR, borderValue=fill)
    quads = _quads(photo.boxes) @ matrix[:, :2].T + matrix[:, 2]
    if flip:
        quads = quads[:, [1, 0, 3, 2]]
    believed = _straight_on(photo.boxes) * 0.3 if turn else np.zeros(len(photo.boxes))
    return Crop(np.asarray(pixels, np.uint8), quads.astype(np.float32), believed.astype(np.float32))


def _where(photo: Photo, size: int, rng: np.random.Generator) -> tuple[float, Floats]:
    """Return the scale and the point of the photo that becomes the crop's middle."""
    height, width = photo.pixels.shape[:2]
    widths = photo.boxes[:, 2] - photo.boxes[:, 0]
    usable = np.flatnonzero(widths >= 8)
    if not len(usable) or rng.random() < _AWAY_FROM_PLATES:
        scale = math.exp(rng.uniform(math.log(0.35), math.log(1.6)))
        return scale, np.array([rng.uniform(0, width), rng.uniform(0, height)], np.float32)
    box = photo.boxes[rng.choice(usable)]
    least, most = _PLATE_WIDTHS_PX
    wanted = math.exp(rng.uniform(math.log(least), math.log(most)))
    scale = float(np.clip(wanted / (box[2] - box[0]), _SMALLEST_SCALE, _LARGEST_ENLARGEMENT))
    aside = rng.uniform(-0.42, 0.42, 2) * size / scale
    return scale, ((box[:2] + box[2:]) / 2 + aside).astype(np.float32)


def _moved_inside(middle: Floats, photo: Photo, window_px: float) -> Floats:
    """Return the middle of a window that shows as little as possible beside the photo."""
    sides = np.array(photo.pixels.shape[1::-1], np.float32)
    half = np.minimum(window_px, sides) / 2
    return np.clip(middle, half, sides - half).astype(np.float32)


def _matrix(scale: float, middle: Floats, turn: float, size: int, *, flip: bool) -> Floats:
    """Return the 2 x 3 matrix from the photo's pixels to the crop's."""
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    linear = np.array([[cos, -sin], [sin, cos]])
    if flip:
        linear[0] *= -1
    offset = size / 2 - linear @ middle
    return np.column_stack([linear, offset]).astype(np.float32)


def _quads(boxes: Floats) -> Floats:
    left, top, right, bottom = boxes.T
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return np.array(corners, np.float32).transpose(2, 0, 1).reshape(-1, 4, 2)


def _straight_on(boxes: Floats) -> Floats:
    """Return 1 for boxes wide enough that the plate in them can hardly be slanted."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    return (sizes[:, 0] > 2.6 * sizes[:, 1]).astype(np.float32)

"""Corners and boxes in pixels, and level cut-outs of a picture."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from workbench.domain.read import Box
from workbench.recognition.base import Corners, Pixels

MAX_CROP_PX = 1_024
"""Longest side of a cut-out that is turned; a plate never needs more to be read."""


def clamped_box(corners: Corners, width: int, height: int) -> Box | None:
    """Return the smallest box around corners that lies within a picture.

    Parameters
    ----------
    width, height
        Of the picture, in pixels.

    Returns
    -------
    Box or None
        ``None`` when nothing of it lies within the picture, or it has no area there.

    Examples
    --------
    >>> clamped_box(((-5.0, 2.0), (9.5, 2.0), (9.5, 7.0), (-5.0, 7.0)), 100, 50)
    Box(x=0, y=2, width=10, height=5)
    """
    xs, ys = zip(*corners, strict=True)
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = min(width, math.ceil(max(xs))), min(height, math.ceil(max(ys)))
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def sides(corners: Corners) -> tuple[float, float]:
    """Return length along the text and height across it, in pixels.

    Examples
    --------
    >>> sides(((0.0, 0.0), (30.0, 40.0), (22.0, 46.0), (-8.0, 6.0)))
    (50.0, 10.0)
    """
    first, second, third, fourth = corners
    along = (math.dist(first, second) + math.dist(fourth, third)) / 2
    across = (math.dist(second, third) + math.dist(first, fourth)) / 2
    return along, across


def slope_deg(corners: Corners) -> float:
    """Return by how many degrees the text falls (above 0) or rises to the right."""
    (x_1, y_1), (x_2, y_2) = corners[0], corners[1]
    return math.degrees(math.atan2(y_2 - y_1, x_2 - x_1))


def grown(corners: Corners, share: float) -> Corners:
    """Return the corners moved outwards by a share of the text's height; inwards below 0.

    Examples
    --------
    >>> grown(((0.0, 0.0), (40.0, 0.0), (40.0, 10.0), (0.0, 10.0)), 0.1)
    ((-1.0, -1.0), (41.0, -1.0), (41.0, 11.0), (-1.0, 11.0))
    """
    points = np.asarray(corners, dtype=float)
    _, height = sides(corners)
    along = points[1] - points[0] + points[2] - points[3]
    down = points[3] - points[0] + points[2] - points[1]
    out = [vector / (np.hypot(*vector) or 1.0) * share * height for vector in (along, down)]
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    moved = [
        point + sign[0] * out[0] + sign[1] * out[1]
        for point, sign in zip(points, signs, strict=True)
    ]
    first, second, third, fourth = ((float(x), float(y)) for x, y in moved)
    return first, second, third, fourth


def cut_out(picture: Pixels, corners: Corners) -> Pixels:
    """Return the part of a picture within the corners, levelled, as a read-only picture.

    What lies outside the picture repeats its edge. The picture is not changed.
    """
    height, width = picture.shape[:2]
    box = clamped_box(grown(corners, 0.5), width, height)
    along, across = sides(corners)
    if box is None or min(along, across) < 1:
        return np.zeros((0, 0, 3), np.uint8)
    (left, top), (right, upper), (_, bottom), _ = corners
    if top == upper and right > left and bottom > top:
        # Whole pixels as they are: interpolated ones halved the plates read right (decision 0010).
        cut = _whole_pixels(picture, round(left), round(top), round(right), round(bottom))
    else:
        window = picture[box.y : box.y + box.height, box.x : box.x + box.width]
        shrink = min(1.0, MAX_CROP_PX / max(along, across))
        size = max(1, round(along * shrink)), max(1, round(across * shrink))
        cut = _level(window, [(x - box.x, y - box.y) for x, y in corners], size)
    cut.flags.writeable = False
    return cut


def _whole_pixels(picture: Pixels, left: int, top: int, right: int, bottom: int) -> Pixels:
    rows = np.clip(np.arange(top, max(bottom, top + 1)), 0, picture.shape[0] - 1)
    columns = np.clip(np.arange(left, max(right, left + 1)), 0, picture.shape[1] - 1)
    cut: Pixels = picture[np.ix_(rows, columns)]
    return cut


def _level(window: Pixels, corners: list[tuple[float, float]], size: tuple[int, int]) -> Pixels:
    pad = 2 + math.ceil(
        max(0.0, *(max(-x, -y, x - window.shape[1], y - window.shape[0]) for x, y in corners))
    )
    framed = np.pad(window, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
    top_left, top_right, bottom_right, bottom_left = corners
    quad = tuple(
        coordinate + pad
        for corner in (top_left, bottom_left, bottom_right, top_right)
        for coordinate in corner
    )
    image = Image.fromarray(framed).transform(
        size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC
    )
    return np.array(image, dtype=np.uint8)

"""A real plate as it could have been seen too: cut out otherwise, smaller, softer, darker."""

from __future__ import annotations

import math

import cv2
import numpy as np

from tools.training.plates.camera import (
    INPUT_PX,
    Grey,
    blurred,
    coded,
    exposed,
    lit,
    stretched,
)
from tools.training.reader.photos import Seen

_SMALLEST_PX = 16


def seen_again(rng: np.random.Generator, plate: Seen) -> Grey:
    """Return another cut-out of a plate, grey, of the size that the network reads.

    Most keep the light and the sharpness that they have: those are what the drawn ones lack.
    """
    left, top, right, bottom = plate.box
    tall = bottom - top
    seen_px = max(_SMALLEST_PX, tall * math.exp(min(0.0, float(rng.normal(0, 0.35)))))
    share = seen_px / tall
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    loose = 0.25 if rng.random() < 0.35 else 0.1
    outwards = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    moved = corners + rng.uniform(-0.03, loose, (4, 1)) * tall * outwards
    moved += rng.normal(0, 0.03 * tall, (4, 2))
    size = np.maximum((moved[2] - moved[0]) * share, 8).astype(int)
    onto = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    picture = plate.grey.astype(np.float32)
    if share < 0.85:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.38 / share)
    matrix = cv2.getPerspectiveTransform(moved.astype(np.float32), onto)
    seen = cv2.warpPerspective(
        picture,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    if rng.random() < 0.3:
        seen = exposed(rng, blurred(rng, lit(rng, seen), seen_px))
    return stretched(coded(rng, seen), INPUT_PX)

"""From the finder network's answers to places: peaks, boxes, corners, each plate once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.recognition.base import Corners, Place

STRIDE_PX = 8
"""Pixels between two answers of the network."""

MAX_PLACES = 100
"""Kept of one look at a picture, the best first."""

_SAME_IOU = 0.35
_SAME_COVERED = 0.75
_MOST_INWARD = 0.9

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Places of one picture as arrays of the same length.

    Attributes
    ----------
    scores
        From 0 to 1.
    corners
        N x 4 x 2: x and y in pixels, clockwise from the top left.
    """

    scores: Floats
    corners: Floats

    def places(self) -> list[Place]:
        """Return them one by one, in their order."""
        pairs = zip(self.corners.astype(float).tolist(), self.scores.tolist(), strict=True)
        return [Place(_corners(quad), score) for quad, score in pairs]


def peaks(answers: Floats, least_score: float) -> Found:
    """Return the places that the network's answers speak of, in pixels of what it was shown.

    Parameters
    ----------
    answers
        13 x rows x columns. Of each cell of 8 x 8 pixels: the logit that a plate's middle lies in
        it; left, top, right and bottom of the box as logarithms of the distance from the cell's
        middle in cells; and of each corner, clockwise from the top left, how far it lies within
        the box, in parts of the box's width and height.
    least_score
        Cells that say less are passed over.

    Returns
    -------
    Found
        Only cells that say no less than the eight around them; the best first.
    """
    heat = answers[0]
    framed = np.pad(heat, 1, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(framed, (3, 3)).max(axis=(2, 3))
    rows, columns = np.nonzero((heat >= around) & (heat > _logit(least_score)))
    best = np.argsort(-heat[rows, columns], kind="stable")[:MAX_PLACES]
    rows, columns = rows[best], columns[best]
    scores = 1 / (1 + np.exp(-heat[rows, columns]))
    distances = np.exp(np.clip(answers[1:5, rows, columns], -4, 5))
    across, down = columns + 0.5, rows + 0.5
    low = np.stack([across - distances[0], down - distances[1]], axis=1)
    high = np.stack([across + distances[2], down + distances[3]], axis=1)
    inward = np.clip(answers[5:, rows, columns].T.reshape(-1, 4, 2), 0, _MOST_INWARD)
    return Found(scores.astype(np.float32), _quads(low, high, inward) * STRIDE_PX)


def each_once(found: Found) -> Found:
    """Return the places without those that a better one covers, the best first."""
    order = np.argsort(-found.scores, kind="stable")
    boxes = np.concatenate([found.corners.min(axis=1), found.corners.max(axis=1)], axis=1)
    kept: list[int] = []
    for number in order.tolist():
        if not kept or not _same(boxes[number], boxes[kept]).any():
            kept.append(number)
    return Found(found.scores[kept], found.corners[kept])


def _quads(low: Floats, high: Floats, inward: Floats) -> Floats:
    """Return corners from boxes and from how far each corner lies within its box."""
    outer = np.stack([low, low, high, high], axis=1)
    outer[:, 1, 0], outer[:, 3, 0] = high[:, 0], low[:, 0]
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    moved: Floats = (outer + signs * inward * (high - low)[:, None, :]).astype(np.float32)
    return moved


def _same(box: Floats, others: Floats) -> NDArray[np.bool_]:
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    overlap = np.prod(np.clip(high - low, 0, None), axis=1)
    area, areas = np.prod(box[2:] - box[:2]), np.prod(others[:, 2:] - others[:, :2], axis=1)
    smaller = np.maximum(np.minimum(area, areas), 1e-6)
    iou = overlap / np.maximum(area + areas - overlap, 1e-6)
    return np.asarray((iou > _SAME_IOU) | (overlap / smaller > _SAME_COVERED), np.bool_)


def _logit(score: float) -> float:
    return float(np.log(score / (1 - score)))


def _corners(quad: list[list[float]]) -> Corners:
    first, second, third, fourth = ((x, y) for x, y in quad)
    return first, second, third, fourth

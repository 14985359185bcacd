"""A second look at each place, near enough that every plate has the same size in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Pixels
from workbench.recognition.plate_answers import Floats, Found, peaks

SIZE_PX = (192, 128)
"""Width and height of a look, multiples of 32."""

_PLATE_PX = (92.0, 56.0)
"""Most width and height that the place has in it."""

_GREY = 114
_LEAST_SCORE = 0.02
_NEAR = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Cut-outs around places, and how to get back from them.

    Attributes
    ----------
    pixels
        N x height x width x 3.
    starts
        N x 2: where in the picture the top left of each lies.
    scales
        N: pixels of the cut-out for one of the picture.
    """

    pixels: NDArray[np.uint8]
    starts: Floats
    scales: Floats


def looks_at(picture: Pixels, found: Found) -> Looks:
    """Return a cut-out around each place; what lies outside the picture is grey."""
    low, high = found.corners.min(axis=1), found.corners.max(axis=1)
    sizes = np.maximum(high - low, 1.0)
    scales = np.min(np.array(_PLATE_PX, np.float32) / sizes, axis=1)
    starts = (low + high) / 2 - np.array(SIZE_PX, np.float32) / 2 / scales[:, None]
    pixels = np.full((len(scales), SIZE_PX[1], SIZE_PX[0], 3), _GREY, np.uint8)
    for canvas, start, scale in zip(pixels, starts.tolist(), scales.tolist(), strict=True):
        _fill(canvas, picture, start, scale)
    return Looks(pixels, starts.astype(np.float32), scales.astype(np.float32))


def seen_closer(found: Found, looks: Looks, answers: Floats) -> Found:
    """Return the places as the closer look has them, with the scores of both looks in one.

    Parameters
    ----------
    found
        What the first look said.
    looks
        From `looks_at`.
    answers
        The network's answers for them: N x 13 x rows x columns.

    Returns
    -------
    Found
        As many places, in the same order. The score is the geometric mean of both; a place that
        the second look does not see keeps its corners and next to no score.
    """
    scores, corners = found.scores.copy(), found.corners.copy()
    middle: Floats = np.array([side / 2 for side in SIZE_PX], np.float32)
    for number, answer in enumerate(answers):
        near = _nearest(peaks(answer, _LEAST_SCORE), middle)
        second = _LEAST_SCORE if near is None else float(near.scores[0])
        scores[number] = math.sqrt(float(scores[number]) * second)
        if near is not None:
            corners[number] = near.corners[0] / looks.scales[number] + looks.starts[number]
    return Found(scores, corners)


def _nearest(seen: Found, middle: Floats) -> Found | None:
    """Return the best of the places in whose inner part the middle of the look lies."""
    low, high = seen.corners.min(axis=1), seen.corners.max(axis=1)
    off = np.abs((low + high) / 2 - middle) / np.maximum(high - low, 1.0)
    inside = np.flatnonzero((off < _NEAR).all(axis=1))
    if not len(inside):
        return None
    best = inside[:1]  # peaks come the best first
    return Found(seen.scores[best], seen.corners[best])


def _fill(canvas: Pixels, picture: Pixels, start: list[float], scale: float) -> None:
    """Draw the part of the picture that a look shows onto its canvas."""
    spans = []
    for begin, shown, there in zip(start, SIZE_PX, picture.shape[1::-1], strict=True):
        first, last = max(0, math.floor(begin)), min(there, math.ceil(begin + shown / scale))
        if last <= first:
            return
        at, end = round((first - begin) * scale), round((last - begin) * scale)
        spans.append((first, last, at, max(end, at + 1)))
    (left, right, x, x_end), (top, bottom, y, y_end) = spans
    part = Image.fromarray(np.ascontiguousarray(picture[top:bottom, left:right]))
    drawn = np.asarray(part.resize((x_end - x, y_end - y), Image.Resampling.BILINEAR))
    cut_x, cut_y = max(0, -x), max(0, -y)
    drawn = drawn[cut_y : canvas.shape[0] - y, cut_x : canvas.shape[1] - x]
    y, x = max(y, 0), max(x, 0)
    canvas[y : y + drawn.shape[0], x : x + drawn.shape[1]] = drawn

"""What the network should have answered for a crop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.training.finder.crops import Crop
from tools.training.finder.network import STRIDE
from tools.training.finder.photos import Floats

SMALLEST_PX = 9.0
"""Narrower plates are neither asked for nor forbidden."""

_DRAWN = 0.5
"""How much a box that somebody drew counts beside one whose corners are known."""

_SPREAD = 0.16
"""Of the heat around a middle, in parts of the plate's width and height."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Maps of a crop at the network's stride.

    Attributes
    ----------
    heat
        From 0 to 1; 1 in the one cell that holds a plate's middle.
    counts
        1 where the heat is asked for, 0 where it does not matter.
    weight
        How much the box of this cell counts.
    sides
        Left, top, right, bottom: distances from the cell's middle in cells.
    corners
        Eight numbers: how far each corner lies within the box, in parts of its size.
    corner_weight
        How much the corners of this cell count.
    """

    heat: Floats
    counts: Floats
    weight: Floats
    sides: Floats
    corners: Floats
    corner_weight: Floats


def target_of(crop: Crop) -> Target:
    """Return the maps of a crop."""
    cells = crop.pixels.shape[0] // STRIDE
    target = Target(
        heat=np.zeros((cells, cells), np.float32),
        counts=np.ones((cells, cells), np.float32),
        weight=np.zeros((cells, cells), np.float32),
        sides=np.ones((4, cells, cells), np.float32),
        corners=np.zeros((8, cells, cells), np.float32),
        corner_weight=np.zeros((cells, cells), np.float32),
    )
    for quad, known in zip(crop.quads, crop.corners_known, strict=True):
        _add(target, quad, float(known), crop.pixels.shape[0])
    return target


def inward(quad: Floats) -> Floats:
    """Return how far each corner lies within the box around all four, in parts of its size.

    Examples
    --------
    >>> slanted = np.array([(0, 0), (10, 2), (10, 7), (0, 5)], np.float32)
    >>> inward(slanted).round(2).tolist()
    [0.0, 0.0, 0.0, 0.29, 0.0, 0.0, 0.0, 0.29]
    """
    low, high = quad.min(axis=0), quad.max(axis=0)
    within = (quad - low) / np.maximum(high - low, 1e-3)
    within[[1, 2], 0] = 1 - within[[1, 2], 0]
    within[[2, 3], 1] = 1 - within[[2, 3], 1]
    return np.asarray(within.reshape(-1), np.float32)


def _add(target: Target, quad: Floats, known: float, size: int) -> None:
    low, high = quad.min(axis=0), quad.max(axis=0)
    seen_low, seen_high = np.clip(low, 0, size), np.clip(high, 0, size)
    seen = float(np.prod((seen_high - seen_low) / np.maximum(high - low, 1e-3)))
    if seen <= 0:
        return
    if seen < 0.6 or high[0] - low[0] < SMALLEST_PX:
        x0, y0 = (seen_low // STRIDE).astype(int)
        x1, y1 = -(-seen_high // STRIDE).astype(int)
        target.counts[y0:y1, x0:x1] = 0
        return
    if seen < 0.98:  # what is cut off can only be guessed
        low, high, known = seen_low, seen_high, 0.0
    _draw(target, low / STRIDE, high / STRIDE, inward(quad), known)


def _draw(target: Target, low: Floats, high: Floats, corners: Floats, known: float) -> None:
    cells = target.heat.shape[0]
    middle, size = (low + high) / 2, high - low
    spread = np.maximum(size * _SPREAD, 0.45)
    at = np.clip(np.floor(middle), 0, cells - 1).astype(int)
    y, x = np.mgrid[:cells, :cells].astype(np.float32) + 0.5
    far = ((x - middle[0]) / spread[0]) ** 2 + ((y - middle[1]) / spread[1]) ** 2
    heat = np.exp(-far / 2).astype(np.float32)
    heat[at[1], at[0]] = 1.0
    nearer = heat > np.maximum(target.heat, 0.3)
    inside = (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1])
    mine = nearer & inside
    mine[at[1], at[0]] = True
    np.maximum(target.heat, heat, out=target.heat)
    target.counts[at[1], at[0]] = 1
    # Drawn boxes are looser than plates, so they say less than corners that are known.
    target.weight[mine] = heat[mine] * (_DRAWN + (1 - _DRAWN) * known)
    distances = np.stack([x - low[0], y - low[1], high[0] - x, high[1] - y])
    target.sides[:, mine] = np.maximum(distances[:, mine], 0.05)
    target.corners[:, mine] = corners[:, None]
    target.corner_weight[mine] = heat[mine] * known

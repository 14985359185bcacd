"""How well confidences agree with what was right: bins, and the expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Reads whose confidence lies between two numbers.

    Attributes
    ----------
    low, high
        From above `low` up to `high`; the first bin holds 0 as well.
    reads
        How many there are.
    confidence
        Their mean confidence.
    right
        The share of them that was right.
    """

    low: float
    high: float
    reads: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """Return the reliability curve in 10 bins of equal width; empty bins are left out.

    Parameters
    ----------
    confidences
        From 0 to 1.
    right
        Whether each read was right.

    Examples
    --------
    >>> [(b.high, b.reads, b.right) for b in reliability([0.95, 0.92, 0.1], [True, False, False])]
    [(0.1, 1, 0.0), (1.0, 2, 0.5)]
    """
    given, truth = np.asarray(confidences, float), np.asarray(right, float)
    edges = np.arange(1, BINS) / BINS
    places = np.searchsorted(edges, given, side="left")
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            reads=int(inside.sum()),
            confidence=float(given[inside].mean()),
            right=float(truth[inside].mean()),
        )
        for number in range(BINS)
        if (inside := places == number).any()
    )


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the expected calibration error; ``None`` without reads.

    The mean over all reads of how far their bin's confidence is from its share of right reads
    (Naeini, Cooper and Hauskrecht, AAAI 2015).

    Examples
    --------
    >>> calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    0.0
    >>> calibration_error([1.0, 1.0], [True, False])
    0.5
    """
    curve = reliability(confidences, right)
    total = sum(each.reads for each in curve)
    if not total:
        return None
    return sum(each.reads * abs(each.confidence - each.right) for each in curve) / total


def error_of_chance(
    confidences: Sequence[float], rng: np.random.Generator, *, draws: int = 500
) -> float | None:
    """Return the calibration error that perfectly right probabilities would show on so few reads.

    Each draw makes every read right with just its confidence; what then remains of the error is
    chance alone. An error of a set near this one says nothing against the confidences.

    Parameters
    ----------
    confidences
        From 0 to 1.
    rng
        For the draws.
    draws
        The mean is over so many.

    Returns
    -------
    float or None
        ``None`` without reads.

    Examples
    --------
    >>> error_of_chance([1.0, 0.0], np.random.default_rng(1))
    0.0
    """
    if not confidences:
        return None
    given = np.asarray(confidences, float)
    errors = [
        calibration_error(confidences, (rng.random(len(given)) < given).tolist()) or 0.0
        for _ in range(draws)
    ]
    return float(np.mean(errors))

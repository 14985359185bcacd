"""The interval of a share by Wilson's score."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""Of the normal distribution, for an interval that covers 95 of 100 times."""


def wilson(share: float, size: float, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of a share.

    From E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212.

    Parameters
    ----------
    share
        As observed, 0 to 1.
    size
        Observations that it rests on; of a weighted sample the effective number, which need not
        be whole. With none the interval is from 0 to 1.

    Returns
    -------
    tuple of float
        Both ends, within 0 and 1.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(0.1, 100)]
    [0.0552, 0.1744]
    >>> wilson(0.0, 0)
    (0.0, 1.0)
    """
    if size <= 0:
        return 0.0, 1.0
    spread = z * z / size
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / size + spread / (4 * size))
    # At 0 and 1 rounding would leave the end a hair off.
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    high = 1.0 if share >= 1 else min(1.0, centre + half)
    return low, high

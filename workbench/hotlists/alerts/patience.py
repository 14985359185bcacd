"""How long a failed delivery rests, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Exponential backoff with jitter, so that many deliveries do not come back together.

    Attributes
    ----------
    tries
        Attempts, the first included, before a delivery is dead.
    first_s
        Rest after the first failure, in seconds; each further one doubles it.
    longest_s
        No rest is longer.
    claim_s
        How long a worker that began an attempt may be silent before another takes it over;
        more than any way of sending takes at most.
    """

    tries: int = 10
    first_s: float = 5.0
    longest_s: float = 3600.0
    claim_s: float = 120.0

    def rest(self, failures: int, rng: np.random.Generator) -> timedelta:
        """Return how long to rest after so many failures: half of the backoff up to all of it.

        Examples
        --------
        >>> rng = np.random.default_rng(1)
        >>> [round(Patience().rest(n, rng).total_seconds()) for n in (1, 2, 10)]
        [4, 10, 1465]
        """
        whole_s = min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 60))
        return timedelta(seconds=whole_s * float(rng.uniform(0.5, 1.0)))

"""The probabilities of many reads given their plates, computed together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from workbench.recognition.misreads.channel import (
    Channel,
    Probabilities,
    arcs_of,
    edited,
    log,
    stray_read,
)
from workbench.recognition.misreads.characters import numbers_of
from workbench.recognition.misreads.learning import Pair


def log_likelihoods(channel: Channel, pairs: Sequence[Pair]) -> Probabilities:
    """Return the natural logarithm of each read given its plate, strays counted in.

    Parameters
    ----------
    pairs
        Plates and reads in their normal form.

    Returns
    -------
    numpy.ndarray
        Shape (pairs,).
    """
    scores = np.empty(len(pairs))
    arcs = arcs_of(channel)
    own, stray = log(1 - channel.stray), log(channel.stray)
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, (plate, read) in enumerate(pairs):
        groups[len(plate), len(read)].append(place)
    for (_, length), places in groups.items():
        plates = numbers_of([pairs[place][0] for place in places])
        reads = numbers_of([pairs[place][1] for place in places])
        straight = edited(arcs, plates, reads) + own
        scores[places] = np.logaddexp(straight, stray + stray_read(length))
    return scores

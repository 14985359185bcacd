"""From a network with one output for each place of a text to whole texts with their probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.recognition.base import Reading
from workbench.recognition.ctc import BEAM

_LEAST = 1e-3


def slot_readings(slots: NDArray[np.float64], alphabet: str, pad: str) -> tuple[Reading, ...]:
    """Return the most probable texts of a network that says a character for each place.

    The places are taken as independent of each other, as such a network is trained.

    Parameters
    ----------
    slots
        Places x characters; each row adds up to 1.
    alphabet
        The characters of the columns.
    pad
        The character that stands for none.

    Returns
    -------
    tuple of Reading
        At most `BEAM`, the most probable first, without pads. The empty text is one of them where
        it is likely.

    Examples
    --------
    >>> slots = np.array([[0.9, 0.1, 0.0], [0.0, 1.0, 0.0], [0.0, 0.25, 0.75]])
    >>> [(text, round(each, 3)) for text, each in slot_readings(slots, "AB_", "_")]
    [('AB', 0.675), ('ABB', 0.225), ('BB', 0.075), ('BBB', 0.025)]
    """
    beam: dict[str, float] = {"": 1.0}
    for slot in slots:
        likely = [(alphabet[at], float(slot[at])) for at in np.flatnonzero(slot > _LEAST)]
        grown: dict[str, float] = {}
        for text, before in beam.items():
            for character, probability in likely:
                longer = text if character == pad else text + character
                grown[longer] = grown.get(longer, 0.0) + before * probability
        kept = sorted(grown.items(), key=lambda item: (-item[1], item[0]))[:BEAM]
        beam = dict(kept)
    return tuple(Reading(text, min(1.0, each)) for text, each in beam.items())

"""From a network's probabilities at each step to whole texts with theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.recognition.base import Reading

BEAM = 12
"""Texts followed from step to step; a plate's confusions fit well within."""

_LEAST = 1e-3
_Ends = tuple[float, float]
"""Probability of a text so far, its last step being blank or not."""


def readings(steps: NDArray[np.float64], alphabet: str) -> tuple[Reading, ...]:
    """Return the most probable texts of a network trained with CTC.

    The probability of a text is that of all alignments that give it.

    Parameters
    ----------
    steps
        Steps x (1 + characters); the first column is the blank; each row adds up to 1.
    alphabet
        The characters of the other columns.

    Returns
    -------
    tuple of Reading
        At most `BEAM`, the most probable first. The empty text is one of them where it is likely.

    Examples
    --------
    >>> steps = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.75, 0.25]])
    >>> readings(steps, "AB")
    (Reading(text='AA', probability=0.75), Reading(text='AB', probability=0.25))
    """
    beam: dict[str, _Ends] = {"": (1.0, 0.0)}
    for step in steps:
        likely = [(alphabet[at], float(step[at + 1])) for at in np.flatnonzero(step[1:] > _LEAST)]
        if not likely:  # most steps lie between characters, and no text changes there
            blank = float(step[0])
            beam = {text: (sum(ends) * blank, 0.0) for text, ends in beam.items()}
            continue
        grown = _grown(beam, float(step[0]), dict(likely))
        kept = sorted(grown.items(), key=lambda item: (-sum(item[1]), item[0]))[:BEAM]
        beam = dict(kept)
    return tuple(Reading(text, min(1.0, sum(ends))) for text, ends in beam.items() if sum(ends))


def _grown(beam: dict[str, _Ends], blank: float, likely: dict[str, float]) -> dict[str, _Ends]:
    """Return every text that one more step can give."""
    grown: dict[str, _Ends] = {}

    def add(text: str, in_blank: float, in_character: float) -> None:
        before = grown.get(text, (0.0, 0.0))
        grown[text] = (before[0] + in_blank, before[1] + in_character)

    for text, (in_blank, in_character) in beam.items():
        repeated = likely.get(text[-1], 0.0) if text else 0.0
        add(text, (in_blank + in_character) * blank, in_character * repeated)
        for character, probability in likely.items():
            # The same character twice needs a blank between.
            again = bool(text) and text[-1] == character
            add(
                text + character,
                0.0,
                (in_blank if again else in_blank + in_character) * probability,
            )
    return grown


def pooled(several: list[tuple[Reading, ...]], at_most: int) -> tuple[Reading, ...]:
    """Return the readings of several looks at the same plate as one list.

    A text's probability is its mean over the looks; a look that did not give it counts as 0.

    Examples
    --------
    >>> pooled([(Reading("A1", 0.5), Reading("AI", 0.25)), (Reading("AI", 0.5),)], 5)
    (Reading(text='AI', probability=0.375), Reading(text='A1', probability=0.25))
    """
    total: dict[str, float] = {}
    for look in several:
        for text, probability in look:
            total[text] = total.get(text, 0.0) + probability / len(several)
    order = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reading(text, min(1.0, each)) for text, each in order[:at_most])

"""How probable reads are given plates, for very many pairs at once.

The same edit transducer as in `workbench.recognition.misreads.channel`, summed over all
alignments, but on probabilities instead of logarithms: a text has at most 12 characters, so that
nothing can underflow. Beside the 36 characters a plate may have mixtures: places of which only is
known how probable each character is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp

import numpy as np
from numpy.typing import NDArray

from workbench.hotlists.matching.texts import Numbers, lengths_of
from workbench.recognition.misreads.channel import Channel, stray_read
from workbench.recognition.misreads.characters import CHARACTERS

Probabilities = NDArray[np.float64]

DIGIT, LETTER, ANY = range(len(CHARACTERS), len(CHARACTERS) + 3)
"""Numbers of the first mixtures, behind those of the characters: all of a kind alike."""

KINDS = np.zeros((3, len(CHARACTERS)))
"""The first mixtures; shape (3, 36)."""

for _row, _kind in enumerate((slice(0, 10), slice(10, 36), slice(0, 36))):
    KINDS[_row, _kind] = 1 / len(range(36)[_kind])
KINDS.flags.writeable = False

_READS = len(CHARACTERS)
_TOGETHER = 4096
"""Pairs at once: what they need stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What one step of a channel costs.

    Attributes
    ----------
    written
        Of a character or mixture read as a character, shape (characters and mixtures, 36).
    lost
        Shape (characters and mixtures,).
    gained
        Shape (36,).
    end
        Of gaining nothing more.
    stray
        Of a read that has nothing to do with the plate.
    """

    written: Probabilities
    lost: Probabilities
    gained: Probabilities
    end: float
    stray: float

    @property
    def right(self) -> Probabilities:
        """Of each character read as itself; shape (36,)."""
        return np.diagonal(self.written[:_READS])


def steps_of(channel: Channel, mixtures: Probabilities = KINDS) -> Steps:
    """Return the costs of a channel's steps.

    Parameters
    ----------
    mixtures
        How probable each character is; shape (mixtures, 36).
    """
    on = 1.0 - channel.gained
    return Steps(
        written=np.concatenate([channel.written, mixtures @ channel.written]) * on,
        lost=np.concatenate([channel.lost, mixtures @ channel.lost]) * on,
        gained=channel.gained_as * channel.gained,
        end=on,
        stray=channel.stray,
    )


def likelihoods(steps: Steps, plates: Numbers, reads: Numbers) -> Probabilities:
    """Return the probability of each read given its plate.

    Parameters
    ----------
    plates
        Characters and mixtures, -1 behind the end; shape (pairs, 12).
    reads
        Characters; shape (pairs, 12).

    Returns
    -------
    numpy.ndarray
        Shape (pairs,); over all reads of one plate they add up to 1.
    """
    found = np.empty(len(plates))
    heights, widths = lengths_of(plates), lengths_of(reads)
    sizes = heights * 16 + widths
    order = np.argsort(sizes, kind="stable")
    bounds = np.flatnonzero(np.r_[True, np.diff(sizes[order]) != 0, True][: len(order) + 1])
    for begin, end in pairwise(bounds.tolist()):
        height, width = int(heights[order[begin]]), int(widths[order[begin]])
        stray = steps.stray * exp(stray_read(width))
        for start in range(begin, end, _TOGETHER):
            some = order[start : min(start + _TOGETHER, end)]
            edited = _edited(steps, plates[some, :height], reads[some, :width])
            found[some] = (1 - steps.stray) * edited + stray
    return found


def _edited(steps: Steps, plates: Numbers, reads: Numbers) -> Probabilities:
    """Return the sum over all alignments of pairs of one size."""
    height, width = plates.shape[1], reads.shape[1]
    read = reads.T.astype(np.int64)
    gained = steps.gained[read]
    flat = steps.written.ravel()
    here = [np.ones(len(plates))]
    for column in range(width):
        here.append(here[-1] * gained[column])
    for row in range(height):
        plate = plates[:, row].astype(np.int64)
        written = flat[plate * _READS + read]
        lost = steps.lost[plate]
        before, here = here, [here[0] * lost]
        for column in range(width):
            into = before[column + 1] * lost
            into += here[column] * gained[column]
            into += before[column] * written[column]
            here.append(into)
    last: Probabilities = here[-1] * steps.end
    return last

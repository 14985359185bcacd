"""How a plate becomes a read: a memoryless edit transducer, and exact sums over its alignments.

Before each character of the plate and at its end, characters may be gained; each character is
then written, rightly or wrongly, or lost. The probabilities of everything that can be read of one
plate add up to 1. This is the conditional form of the stochastic transducer of Ristad and
Yianilos, "Learning string-edit distance", IEEE Transactions on Pattern Analysis and Machine
Intelligence 20(5), 1998, 522-532. A share of reads has nothing to do with the plate (a state's
name, a sticker); these are a component of their own and spoil no confusions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.errors import MisreadModelError
from workbench.recognition.misreads.characters import CHARACTERS, Numbers

Probabilities = NDArray[np.float64]

_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """The probabilities by which a plate becomes a read.

    Attributes
    ----------
    written
        Of reading the second character where the first stands, shape (36, 36).
    lost
        Of reading nothing where a character stands, shape (36,).
    gained
        Of one more character that is not there, before each character and at the end.
    gained_as
        Which character it then is, shape (36,).
    stray
        Of a read that has nothing to do with the plate; all texts of a length are then equally
        probable, and so are the lengths 1 to 12.

    Raises
    ------
    MisreadModelError
        If a number is outside 0 to 1, or what must add up to 1 does not.
    """

    written: Probabilities
    lost: Probabilities
    gained: float
    gained_as: Probabilities
    stray: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution, and close the arrays to changes."""
        count = len(CHARACTERS)
        shapes = (self.written.shape, self.lost.shape, self.gained_as.shape)
        if shapes != ((count, count), (count,), (count,)):
            raise _wrong("shapes", shapes)
        for array in (self.written, self.lost, self.gained_as):
            if not (np.isfinite(array).all() and array.min() >= 0):
                raise _wrong("a probability", float(array.min()))
            array.flags.writeable = False
        if not (0 <= self.gained < 1 and 0 <= self.stray < 1):
            raise _wrong("gained or stray", (self.gained, self.stray))
        rows = self.written.sum(axis=1) + self.lost
        if abs(rows - 1).max() > _TOLERANCE or abs(self.gained_as.sum() - 1) > _TOLERANCE:
            raise _wrong("a sum", float(rows[abs(rows - 1).argmax()]))


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Logarithms of what one step of the transducer costs; see `arcs_of`.

    Attributes
    ----------
    written
        Shape (plate's characters, read's characters); going on to the next gap is in it.
    lost
        Shape (plate's characters,); the same.
    gained
        Shape (read's characters,).
    end
        Of gaining nothing more behind the last character.
    """

    written: Probabilities
    lost: Probabilities
    gained: Probabilities
    end: float


def arcs_of(channel: Channel) -> Arcs:
    """Return the costs of a channel's steps."""
    return _arcs(channel.written, channel.lost, channel.gained_as, channel.gained)


def arcs_of_any_plate(channel: Channel) -> Arcs:
    """Return the costs where every character of the plate is unknown and equally probable.

    There is one character of plates then, number 0.
    """
    written = channel.written.mean(axis=0, keepdims=True)
    return _arcs(written, channel.lost.mean(keepdims=True), channel.gained_as, channel.gained)


def arcs_of_any_read(channel: Channel) -> Arcs:
    """Return the costs where only the number of characters in the read counts.

    There is one character of reads then, number 0.
    """
    written = channel.written.sum(axis=1, keepdims=True)
    return _arcs(written, channel.lost, np.ones(1), channel.gained)


def forward(arcs: Arcs, plates: Numbers, reads: Numbers) -> Probabilities:
    """Return the logarithms of every prefix of a read given every prefix of its plate.

    Parameters
    ----------
    plates, reads
        Shapes (pairs, plate's length) and (pairs, read's length).

    Returns
    -------
    numpy.ndarray
        Shape (plate's length + 1, read's length + 1, pairs). The last one and `Arcs.end` together
        are the pair's.
    """
    height, width = plates.shape[1] + 1, reads.shape[1] + 1
    table = np.full((height, width, len(plates)), -np.inf)
    table[0, 0] = 0.0
    for row in range(height):
        for column in range(width):
            here = table[row, column]
            if column:
                gained = arcs.gained[reads[:, column - 1]]
                np.logaddexp(here, table[row, column - 1] + gained, out=here)
            if row:
                lost = arcs.lost[plates[:, row - 1]]
                np.logaddexp(here, table[row - 1, column] + lost, out=here)
            if row and column:
                written = arcs.written[plates[:, row - 1], reads[:, column - 1]]
                np.logaddexp(here, table[row - 1, column - 1] + written, out=here)
    return table


def backward(arcs: Arcs, plates: Numbers, reads: Numbers) -> Probabilities:
    """Return the logarithms of every rest of a read given every rest of its plate.

    Returns
    -------
    numpy.ndarray
        As `forward`; the first one is the pair's, the end included.
    """
    height, width = plates.shape[1] + 1, reads.shape[1] + 1
    table = np.full((height, width, len(plates)), -np.inf)
    table[-1, -1] = arcs.end
    for row in reversed(range(height)):
        for column in reversed(range(width)):
            here = table[row, column]
            if column + 1 < width:
                gained = arcs.gained[reads[:, column]]
                np.logaddexp(here, table[row, column + 1] + gained, out=here)
            if row + 1 < height:
                lost = arcs.lost[plates[:, row]]
                np.logaddexp(here, table[row + 1, column] + lost, out=here)
            if row + 1 < height and column + 1 < width:
                written = arcs.written[plates[:, row], reads[:, column]]
                np.logaddexp(here, table[row + 1, column + 1] + written, out=here)
    return table


def edited(arcs: Arcs, plates: Numbers, reads: Numbers) -> Probabilities:
    """Return the logarithm of each read given its plate, strays left out; shape (pairs,)."""
    last: Probabilities = forward(arcs, plates, reads)[-1, -1] + arcs.end
    return last


def stray_read(length: int) -> float:
    """Return the logarithm of one read of that length among those that are strays.

    Examples
    --------
    >>> round(sum(36**length * math.exp(stray_read(length)) for length in range(1, 13)), 9)
    1.0
    """
    if not 1 <= length <= MAX_PLATE_CHARACTERS:
        return -math.inf
    return -math.log(MAX_PLATE_CHARACTERS) - length * math.log(len(CHARACTERS))


def log(values: Probabilities | float) -> Probabilities:
    """Return logarithms; that of 0 is minus infinity and no warning."""
    with np.errstate(divide="ignore"):
        logarithms: Probabilities = np.log(values)
    return logarithms


def _arcs(
    written: Probabilities, lost: Probabilities, gained_as: Probabilities, gained: float
) -> Arcs:
    on = float(log(1.0 - gained))
    return Arcs(log(written) + on, log(lost) + on, log(gained_as) + log(gained), on)


def _wrong(what: str, given: object) -> MisreadModelError:
    return MisreadModelError(
        f"The probabilities of a misread model are wrong: {what}",
        given=given,
        allowed="0 to 1; each character's row, with its loss, adds up to 1",
    )

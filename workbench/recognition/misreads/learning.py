"""Learns a channel from pairs of plate and read, by expectation-maximisation.

Every alignment of a pair counts with its probability (forward-backward), so no tie has to be
broken. It goes in two steps, and each never lowers its objective: first a few shared numbers
(right, look-alike, other, lost, gained), then a row for each character with the shared numbers as
its Dirichlet prior. So a small set gives no zeros, and a large one its own opinion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.errors import MisreadModelError
from workbench.recognition.misreads.channel import (
    Channel,
    Probabilities,
    arcs_of,
    backward,
    forward,
    log,
    stray_read,
)
from workbench.recognition.misreads.characters import CHARACTERS, Numbers, alike, numbers_of

Pair = tuple[str, str]
"""A plate as it is, and what was read; both in the normal form."""

_COUNT = len(CHARACTERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed before the first pair, counted in characters seen.

    Attributes
    ----------
    row
        Weight of the shared numbers in each character's own row.
    shared
        Weight of each of the shared numbers, so that none is zero.
    lengths_change
        ``False`` knows substitutions only; for comparing.
    """

    row: float = 40.0
    shared: float = 0.5
    lengths_change: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How often each step was expected to be taken, over all alignments of all pairs.

    Attributes
    ----------
    written, lost, gained
        By character, shapes (36, 36), (36,) and (36,).
    stops
        Gaps at which nothing more was gained.
    stray
        Reads that had nothing to do with their plate.
    pairs
        How many there were.
    log_likelihood
        Natural logarithm of the probability of all reads given their plates.
    """

    written: Probabilities
    lost: Probabilities
    gained: Probabilities
    stops: float
    stray: float
    pairs: int
    log_likelihood: float


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A channel, what it was counted from, and the way there.

    Attributes
    ----------
    objectives
        Of each step's rounds: log-likelihood and logarithm of the prior together.
    """

    channel: Channel
    counts: Counts
    objectives: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(slots=True)
class _Group:
    """Pairs of the same two lengths."""

    plates: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)


def learn(pairs: Sequence[Pair], prior: Prior | None = None, *, most_rounds: int = 200) -> Learned:
    """Return the channel under which pairs are most probable, with the prior.

    Parameters
    ----------
    pairs
        Right and wrong reads alike; without the right ones every number would be wrong.
    most_rounds
        Bound of each step.

    Raises
    ------
    MisreadModelError
        If there is no pair, or one without text.

    Examples
    --------
    >>> learned = learn([("8ABC123", "BABC123"), ("7XYZ789", "7XYZ789"), ("6GHI456", "6GHI456")])
    >>> eight, b = CHARACTERS.index("8"), CHARACTERS.index("B")
    >>> bool(learned.channel.written[eight, b] > learned.channel.written[b, eight])
    True
    """
    if not pairs or not all(plate and read for plate, read in pairs):
        raise MisreadModelError(
            "There is nothing to learn from",
            given="a pair without text" if pairs else "no pair",
            allowed="plates and what was read of them; a plate that was not read teaches nothing",
        )
    prior = prior or Prior()
    groups = _groups(pairs)
    start = _shared_channel((0.94, 0.02, 0.02, 0.02), 0.002, 0.01)
    if not prior.lengths_change:
        start = _same_length(start)
    shared, first = _climb(groups, start, _Shared(prior), most_rounds)
    rows, second = _climb(groups, shared, _Rows(prior, shared), most_rounds)
    return Learned(rows, expected(groups, rows), (first, second))


def expected(groups: Sequence[tuple[Numbers, Numbers]], channel: Channel) -> Counts:
    """Return how often each step of a channel is expected in pairs (the E-step).

    Parameters
    ----------
    groups
        Plates and reads as numbers, each group of one length of plates and one of reads.
    """
    written, lost, gained = np.zeros((_COUNT, _COUNT)), np.zeros(_COUNT), np.zeros(_COUNT)
    stops = stray = total = 0.0
    arcs = arcs_of(channel)
    for plates, reads in groups:
        before, after = forward(arcs, plates, reads), backward(arcs, plates, reads)
        edited = after[0, 0] + log(1 - channel.stray)
        whole = np.logaddexp(edited, log(channel.stray) + stray_read(reads.shape[1]))
        own = np.exp(edited - whole)
        total += float(whole.sum())
        stray += float((1 - own).sum())
        stops += float(own.sum()) * (plates.shape[1] + 1)
        scale = log(1 - channel.stray) - whole
        for row in range(plates.shape[1] + 1):
            for column in range(reads.shape[1] + 1):
                here = before[row, column] + scale
                plate = plates[:, row] if row < plates.shape[1] else None
                read = reads[:, column] if column < reads.shape[1] else None
                if read is not None:
                    on = here + arcs.gained[read] + after[row, column + 1]
                    np.add.at(gained, read, np.exp(on))
                if plate is not None:
                    on = here + arcs.lost[plate] + after[row + 1, column]
                    np.add.at(lost, plate, np.exp(on))
                if plate is not None and read is not None:
                    on = here + arcs.written[plate, read] + after[row + 1, column + 1]
                    np.add.at(written, (plate, read), np.exp(on))
    count = sum(len(plates) for plates, _ in groups)
    return Counts(written, lost, gained, stops, stray, count, total)


def _groups(pairs: Sequence[Pair]) -> list[tuple[Numbers, Numbers]]:
    groups: dict[tuple[int, int], _Group] = defaultdict(_Group)
    for plate, read in pairs:
        group = groups[len(plate), len(read)]
        group.plates.append(plate)
        group.reads.append(read)
    return [(numbers_of(each.plates), numbers_of(each.reads)) for each in groups.values()]


class _Shared:
    """The first step: four numbers for all characters, one for gaps and one for strays."""

    def __init__(self, prior: Prior) -> None:
        self._prior = prior
        self._alike = alike()

    def best(self, counts: Counts) -> Channel:
        """Return the channel that these counts make most probable (the M-step)."""
        weight = self._prior.shared
        same = np.trace(counts.written)
        alikes = counts.written[self._alike].sum()
        other = counts.written.sum() - same - alikes
        kinds = np.array([same, alikes, other, counts.lost.sum()]) + weight
        kinds /= kinds.sum()
        channel = _shared_channel(kinds, _gained(counts, weight), _stray(counts, weight))
        return channel if self._prior.lengths_change else _same_length(channel)

    def log_prior(self, channel: Channel) -> float:
        """Return the prior's logarithm, but for a constant."""
        kinds = np.array([
            channel.written[0, 0],
            channel.written[0][self._alike[0]].sum(),
            1 - channel.written[0, 0] - channel.written[0][self._alike[0]].sum() - channel.lost[0],
            channel.lost[0],
        ])  # fmt: skip
        odds = _of_odds(channel, self._prior)
        kinds = kinds if self._prior.lengths_change else kinds[:3]
        return float(self._prior.shared * log(kinds).sum() + odds)


class _Rows:
    """The second step: a row for each character, drawn to the shared numbers."""

    def __init__(self, prior: Prior, shared: Channel) -> None:
        self._prior = prior
        self._written = prior.row * shared.written
        self._lost = prior.row * shared.lost
        self._gained_as = prior.row * shared.gained_as

    def best(self, counts: Counts) -> Channel:
        """Return the channel that these counts make most probable (the M-step)."""
        written, lost = counts.written + self._written, counts.lost + self._lost
        rows = written.sum(axis=1) + lost
        gained = counts.gained + self._gained_as
        return Channel(
            written=written / rows[:, None],
            lost=lost / rows,
            gained=_gained(counts, self._prior.shared) if self._prior.lengths_change else 0.0,
            gained_as=gained / gained.sum(),
            stray=_stray(counts, self._prior.shared),
        )

    def log_prior(self, channel: Channel) -> float:
        """Return the prior's logarithm, but for a constant."""
        weights = (self._written, self._lost, self._gained_as)
        values = (channel.written, channel.lost, channel.gained_as)
        rows = sum(
            float((weight[weight > 0] * log(value[weight > 0])).sum())
            for weight, value in zip(weights, values, strict=True)
        )
        return rows + _of_odds(channel, self._prior)


def _climb(
    groups: Sequence[tuple[Numbers, Numbers]],
    channel: Channel,
    step: _Shared | _Rows,
    most_rounds: int,
) -> tuple[Channel, tuple[float, ...]]:
    """Repeat E-step and M-step until the objective stands still."""
    objectives: list[float] = []
    for _ in range(most_rounds):
        counts = expected(groups, channel)
        objectives.append(counts.log_likelihood + step.log_prior(channel))
        if len(objectives) > 1 and objectives[-1] - objectives[-2] < 1e-7 * abs(objectives[-1]):
            break
        channel = step.best(counts)
    return channel, tuple(objectives)


def _shared_channel(kinds: Sequence[float] | Probabilities, gained: float, stray: float) -> Channel:
    same, looks, other, lost = kinds
    known = alike()
    neighbours = known.sum(axis=1, keepdims=True)
    written = np.where(known, looks / neighbours, other / (_COUNT - 1 - neighbours))
    np.fill_diagonal(written, same)
    return Channel(
        written=written,
        lost=np.full(_COUNT, float(lost)),
        gained=gained,
        gained_as=np.full(_COUNT, 1 / _COUNT),
        stray=stray,
    )


def _same_length(channel: Channel) -> Channel:
    rows = channel.written.sum(axis=1, keepdims=True)
    return Channel(channel.written / rows, np.zeros(_COUNT), 0.0, channel.gained_as, channel.stray)


def _gained(counts: Counts, weight: float) -> float:
    gained = float(counts.gained.sum()) + weight
    return gained / (gained + counts.stops + weight * MAX_PLATE_CHARACTERS)


def _stray(counts: Counts, weight: float) -> float:
    return (counts.stray + weight) / (counts.pairs + weight * MAX_PLATE_CHARACTERS)


def _of_odds(channel: Channel, prior: Prior) -> float:
    against = prior.shared * (MAX_PLATE_CHARACTERS - 1)
    total = prior.shared * log(channel.stray) + against * log(1 - channel.stray)
    if prior.lengths_change:
        stop = prior.shared * MAX_PLATE_CHARACTERS
        total += prior.shared * log(channel.gained) + stop * log(1 - channel.gained)
    return float(total)

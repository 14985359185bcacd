"""How well a misread model explains reads that it was not learned from, beside simpler ways."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.recognition.misreads.channel import Channel, Probabilities
from workbench.recognition.misreads.learning import Learned, Pair, Prior, learn
from workbench.recognition.misreads.near import edit_distance
from workbench.recognition.misreads.scoring import log_likelihoods

Score = Callable[[str, Sequence[str]], Probabilities]
"""Gives, for a read, the score of each plate; the higher the likelier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one way of comparing reads with plates did on wrong reads that it had not seen.

    Attributes
    ----------
    way
        Its name.
    misreads
        Wrong reads that were asked about.
    log_likelihood
        Natural logarithm of a read's probability given its plate, the mean over right and wrong
        reads; ``None`` for a way without probabilities.
    first, first_5
        Share of wrong reads whose plate came first, or among the first five.
    mean_reciprocal_rank
        1 where the plate always came first.
    """

    way: str
    misreads: int
    log_likelihood: float | None
    first: float
    first_5: float
    mean_reciprocal_rank: float


def halves(pairs: Sequence[Pair], rng: np.random.Generator) -> tuple[list[Pair], list[Pair]]:
    """Return pairs shuffled and cut in two.

    Examples
    --------
    >>> first, second = halves([("A", "A"), ("B", "B"), ("C", "C")], np.random.default_rng(1))
    >>> len(first), len(second)
    (1, 2)
    """
    order = rng.permutation(len(pairs))
    shuffled = [pairs[place] for place in order]
    return shuffled[: len(pairs) // 2], shuffled[len(pairs) // 2 :]


def compare(
    learned_from: Sequence[Pair], asked: Sequence[Pair], population: Collection[str]
) -> list[Standing]:
    """Return how the misread model, substitutions alone and edit distance do on unseen reads.

    Parameters
    ----------
    asked
        Right and wrong reads; wrong ones are looked up in the population.
    population
        Plates that might have been read, the true ones among them or not (they are added).

    Returns
    -------
    list of Standing
        The full model, the one without length changes, plain edit distance. Plates that score
        alike share the mean of their ranks.

    Raises
    ------
    MisreadModelError
        If there is nothing to learn from.
    """
    plates = sorted({*population, *(plate for plate, _ in asked)})
    full = learn(learned_from)
    same = learn(learned_from, Prior(lengths_change=False))
    return [
        _standing("misread model", asked, plates, _by_channel(full.channel), full),
        _standing("substitutions only", asked, plates, _by_channel(same.channel), same),
        _standing("edit distance", asked, plates, _by_distance, None),
    ]


def _standing(
    way: str, asked: Sequence[Pair], plates: Sequence[str], score: Score, learned: Learned | None
) -> Standing:
    wrong = [(plate, read) for plate, read in asked if plate != read]
    ranks = np.array([_rank(plate, score(read, plates), plates) for plate, read in wrong])
    mean = None
    if learned:
        mean = float(np.mean([score(read, [plate])[0] for plate, read in asked]))
    return Standing(
        way=way,
        misreads=len(wrong),
        log_likelihood=mean,
        first=float((ranks <= 1).mean()) if wrong else 0.0,
        first_5=float((ranks <= 5).mean()) if wrong else 0.0,
        mean_reciprocal_rank=float((1 / ranks).mean()) if wrong else 0.0,
    )


def _rank(plate: str, scores: Probabilities, plates: Sequence[str]) -> float:
    own = scores[plates.index(plate)]
    better, alike = int((scores > own).sum()), int((scores == own).sum())
    return better + (alike + 1) / 2


def _by_distance(read: str, plates: Sequence[str]) -> Probabilities:
    return -np.array([edit_distance(read, plate) for plate in plates], dtype=np.float64)


def _by_channel(channel: Channel) -> Score:
    return lambda read, plates: log_likelihoods(channel, [(plate, read) for plate in plates])

r"""How likely a read's plate truly is a listed one.

Before the read, a listed plate :math:`l` is as probable as

.. math:: \pi(l) = b / \max(n, n_b)

with the base rate :math:`b` of the policy and :math:`n` listed plates (not fewer than
:math:`n_b`, the size of list that the base rate speaks of). Every other plate :math:`t` shares
the rest by its form,

.. math:: \pi(t) = (1 - \textstyle\sum_l \pi(l)) \, p(t) / (1 - \textstyle\sum_l p(l))

with :math:`p` as `Population` has it.

The engine's reading is not certain: it gives texts :math:`c_i` with weights
:math:`\lambda_i`. That is virtual evidence (J. Pearl, Probabilistic Reasoning in Intelligent
Systems, 1988, section 2.2.2): each plate is as likely as

.. math:: L(t) = \sum_i \lambda_i \, P(c_i \mid t)

where :math:`P` is the engine's misread model, and by Bayes's theorem

.. math:: P(l \mid \text{read}) = \frac{\pi(l) \, r(l) \, L(l)}
    {\sum_{l'} \pi(l') \, r(l') \, L(l') + \sum_{t \text{ not listed}} \pi(t) \, L(t)} .

:math:`r` is 1, or the share of wrong states where read and list both name one and these differ.
Then the same text is also another state's plate, which is not listed. The sum over plates that
are not listed is exact, form by form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.hotlists.matching.assumptions import Assumptions
from workbench.hotlists.matching.likelihood import Probabilities, Steps, likelihoods
from workbench.hotlists.matching.population import Population, summed
from workbench.hotlists.matching.regions import differ, normal_region
from workbench.hotlists.matching.texts import Numbers, numbers_of
from workbench.recognition.misreads.near import within_one_edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What is believed before a read.

    Attributes
    ----------
    base
        Share of reads that truly are of listed plates.
    listed
        How many different plates are listed.
    listed_share
        How probable the listed plates would be together if none were listed.
    """

    base: float
    listed: int
    assumed: Assumptions
    listed_share: float = 0.0

    @property
    def of_listed(self) -> float:
        """How probable one listed plate is."""
        return self.base / max(self.listed, self.assumed.base_plates)

    @property
    def of_others(self) -> float:
        """By what a plate that is not listed is more or less probable than by its form."""
        return (1 - self.of_listed * self.listed) / (1 - self.listed_share)


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed plate: a text, of one state or of one that the list does not say."""

    text: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Rival:
    """Another reading, and how likely it is."""

    text: str
    posterior: float


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What one read may be of.

    Attributes
    ----------
    listed
        How likely each listed plate is; with the others, at most 1 together.
    """

    texts: tuple[str, ...]
    weights: Probabilities
    region: str | None
    listed: dict[Listed, float]
    total: float

    @property
    def listed_texts(self) -> set[str]:
        """The texts of the listed plates."""
        return {each.text for each in self.listed}

    def is_elsewhere(self, text: str) -> bool:
        """Return whether the read's state has a plate of this text that is not listed."""
        states = [each.region for each in self.listed if each.text == text]
        return all(differ(self.region, state) for state in states)

    def of(self, text: str, region: str | None) -> float:
        """Return how likely a listed plate is; without its state, that of all states' together."""
        state = normal_region(region)
        if state is not None:
            return self.listed.get(Listed(text, state), 0.0)
        return min(1.0, sum(share for each, share in self.listed.items() if each.text == text))


class Weigher:
    """Weighs reads of one engine.

    Parameters
    ----------
    steps
        The engine's misread model.
    population, rates
        What is believed before a read.
    """

    def __init__(self, steps: Steps, population: Population, rates: Rates) -> None:
        self._steps = steps
        self._population = population
        self._rates = rates

    def weigh(
        self,
        texts: Sequence[str],
        weights: Probabilities,
        region: str | None,
        listed: Sequence[Listed],
        unlisted: Probabilities | None = None,
    ) -> Weighed:
        """Return how likely each of the listed plates is that one read may be of.

        Parameters
        ----------
        texts, weights
            What the read may stand for; plain texts, the read itself first.
        region
            The read's state or country, as it was said.
        listed
            Listed plates near these texts, with states in the normal spelling.
        unlisted
            `unlisted` of the texts, where it is known already.
        """
        reads = numbers_of(texts)
        if unlisted is None:
            unlisted = self.unlisted(reads)
        rates = self._rates
        found = {
            text: place for place, text in enumerate(dict.fromkeys(each.text for each in listed))
        }
        plates = numbers_of(list(found))
        fits = self._fits(reads, weights, plates)
        shares = rates.of_others * self._population.of_texts(plates) * fits
        others = rates.of_others * float(weights @ unlisted)
        for text, place in found.items():
            states = [each.region for each in listed if each.text == text]
            if not all(differ(region, state) for state in states):  # else it is there as well
                others -= float(shares[place])
        scores = {
            each: rates.of_listed
            * (rates.assumed.region_wrong if differ(region, each.region) else 1.0)
            * float(fits[found[each.text]])
            for each in listed
        }
        total = sum(scores.values()) + max(others, 0.0)
        likely = {each: score / total if total else 0.0 for each, score in scores.items()}
        return Weighed(tuple(texts), weights, region, likely, total)

    def unlisted(self, reads: Numbers) -> Probabilities:
        """Return how probable each of many texts is as a read of whatever plate there is."""
        return self._population.of_reads(self._steps, reads)

    def rival(
        self, weighed: Weighed, meant: Callable[[str], bool], region: str | None
    ) -> Rival | None:
        """Return the best other reading than what an entry means.

        Tried are the other listed plates near the read, the texts of the read, everything within
        one edit of it, and the same plate of another state.

        Parameters
        ----------
        meant
            Whether a text is what the entry means.
        region
            The entry's.

        Returns
        -------
        Rival or None
            With the state behind the text where the same plate of another state is meant.
        """
        state = normal_region(region)
        rivals = [
            Rival(_label(each, meant), share)
            for each, share in weighed.listed.items()
            if not meant(each.text) or (state and each.region and each.region != state)
        ]
        elsewhere = {text for text in weighed.listed_texts if weighed.is_elsewhere(text)}
        near = {*weighed.texts, *within_one_edit(weighed.texts[0])}
        pool = sorted({text for text in near if not meant(text)} - weighed.listed_texts | elsewhere)
        if pool and weighed.total:
            plates = numbers_of(pool)
            fits = self._fits(numbers_of(weighed.texts), weighed.weights, plates)
            scores = self._rates.of_others * self._population.of_texts(plates) * fits
            best = int(np.argmax(scores))
            same = Listed(pool[best], normal_region(weighed.region))
            text = _label(same, meant) if same.text in elsewhere else same.text
            rivals.append(Rival(text, min(1.0, float(scores[best]) / weighed.total)))
        return max(rivals, key=lambda each: each.posterior, default=None)

    def fitting(self, weighed: Weighed, patterns: Numbers, listed: Sequence[Listed]) -> float:
        """Return how likely it is that the plate truly fits a pattern of a list.

        Every plate that fits is meant by such an entry, listed by itself or not. Where the known
        characters may stand in several ways in the read, the likeliest way counts alone: less
        than all together, but a plate that fits two ways is not counted twice.

        Parameters
        ----------
        patterns
            Ways in which the pattern's known characters stand in a text of the read, `ANY` for
            the others.
        listed
            Those of ``weighed.listed`` that fit too.
        """
        if not weighed.total:
            return 0.0
        reads = numbers_of(weighed.texts)
        ways = [self._population.fitting(pattern) for pattern in patterns]
        fits = [
            float(weighed.weights @ summed(self._steps, reads, plates, shares))
            for plates, shares in ways
            if len(plates)
        ]
        numbers = numbers_of(sorted({each.text for each in listed}))
        both = self._fits(reads, weighed.weights, numbers)
        alone = max(fits, default=0.0) - float(self._population.of_texts(numbers) @ both)
        others = self._rates.of_others * max(alone, 0.0) / weighed.total
        return min(1.0, others + sum(weighed.listed[each] for each in listed))

    def _fits(self, reads: Numbers, weights: Probabilities, plates: Numbers) -> Probabilities:
        """Return the likelihood of each plate, summed over the texts of a read."""
        both = (len(plates), len(reads))
        scores = likelihoods(
            self._steps, np.repeat(plates, both[1], axis=0), np.tile(reads, (both[0], 1))
        )
        total: Probabilities = scores.reshape(both) @ weights
        return total


def _label(plate: Listed, meant: Callable[[str], bool]) -> str:
    """Return a plate's text, with its state where the text alone would be the entry's own."""
    return f"{plate.text} {plate.region or ''}".strip() if meant(plate.text) else plate.text

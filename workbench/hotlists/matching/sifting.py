"""Which of many reads may be of a listed plate at all; the few that may are weighed afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from workbench.hotlists.matching.index import HotIndex
from workbench.hotlists.matching.likelihood import Probabilities, Steps, likelihoods
from workbench.hotlists.matching.lookup import spread
from workbench.hotlists.matching.population import Population
from workbench.hotlists.matching.reads import Evidence
from workbench.hotlists.matching.texts import (
    Codes,
    Places,
    codes_of,
    is_plain,
    numbers_of,
    numbers_of_codes,
)
from workbench.hotlists.matching.weighing import Rates

_MARGIN = 0.5
"""Of the threshold: the bound that reads are sifted by leaves small things out."""

_NEGLIGIBLE = 1e-4
"""Beside the read itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """What reads are sifted by.

    Attributes
    ----------
    least
        Nothing that is less likely has to be found.
    """

    index: HotIndex
    population: Population
    rates: Rates
    least: float

    def sifted(self, steps: Steps, evidence: Evidence) -> dict[int, list[int]]:
        """Return the codes of listed plates that reads may be of, by the read.

        A read is left out if even beside the read itself, right and of a plate that is not
        listed, each listed plate is less likely than has to be found.
        """
        plain = np.array(
            [place for place, text in enumerate(evidence.texts) if is_plain(text)], dtype=np.int64
        )
        numbers = numbers_of([evidence.texts[place] for place in plain])
        places, codes = self.index.near(numbers)
        scores = likelihoods(steps, numbers_of_codes(codes), numbers[places])
        at = np.full(len(evidence.texts), -1, dtype=np.int64)
        at[plain] = np.arange(len(plain))
        reads, listed, weights = _together(evidence, at, places, codes, scores)
        own, own_code = self._own(steps, evidence, at, numbers)
        likely = self.rates.of_listed * weights
        likely = likely / (likely + own[reads])
        same = listed == own_code[reads]
        some = np.unique(reads[same | (likely >= _MARGIN * self.least)])
        kept = np.isin(reads, some) & (same | (likely >= _NEGLIGIBLE))
        found: dict[int, list[int]] = defaultdict(list)
        for read, code in zip(reads[kept].tolist(), listed[kept].tolist(), strict=True):
            found[read].append(code)
        return found

    def _own(
        self, steps: Steps, evidence: Evidence, at: Places, numbers: np.ndarray
    ) -> tuple[Probabilities, Codes]:
        """Return how likely each read is right and of a plate that is not listed; at least."""
        text = at[evidence.own]
        right = (
            (1 - steps.stray) * steps.end * steps.right[numbers].prod(axis=1, where=numbers >= 0)
        )
        codes = codes_of(numbers)
        prior = self.rates.of_others * self.population.of_texts(numbers)
        listed, _ = self.index.exact(numbers)
        # A plate that is listed too may be another state's, or not be looked for any more.
        wrong = self.rates.of_listed * self.rates.assumed.region_wrong
        prior[listed] = np.minimum(prior[listed], wrong)
        own = np.append(prior * right, 0.0)[text] * evidence.weights[evidence.firsts[:-1]]
        return own, np.append(codes, np.uint64(0))[text]


def _together(
    evidence: Evidence, at: Places, places: Places, codes: Codes, scores: Probabilities
) -> tuple[Places, Codes, Probabilities]:
    """Return reads, listed plates near one of their texts, and the likelihood of each."""
    text = at[evidence.text]
    who, which = spread(np.searchsorted(places, text), np.searchsorted(places, text, side="right"))
    names, number = np.unique(codes, return_inverse=True)
    pairs = evidence.reads[who] * len(names) + number[which]
    each, same = np.unique(pairs, return_inverse=True)
    each_score = evidence.weights[who] * scores[which]
    weights = np.bincount(same, each_score, minlength=len(each)).astype(np.float64)
    if not len(each):
        return each, names, weights
    return each // len(names), names[each % len(names)], weights

"""How probable a plate is before anything was read: the plates that there are, by their form.

Which texts are on the road is not known, but what they look like is: the lists are a sample of
real plates. A plate of a form has each of its characters as often as the listed plates of that
form have it at that place, independently of the others: so a series that has just begun, or a
letter that is never given out, counts for what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.assumptions import Assumptions
from workbench.hotlists.matching.forms import Counted, are_letters, form_named, forms_of
from workbench.hotlists.matching.likelihood import (
    ANY,
    DIGIT,
    KINDS,
    LETTER,
    Probabilities,
    Steps,
    likelihoods,
)
from workbench.hotlists.matching.texts import Numbers, lengths_of
from workbench.recognition.misreads.characters import CHARACTERS
from workbench.recognition.plate_formats import FORMS

_FORMS_KEPT = 60
_COUNT = len(CHARACTERS)
_PLACES = np.arange(MAX_PLATE_CHARACTERS)


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The plates that there are.

    Attributes
    ----------
    places
        The known forms, by their number in `forms_of`.
    plates
        Each form as a plate of mixtures, -1 behind the end; shape (forms, 12). The last twelve
        have any character anywhere, and 1 to 12 of them.
    shares
        How probable each form is; together 1.
    mixtures
        How probable each character is, for `steps_of`; shape (mixtures, 36).
    """

    places: Mapping[int, int]
    plates: Numbers
    shares: Probabilities
    mixtures: Probabilities

    @classmethod
    def of(
        cls, counts: Mapping[int, Counted], assumed: Assumptions, home: str | None = None
    ) -> Self:
        """Return the population of which plates are a sample.

        Parameters
        ----------
        counts
            The listed plates.
        home
            The department's own state, as in `FORMS`; without it, all count alike.
        """
        weights = _weights(counts, assumed, home)
        kept = sorted(weights, key=lambda form: -weights[form])[:_FORMS_KEPT]
        mixtures = [KINDS]
        plates = []
        for form in kept:
            letters = are_letters(form)
            first = _COUNT + sum(map(len, mixtures))
            row = np.full(MAX_PLATE_CHARACTERS, -1, dtype=np.int16)
            row[: len(letters)] = first + np.arange(len(letters))
            plates.append(row)
            mixtures.append(_characters(form, counts.get(form), assumed.characters_weight))
        plates += [np.where(place >= _PLACES, ANY, -1).astype(np.int16) for place in _PLACES]
        lengths = np.full(MAX_PLATE_CHARACTERS, 0.001)
        for form, weight in weights.items():
            lengths[len(are_letters(form)) - 1] += weight
        known = (1 - assumed.odd) * np.array([weights[form] for form in kept])
        odd = (1 - known.sum()) * lengths / lengths.sum()
        return cls(
            places={form: place for place, form in enumerate(kept)},
            plates=np.array(plates),
            shares=np.concatenate([known, odd]),
            mixtures=np.concatenate(mixtures),
        )

    def of_texts(self, texts: Numbers) -> Probabilities:
        """Return how probable each of many texts is; all texts together have 1."""
        lengths = lengths_of(texts)
        odd = self.shares[lengths - 1 - MAX_PLATE_CHARACTERS] * float(_COUNT) ** -lengths
        forms, each = np.unique(forms_of(texts), return_inverse=True)
        form = np.array([self.places.get(one, -1) for one in forms.tolist()], np.int64)[each]
        known = np.flatnonzero(form >= 0)
        if len(known):
            rows = form[known]
            odd[known] += self.shares[rows] * self._characters(self.plates[rows], texts[known])
        found: Probabilities = odd
        return found

    def of_reads(self, steps: Steps, reads: Numbers) -> Probabilities:
        """Return how probable each of many reads is, whatever plate was there.

        Exact: the sum over all plates of all forms.
        """
        return summed(steps, reads, self.plates, self.shares)

    def fitting(self, pattern: Numbers) -> tuple[Numbers, Probabilities]:
        """Return plates of which some characters are known, and of the others how probable.

        Parameters
        ----------
        pattern
            Characters and `ANY`; shape (12,).

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Every form put over the pattern, as far as they go together; and the share of plates
            that fit both.
        """
        forms = lengths_of(self.plates) == lengths_of(pattern[None])[0]
        plates = self.plates[forms]
        given = (pattern >= 0) & (pattern < DIGIT)
        known = np.where(given, pattern, -1)[None].repeat(len(plates), 0)
        shares = self.shares[forms] * self._characters(plates, known)
        return np.where(given, pattern, plates)[shares > 0], shares[shares > 0]

    def _characters(self, plates: Numbers, texts: Numbers) -> Probabilities:
        """Return how probable the characters of texts are in plates of mixtures."""
        each = self.mixtures[np.maximum(plates - _COUNT, 0), np.maximum(texts, 0)]
        product: Probabilities = each.prod(axis=1, where=texts >= 0)
        return product


def summed(steps: Steps, reads: Numbers, plates: Numbers, shares: Probabilities) -> Probabilities:
    """Return the sum over plates of their share and the probability of each read given them."""
    both = (len(reads), len(plates))
    scores = likelihoods(steps, np.tile(plates, (both[0], 1)), np.repeat(reads, both[1], axis=0))
    total: Probabilities = scores.reshape(both) @ shares
    return total


def _weights(
    counts: Mapping[int, Counted], assumed: Assumptions, home: str | None
) -> dict[int, float]:
    """Return the share of each form: of the listed plates, and of the published forms.

    Of the published ones every authority counts alike, but for home.
    """
    weights: defaultdict[int, float] = defaultdict(float)
    own = assumed.home_share if home in FORMS else 0.0
    for region, forms in FORMS.items():
        share = (1 - own) / len(FORMS) + (own if region == home else 0.0)
        for name in forms:
            weights[form_named(name)] += assumed.forms_weight * share / len(forms)
    for form, each in counts.items():
        weights[form] += each.plates
    total = sum(weights.values())
    return {form: weight / total for form, weight in weights.items() if weight}


def _characters(form: int, counts: Counted | None, weight: float) -> Probabilities:
    """Return how probable each character is at each place of a form; shape (places, 36)."""
    letters = are_letters(form)
    mixtures = KINDS[np.where(letters, LETTER - DIGIT, 0)] * weight
    if counts:
        mixtures = mixtures + counts.characters[: len(letters)]
    found: Probabilities = mixtures / mixtures.sum(axis=1, keepdims=True)
    return found

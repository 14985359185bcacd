"""How probable a plate is before anything was read: the plates that there are, by their form.

Which texts are on the road is not known, but what forms they have is: the lists are a sample of
real plates. All texts of a form are equally probable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.assumptions import Assumptions
from workbench.hotlists.matching.likelihood import (
    ANY,
    DIGIT,
    LETTER,
    Probabilities,
    Steps,
    likelihoods,
)
from workbench.hotlists.matching.texts import Numbers, Places, lengths_of
from workbench.recognition.misreads.characters import CHARACTERS
from workbench.recognition.plate_formats import FORMS

_FORMS_KEPT = 60
_DIGITS = 10
_POWERS = 3 ** np.arange(MAX_PLATE_CHARACTERS, dtype=np.int64)
_TEXTS = np.array([*[1] * len(CHARACTERS), _DIGITS, len(CHARACTERS) - _DIGITS, len(CHARACTERS)])


@dataclass(frozen=True, eq=False)
class Population:
    """The plates that there are.

    Attributes
    ----------
    forms
        Kinds of character at each place, -1 behind the end; shape (forms, 12). The last ones have
        any character anywhere.
    shares
        How probable each form is; together 1.
    """

    forms: Numbers
    shares: Probabilities

    @classmethod
    def of(cls, counted: Mapping[int, int], assumed: Assumptions, home: str | None = None) -> Self:
        """Return the population of which plates of these forms are a sample.

        Parameters
        ----------
        counted
            How many plates have each form, as `forms_of` numbers them.
        home
            The department's own state, as in `FORMS`; without it, all count alike.
        """
        weights: defaultdict[int, float] = defaultdict(float)
        for form, share in _published(home, assumed.home_share).items():
            weights[form] += assumed.forms_weight * share
        for form, count in counted.items():
            weights[form] += count
        total = sum(weights.values())
        kept = sorted(weights.items(), key=lambda each: -each[1])[:_FORMS_KEPT]
        lengths = np.zeros(MAX_PLATE_CHARACTERS)
        for form, weight in weights.items():
            lengths[_length(form) - 1] += weight / total
        lengths = (lengths + 0.001) / (lengths + 0.001).sum()
        known = (1 - assumed.odd) * np.array([weight / total for _, weight in kept])
        odd = 1 - known.sum()
        whole = [np.where(np.arange(MAX_PLATE_CHARACTERS) <= place, ANY, -1)
                 for place in range(MAX_PLATE_CHARACTERS)]  # fmt: skip
        forms = np.array([*[_kinds(form) for form, _ in kept], *whole], dtype=np.int8)
        return cls(forms, np.concatenate([known, odd * lengths]))

    def of_texts(self, texts: Numbers) -> Probabilities:
        """Return how probable each of many texts is."""
        by_form, by_length = self._of_each
        lengths = lengths_of(texts)
        found = np.array([by_form.get(form, 0.0) for form in forms_of(texts).tolist()])
        odd: Probabilities = by_length[lengths - 1]
        return found + odd

    def of_reads(self, steps: Steps, reads: Numbers) -> Probabilities:
        """Return how probable each of many reads is, whatever plate was there.

        Exact: the sum over all plates of all forms.
        """
        return summed(steps, reads, self.forms, self.shares)

    def fitting(self, patterns: Numbers) -> tuple[Numbers, Probabilities]:
        """Return plates of which some characters are known and the others' kinds are.

        Parameters
        ----------
        patterns
            Characters and `ANY`; shape (patterns, 12).

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Every form put over every pattern of its length, as far as they go together; and the
            share of plates that fit both.
        """
        found, shares = [], []
        for pattern in patterns:
            same = lengths_of(self.forms) == lengths_of(pattern[None])[0]
            for form, share in zip(self.forms[same], self.shares[same], strict=True):
                given = (pattern >= 0) & (pattern < DIGIT)
                kind = np.where(pattern < _DIGITS, DIGIT, LETTER)
                if ((form != kind) & (form != ANY) & given).any():
                    continue
                found.append(np.where(given, pattern, form))
                shares.append(share / _TEXTS[form].prod(where=given))
        numbers = np.array(found, dtype=np.int8).reshape(len(found), MAX_PLATE_CHARACTERS)
        return numbers, np.array(shares)

    def of_counted(self, counted: Mapping[int, int]) -> float:
        """Return how probable different texts are together, by how many have each form."""
        by_form, by_length = self._of_each
        return sum(
            count * (by_form.get(form, 0.0) + float(by_length[_length(form) - 1]))
            for form, count in counted.items()
        )

    @cached_property
    def _of_each(self) -> tuple[dict[int, float], Probabilities]:
        """How probable one text of each form is, and one of any other form by its length."""
        known = len(self.shares) - MAX_PLATE_CHARACTERS
        each = self.shares / _TEXTS[self.forms].astype(np.float64).prod(
            axis=1, where=self.forms >= 0
        )
        forms = forms_of(self.forms[:known]).tolist()
        return dict(zip(forms, each[:known].tolist(), strict=True)), each[known:]


def summed(steps: Steps, reads: Numbers, plates: Numbers, shares: Probabilities) -> Probabilities:
    """Return the sum over plates of their share and the probability of each read given them."""
    both = (len(reads), len(plates))
    scores = likelihoods(steps, np.tile(plates, (both[0], 1)), np.repeat(reads, both[1], axis=0))
    total: Probabilities = scores.reshape(both) @ shares
    return total


def forms_of(texts: Numbers) -> Places:
    """Return the form of each text or form, as a number.

    Examples
    --------
    >>> from workbench.hotlists.matching.texts import numbers_of
    >>> forms = forms_of(numbers_of(["7ABC123", "8XYZ456", "AB12"]))
    >>> bool(forms[0] == forms[1]), bool(forms[0] == forms[2])
    (True, False)
    """
    letters = ((texts >= _DIGITS) & (texts < DIGIT)) | (texts == LETTER)
    kinds = np.where(texts < 0, 0, np.where(letters, 2, 1))
    forms: Places = kinds.astype(np.int64) @ _POWERS
    return forms


def _kinds(form: int) -> Numbers:
    kinds: Numbers = np.array([-1, DIGIT, LETTER], dtype=np.int8)[form // _POWERS % 3]
    return kinds


def _length(form: int) -> int:
    return int((_kinds(form) >= 0).sum())


def _published(home: str | None, home_share: float) -> dict[int, float]:
    """Return the share of each published form; but for home, every authority counts alike."""
    own = home_share if home in FORMS else 0.0
    shares: defaultdict[int, float] = defaultdict(float)
    for region, forms in FORMS.items():
        weight = (1 - own) / len(FORMS) + (own if region == home else 0.0)
        for form in forms:
            kinds = [LETTER if kind == "L" else DIGIT for kind in form]
            padded = np.array([kinds + [-1] * (MAX_PLATE_CHARACTERS - len(kinds))], dtype=np.int8)
            shares[int(forms_of(padded)[0])] += weight / len(forms)
    return shares

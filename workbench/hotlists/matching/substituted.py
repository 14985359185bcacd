"""Texts that differ from listed ones in a character or two, all the others being the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from workbench.hotlists.matching.lookup import Lookup
from workbench.hotlists.matching.texts import (
    Codes,
    Numbers,
    Places,
    by_length,
    masked,
    masks_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Substituted:
    """Texts by what is left of them where some characters are not looked at.

    Attributes
    ----------
    lookups
        For each length and each mask, the texts of that length by their masked code. Many small
        ones: they are sorted and searched in half of the time of one that holds everything.
    """

    lookups: Mapping[tuple[int, tuple[int, ...]], Lookup]

    @classmethod
    def of(cls, numbers: Numbers, codes: Codes) -> Self:
        """Return the lookups of texts."""
        found = {}
        for length, rows in by_length(numbers):
            own, some = codes[rows], numbers[rows]
            for mask in masks_of(length):
                found[length, mask] = Lookup.of(masked(some, own, mask), rows)
        return cls(found)

    def owners_of(self, numbers: Numbers, codes: Codes) -> tuple[Places, Places]:
        """Return which of the texts each of many others may be, by `masks_of`.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places of the others, and a text for each; the same pair may come several times.
        """
        asked, owners = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for length, rows in by_length(numbers):
            own, some = codes[rows], numbers[rows]
            for mask in masks_of(length):
                lookup = self.lookups.get((length, mask))
                if lookup is not None:
                    which, theirs = lookup.owners_of(masked(some, own, mask))
                    asked.append(rows[which])
                    owners.append(theirs)
        return np.concatenate(asked), np.concatenate(owners)

"""A sorted column of keys and whose they are; asked for many keys at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from workbench.hotlists.matching.texts import Codes, Places


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Keys with their owners; closed to changes.

    Attributes
    ----------
    keys
        Sorted, each once.
    starts
        Where each key's owners begin; one more than there are keys.
    owners
        Places in whatever was given, by key.
    """

    keys: Codes
    starts: NDArray[np.int64]
    owners: NDArray[np.int32]

    @classmethod
    def of(cls, keys: Codes, owners: Places) -> Self:
        """Return the lookup of keys, each with its owner."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
        found = cls(
            ordered[first], np.r_[first, len(ordered)], owners[order].astype(np.int32, copy=False)
        )
        for array in (found.keys, found.starts, found.owners):
            array.flags.writeable = False
        return found

    def where(self, asked: Codes) -> tuple[Places, Places]:
        """Return which of many keys are there, and where.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places in ``asked`` and in `keys`.
        """
        if not len(self.keys):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        there = np.flatnonzero(self.keys[at] == asked)
        return there, at[there]

    def owners_of(self, asked: Codes) -> tuple[Places, Places]:
        """Return the owners of many keys.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places in ``asked``, and an owner for each; keys of several owners come several times.
        """
        there, at = self.where(asked)
        who, which = spread(self.starts[at], self.starts[at + 1])
        return there[who], self.owners[which].astype(np.int64)


def spread(begins: Places, ends: Places) -> tuple[Places, Places]:
    """Return all numbers of many half-open ranges, with the place of each one's range.

    Examples
    --------
    >>> who, which = spread(np.array([5, 9]), np.array([7, 10]))
    >>> who.tolist(), which.tolist()
    ([0, 0, 1], [5, 6, 9])
    """
    counts = ends - begins
    who = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return who, np.arange(len(who)) - before[who] + begins[who]

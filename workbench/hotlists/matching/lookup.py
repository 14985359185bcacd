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
        Sorted; one of several owners comes several times.
    owners
        Places in whatever was given, one for each key; those of one key sorted too.
    """

    keys: Codes
    owners: NDArray[np.int32]

    @classmethod
    def of(cls, keys: Codes, owners: Places) -> Self:
        """Return the lookup of keys, each with its owner."""
        found = cls(*_sorted(keys, owners))
        for array in (found.keys, found.owners):
            array.flags.writeable = False
        return found

    @property
    def firsts(self) -> Places:
        """Where each different key begins."""
        return firsts_of(self.keys)

    def owners_of(self, asked: Codes) -> tuple[Places, Places]:
        """Return the owners of many keys.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places in ``asked``, and an owner for each; keys of several owners come several times.
        """
        there, begins = found_in(self.keys, asked)
        ends = np.searchsorted(self.keys, asked[there], side="right")
        who, which = spread(begins, ends)
        return there[who], self.owners[which].astype(np.int64)


def firsts_of(keys: Codes) -> Places:
    """Return where each different one of sorted keys begins."""
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])


def found_in(keys: Codes, asked: Codes) -> tuple[Places, Places]:
    """Return which of many numbers are among sorted keys, and where each is first.

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        Places in ``asked`` and in ``keys``.
    """
    if not len(keys):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    there = np.flatnonzero(keys[at] == asked)
    return there, at[there]


def _sorted(keys: Codes, owners: Places) -> tuple[Codes, NDArray[np.int32]]:
    """Return keys in order, each with its owner.

    A key mostly leaves room for its owner in 64 bits. Sorting such numbers takes a third of the
    time of finding the order of the keys alone.
    """
    bits = int(owners.max(initial=0)).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > np.iinfo(np.uint64).bits:
        order = np.lexsort((owners, keys))
        return keys[order], owners[order].astype(np.int32)
    both = (keys << np.uint64(bits)) | owners.astype(np.uint64)
    both.sort()
    theirs = (both & np.uint64(2**bits - 1)).astype(np.int32)
    both >>= np.uint64(bits)
    return both, theirs


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

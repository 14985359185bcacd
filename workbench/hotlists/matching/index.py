"""The entries of one list, or of all of them, in memory, to be found by exact and misread plates.

Built once and never changed: a list that is loaded anew gets a new part, and the parts of the
other lists stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from workbench.domain.hot_entry import HotEntry
from workbench.hotlists.matching.entries import Entries
from workbench.hotlists.matching.lookup import Lookup, firsts_of, found_in
from workbench.hotlists.matching.substituted import Substituted
from workbench.hotlists.matching.texts import (
    Codes,
    Numbers,
    Places,
    codes_of,
    numbers_of,
    shortened,
)
from workbench.hotlists.matching.wildcards import Wildcards


@dataclass(frozen=True, slots=True, eq=False)
class ListIndex:
    """The entries of one list.

    Attributes
    ----------
    entries
        As they were given.
    plain
        Places of entries by the code of their plate.
    codes
        Of the different plates that have one, sorted.
    substituted, shortened
        Places in `codes` by what misread plates have in common with them.
    odd
        Entries whose plate has no code, such as one in another script; these are met exactly.
    wildcards
        Entries with unknown characters.
    """

    entries: Entries
    plain: Lookup
    codes: Codes
    substituted: Substituted
    shortened: Lookup
    odd: Mapping[str, tuple[HotEntry, ...]]
    wildcards: Wildcards

    @classmethod
    def of(cls, entries: Iterable[HotEntry]) -> Self:
        """Return the index of entries.

        Examples
        --------
        >>> from workbench.domain.hot_entry import Category, ListKind
        >>> entry = HotEntry(
        ...     list_code="SVS", kind=ListKind.GENERAL, plate="8ABC123", pattern="8ABC123",
        ...     category=Category.STOLEN_VEHICLE, load_id=1, line=1,
        ... )
        >>> index = ListIndex.of([entry])
        >>> reads = ("8ABC123", "BABC128", "7XYZ999")
        >>> [len(index.near(numbers_of([read]))[0]) > 0 for read in reads]
        [True, True, False]
        """
        given = Entries.of(entries)
        places, wild = given.plain(), given.wildcards()
        numbers = numbers_of(given.patterns(places))
        plain = Lookup.of(codes_of(numbers), places)
        firsts = plain.firsts
        codes = plain.keys[firsts]
        numbers = numbers[np.searchsorted(places, plain.owners[firsts])]
        return cls(
            entries=given,
            plain=plain,
            codes=codes,
            substituted=Substituted.of(numbers, codes),
            shortened=Lookup.of(*shortened(numbers, codes)),
            odd=_odd(given, places, wild),
            wildcards=Wildcards.of([given[place] for place in wild.tolist()]),
        )

    def entries_of(self, code: int) -> list[HotEntry]:
        """Return the entries of one plate by its code, in the order in which they were given."""
        _, owners = self.plain.owners_of(np.array([code], dtype=np.uint64))
        return [self.entries[place] for place in owners.tolist()]

    def near(self, texts: Numbers) -> tuple[Places, Codes]:
        """Return which listed plates each of many texts may be a misread of.

        Up to two characters taken for others (one, in plates of four or five), or one lost, or
        one gained. A text may come several times with the same plate.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places in ``texts``, and the code of a listed plate for each.
        """
        codes = codes_of(texts)
        same, listed = self.substituted.owners_of(texts, codes)
        lost, longer = self.shortened.owners_of(codes)
        less, who = shortened(texts, codes)
        gained, shorter = found_in(self.codes, less)
        exact, equal = found_in(self.codes, codes)
        places = np.concatenate([same, lost, who[gained], exact])
        found = self.codes[np.concatenate([listed, longer, shorter, equal])]
        return places, found


def _odd(entries: Entries, plain: Places, wild: Places) -> dict[str, tuple[HotEntry, ...]]:
    """Return the entries that are neither, by their pattern."""
    left = np.ones(len(entries), dtype=np.bool_)
    left[plain] = left[wild] = False
    found = defaultdict(list)
    for place in np.flatnonzero(left).tolist():
        entry = entries[place]
        found[entry.pattern].append(entry)
    return {text: tuple(those) for text, those in found.items()}


@dataclass(frozen=True, eq=False)
class HotIndex:
    """All lists together.

    Attributes
    ----------
    parts
        One of each list, and one of hot plates.
    """

    parts: tuple[ListIndex, ...]

    @cached_property
    def codes(self) -> Codes:
        """The different plates that have a code."""
        codes = [part.codes for part in self.parts]
        together = np.sort(np.concatenate([*codes, np.empty(0, dtype=np.uint64)]))
        return together[firsts_of(together)]

    @cached_property
    def plates(self) -> int:
        """How many different plates are listed; a wildcard counts as one."""
        others = {text for part in self.parts for text in part.odd}
        wild = {entry.pattern for part in self.parts for entry in part.wildcards.entries}
        return len(self.codes) + len(others) + len(wild)

    def exact(self, texts: Numbers) -> tuple[Places, Codes]:
        """Return which of many texts are listed as they are: their places and codes."""
        codes = codes_of(texts)
        found = [found_in(part.codes, codes)[0] for part in self.parts]
        places = np.unique(np.concatenate([*found, np.empty(0, dtype=np.int64)]))
        return places, codes[places]

    def near(self, texts: Numbers) -> tuple[Places, Codes]:
        """Return which listed plates each of many texts may be a misread of; each pair once.

        Returns
        -------
        numpy.ndarray, numpy.ndarray
            Places in ``texts``, sorted, and the code of a listed plate for each.
        """
        found = [part.near(texts) for part in self.parts]
        places = np.concatenate([*(each for each, _ in found), np.empty(0, dtype=np.int64)])
        codes = np.concatenate([*(each for _, each in found), np.empty(0, dtype=np.uint64)])
        order = np.lexsort((codes, places))
        places, codes = places[order], codes[order]
        new = np.r_[True, (np.diff(places) != 0) | (codes[1:] != codes[:-1])][: len(places)]
        return places[new], codes[new]

    def entries_of(self, code: int) -> list[HotEntry]:
        """Return the entries of one plate, on all lists."""
        return [entry for part in self.parts for entry in part.entries_of(code)]

    def odd(self, text: str) -> list[HotEntry]:
        """Return the entries of a plate that has no code, on all lists."""
        return [entry for part in self.parts for entry in part.odd.get(text, ())]

    def fitting(self, texts: Sequence[str]) -> dict[int, list[HotEntry]]:
        """Return the entries with unknown characters that texts fit, by the place of the text."""
        found: dict[int, list[HotEntry]] = defaultdict(list)
        for part in self.parts:
            for place, entries in part.wildcards.fitting(texts).items():
                found[place] += entries
        return found

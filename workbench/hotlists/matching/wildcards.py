"""Entries of which some characters are not known: ``*`` stands for none to seven of any kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.hot_entry import HotEntry
from workbench.domain.pattern import STAR_LIMIT
from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.likelihood import ANY
from workbench.hotlists.matching.texts import Numbers, Places, is_plain, numbers_of

_ANY_RUN = f".{{0,{STAR_LIMIT}}}"


def regex_of(pattern: str) -> str:
    """Return the regular expression of a pattern, for whole texts.

    Examples
    --------
    >>> regex_of("7AB*1")
    '7AB.{0,7}1'
    """
    return _ANY_RUN.join(map(re.escape, pattern.split("*")))


def plates_of(pattern: str) -> Numbers:
    """Return the plates of a pattern, with `ANY` where a character is not known.

    Returns
    -------
    numpy.ndarray
        Shape (lengths and places of the stars, 12); empty where no plate is so long, or where the
        pattern has other characters than plates have.

    Examples
    --------
    >>> plates_of("7A*")[:2, :4].tolist()
    [[7, 10, -1, -1], [7, 10, 38, -1]]
    """
    parts = pattern.split("*")
    known = sum(map(len, parts))
    if not is_plain("".join(parts)):
        return np.empty((0, MAX_PLATE_CHARACTERS), dtype=np.int16)
    rows = set()
    for runs in product(range(STAR_LIMIT + 1), repeat=len(parts) - 1):
        if known + sum(runs) <= MAX_PLATE_CHARACTERS:
            row: list[int] = []
            for part, run in zip(parts, (*runs, 0), strict=True):
                row += [int(number) for number in numbers_of([part])[0][: len(part)]]
                row += [ANY] * run
            rows.add((*row, *[-1] * (MAX_PLATE_CHARACTERS - len(row))))
    return np.array(sorted(rows), dtype=np.int16).reshape(len(rows), MAX_PLATE_CHARACTERS)


@dataclass(frozen=True, slots=True, eq=False)
class Wildcards:
    """Entries with unknown characters; some hundreds at most, for each is tried by itself."""

    entries: tuple[HotEntry, ...]
    together: str

    @classmethod
    def of(cls, entries: Sequence[HotEntry]) -> Wildcards:
        """Return the wildcards among which texts are looked for."""
        patterns = sorted({regex_of(entry.pattern) for entry in entries})
        return cls(tuple(entries), f"^(?:{'|'.join(patterns)})$")

    def fitting(self, texts: Sequence[str]) -> dict[int, tuple[HotEntry, ...]]:
        """Return the entries that texts fit, by the place of the text."""
        if not self.entries:
            return {}
        fits = pc.match_substring_regex(pa.array(texts, pa.string()), self.together)
        places: Places = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
        known = [(entry, re.compile(regex_of(entry.pattern))) for entry in self.entries]
        return {
            place: tuple(entry for entry, regex in known if regex.fullmatch(texts[place]))
            for place in places.tolist()
        }

"""Entries of which some characters are not known: ``*`` stands for any run of them, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.hot_entry import HotEntry
from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.likelihood import ANY
from workbench.hotlists.matching.texts import Numbers, Places, is_plain, numbers_of


def regex_of(pattern: str) -> str:
    """Return the regular expression of a pattern, for whole texts.

    Examples
    --------
    >>> regex_of("7AB*1")
    '7AB.*1'
    """
    return ".*".join(map(re.escape, pattern.split("*")))


def ways_of(pattern: str, texts: Iterable[str]) -> Numbers:
    """Return how the known characters of a pattern may stand in texts.

    Returns
    -------
    numpy.ndarray
        Each way once, `ANY` for a character that is not known; shape (ways, 12).

    Examples
    --------
    >>> ways_of("7*A", ["7AA", "7BB"])[:, :4].tolist()
    [[7, 38, 10, -1]]
    """
    parts = pattern.split("*")
    known = sum(map(len, parts))
    ways: set[tuple[int, ...]] = set()
    for text in filter(is_plain, texts):
        numbers = numbers_of([text])[0].tolist()
        # Where each star's run begins and ends, as far as the text is as long.
        for runs in _runs(len(text) - known, len(parts) - 1):
            at, stands = 0, [-1] * MAX_PLATE_CHARACTERS
            for part, run in zip(parts, (*runs, 0), strict=True):
                if not text.startswith(part, at):
                    break
                stands[at : at + len(part)] = numbers[at : at + len(part)]
                stands[at + len(part) : at + len(part) + run] = [ANY] * run
                at += len(part) + run
            else:
                ways.add(tuple(stands))
    return np.array(sorted(ways), dtype=np.int16).reshape(len(ways), MAX_PLATE_CHARACTERS)


def _runs(left: int, stars: int) -> Iterator[tuple[int, ...]]:
    """Give every way to share characters between stars."""
    if stars == 1 and left >= 0:
        yield (left,)
    elif stars > 1:
        for first in range(left + 1):
            for rest in _runs(left - first, stars - 1):
                yield (first, *rest)


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

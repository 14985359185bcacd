"""The matches of one read, once it is known what it may be of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np

from workbench.domain.hit import MatchKind
from workbench.domain.hot_entry import HotEntry
from workbench.hotlists.matching.engines import EngineModel
from workbench.hotlists.matching.matched import Match, Note
from workbench.hotlists.matching.regions import differ, normal_region
from workbench.hotlists.matching.weighing import Listed, Rates, Weighed, Weigher
from workbench.hotlists.matching.wildcards import regex_of, ways_of


@dataclass(frozen=True, slots=True)
class Sight:
    """What matters of one read beside its texts.

    Attributes
    ----------
    row
        Its place in the table.
    own
        Its plate in the normal form, as it was read.
    """

    row: int
    own: str
    region: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From when on a match is kept, and when somebody is alerted."""

    possible_from: float
    alert_from: float


def listed_plates(entries: Iterable[HotEntry]) -> list[Listed]:
    """Return the plates that entries are of; one that names no state is of those that others name.

    Examples
    --------
    >>> from workbench.domain.hot_entry import Category, ListKind
    >>> of = lambda region: HotEntry(
    ...     list_code="SVS", kind=ListKind.GENERAL, plate="8ABC123", pattern="8ABC123",
    ...     category=Category.STOLEN_VEHICLE, region=region,
    ... )
    >>> [each.region for each in listed_plates([of(None), of("US-NV"), of("CA")])]
    ['CA', 'NV']
    """
    states: dict[str, set[str]] = {}
    for entry in entries:
        state = normal_region(entry.region)
        states.setdefault(entry.pattern, set()).update([state] if state else [])
    found: list[Listed] = []
    for text, known in states.items():
        found += [Listed(text, state) for state in sorted(known)] or [Listed(text, None)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRead:
    """A read, weighed.

    Attributes
    ----------
    rivals
        Whether each match is told the best other reading.
    """

    sight: Sight
    weigher: Weigher
    weighed: Weighed
    engine: EngineModel
    thresholds: Thresholds
    rates: Rates
    rivals: bool = True

    def matches(self, plain: Sequence[HotEntry], wild: Sequence[HotEntry]) -> Iterator[Match]:
        """Give the matches with entries of whole plates, and with those of unknown characters."""
        for entry in plain:
            exact = entry.pattern == self.sight.own
            kind = MatchKind.EXACT if exact else MatchKind.MISREAD
            posterior = self.weighed.of(entry.pattern, entry.region)
            kept = exact and differ(self.sight.region, entry.region)
            yield from self._match(entry, kind, posterior, entry.pattern.__eq__, kept=kept)
        for entry in wild:
            meant = partial(_fits, re.compile(regex_of(entry.pattern)))
            fits = [each for each in self.weighed.listed if meant(each.text)]
            ways = ways_of(entry.pattern, self.weighed.texts)
            share = self.weigher.fitting(self.weighed, ways, fits)
            if differ(self.sight.region, entry.region):
                wrong = share * self.rates.assumed.region_wrong
                share = wrong / (wrong + 1 - share) if share else 0.0
            yield from self._match(entry, MatchKind.WILDCARD, share, meant)

    def _match(
        self,
        entry: HotEntry,
        kind: MatchKind,
        posterior: float,
        meant: Callable[[str], bool],
        *,
        kept: bool = False,
    ) -> Iterator[Match]:
        if posterior < self.thresholds.possible_from and not kept:
            return
        region = entry.region
        rival = self.weigher.rival(self.weighed, meant, region) if self.rivals else None
        yield Match(
            row=self.sight.row,
            entry=entry,
            kind=kind,
            posterior=posterior,
            rival=rival,
            possible=posterior < self.thresholds.alert_from,
            notes=self._notes(entry),
        )

    def _notes(self, entry: HotEntry) -> tuple[Note, ...]:
        noted = {
            Note.ENGINE_NOT_MEASURED: not self.engine.measured,
            Note.REGION_DIFFERS: differ(self.sight.region, entry.region),
        }
        return tuple(note for note, holds in noted.items() if holds)


def _fits(regex: re.Pattern[str], text: str) -> bool:
    return regex.fullmatch(text) is not None


def odd_matches(
    sight: Sight, entries: Sequence[HotEntry], engine: EngineModel, rates: Rates, limits: Thresholds
) -> Iterator[Match]:
    """Give the matches of a plate with characters that no misread model knows, met exactly.

    How likely it is can only be said as of any plate of that length: that all of it was read
    right.
    """
    right = float(np.diagonal(engine.channel.written).mean()) ** len(sight.own)
    for entry in entries:
        differs = differ(sight.region, entry.region)
        wrong = right * rates.assumed.region_wrong
        posterior = wrong / (wrong + 1 - right) if differs else right
        yield Match(
            row=sight.row,
            entry=entry,
            kind=MatchKind.EXACT,
            posterior=posterior,
            rival=None,
            possible=posterior < limits.alert_from,
            notes=(Note.NO_MODEL_OF_CHARACTERS, *([Note.REGION_DIFFERS] if differs else [])),
        )

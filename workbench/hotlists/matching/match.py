"""Reads against everything that is listed: which entries each may be of, and how likely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from workbench.domain.hot_entry import HotEntry
from workbench.hotlists.matching.assumptions import Assumptions
from workbench.hotlists.matching.engines import EngineModel, Engines
from workbench.hotlists.matching.forms import counted
from workbench.hotlists.matching.index import HotIndex
from workbench.hotlists.matching.likelihood import Steps, steps_of
from workbench.hotlists.matching.matched import Match
from workbench.hotlists.matching.one_read import (
    OneRead,
    Sight,
    Thresholds,
    listed_plates,
    odd_matches,
)
from workbench.hotlists.matching.population import Population
from workbench.hotlists.matching.reads import Evidence, by_engine, evidence_of
from workbench.hotlists.matching.sifting import Sieve
from workbench.hotlists.matching.texts import Places, is_plain, numbers_of, numbers_of_codes
from workbench.hotlists.matching.weighing import Rates, Weigher
from workbench.policy.data_rules import HitRules

Counts = Callable[[HotEntry, datetime], bool]
"""Says whether an entry counts for a read that was seen at an instant."""


class _Asked(NamedTuple):
    """Which entries count, and whether rivals are looked for."""

    counts: Counts
    rivals: bool


class Matcher:
    """Matches reads with the entries of an index; never changed, safe to share between threads.

    Parameters
    ----------
    index
        What is listed.
    rules
        Base rate and thresholds.
    engines
        What engines mistake.
    assumed
        What is believed where nobody has measured.
    """

    def __init__(
        self,
        index: HotIndex,
        *,
        rules: HitRules,
        engines: Engines,
        assumed: Assumptions | None = None,
    ) -> None:
        assumed = assumed or Assumptions()
        self._index = index
        self._engines = engines
        self._thresholds = Thresholds(
            possible_from=rules.possible_from.value, alert_from=rules.alert_from.value
        )
        listed = numbers_of_codes(index.codes)
        self._population = Population.of(counted(listed), assumed, rules.home_region.value)
        share = self._population.of_texts(listed).sum()
        self._rates = Rates(
            base=rules.base_rate.value,
            listed=index.plates,
            assumed=assumed,
            listed_share=min(0.99, float(share)),
        )
        least = rules.possible_from.value
        self._sieve = Sieve(index, self._population, self._rates, least)

    def matches(
        self,
        table: pa.Table,
        rows: Places | None = None,
        *,
        counts: Counts = HotEntry.in_force_at,
        rivals: bool = True,
    ) -> list[Match]:
        """Return which entries reads may be of, in the order of the reads, the likeliest first.

        What is less likely than the policy keeps is left out; a plate that was read as it is
        listed, of another state than it is listed for, is kept whatever comes out.

        Parameters
        ----------
        table
            With the columns that watchers of new reads get.
        rows
            Places of the reads that are matched; all by default.
        counts
            Which entries count; by default those in force when the read was seen.
        rivals
            Whether the best other reading is looked for, which takes most of the time.
        """
        found: list[Match] = []
        for (engine, version), some in by_engine(table, rows).items():
            known = self._engines.of(engine, version)
            said = _Asked(counts, rivals)
            found += self._of_engine(known, evidence_of(table, some), table, said)
        found.sort(key=lambda each: (each.row, -each.posterior))
        return found

    def may_be(self, table: pa.Table, few: HotIndex) -> Places:
        """Return the places of reads that may be of one of a few entries; nothing is weighed.

        Parameters
        ----------
        few
            Some of the entries that this matcher has.
        """
        found: list[int] = []
        for (engine, version), some in by_engine(table).items():
            steps = self._steps(self._engines.of(engine, version))
            evidence = evidence_of(table, some)
            sieve = replace(self._sieve, index=few)
            reads = {*sieve.sifted(steps, evidence), *_wild(few, evidence), *_odd(few, evidence)}
            found += evidence.rows[sorted(reads)].tolist()
        return np.array(sorted(found), dtype=np.int64)

    def _steps(self, engine: EngineModel) -> Steps:
        return steps_of(engine.channel, self._population.mixtures)

    def exact(self, plates: Sequence[str]) -> Places:
        """Return which of many normal plates are listed as they are; nothing is weighed."""
        plain = [place for place, text in enumerate(plates) if is_plain(text)]
        places, _ = self._index.exact(numbers_of([plates[place] for place in plain]))
        return np.array(plain, dtype=np.int64)[places]

    def _of_engine(
        self, engine: EngineModel, evidence: Evidence, table: pa.Table, asked: _Asked
    ) -> Iterator[Match]:
        steps = self._steps(engine)
        near = self._sieve.sifted(steps, evidence)
        wild = _wild(self._index, evidence)
        odd = _odd(self._index, evidence)
        weigher = Weigher(steps, self._population, self._rates)
        reads = sorted({*near, *wild, *odd})
        unlisted = _unlisted(weigher, evidence, reads)
        for read, sight in zip(reads, _sights(table, evidence, reads), strict=True):

            def now(entries: Sequence[HotEntry], at: datetime = sight.seen_at) -> list[HotEntry]:
                return [entry for entry in entries if asked.counts(entry, at)]

            strange = now(odd.get(read, ()))
            yield from odd_matches(sight, strange, engine, self._rates, self._thresholds)
            texts = {text: each for text, each in evidence.of(read).items() if text in unlisted}
            plain = now(
                [one for code in near.get(read, ()) for one in self._index.entries_of(code)]
            )
            patterns = now(wild.get(read, ()))
            if not texts or not (plain or patterns):
                continue
            weighed = weigher.weigh(
                tuple(texts),
                np.array(list(texts.values())),
                sight.region,
                listed_plates(plain),
                np.array([unlisted[text] for text in texts]),
            )
            one = OneRead(
                sight=sight,
                weigher=weigher,
                weighed=weighed,
                engine=engine,
                thresholds=self._thresholds,
                rates=self._rates,
                rivals=asked.rivals,
            )
            yield from one.matches(plain, patterns)


def _wild(index: HotIndex, evidence: Evidence) -> dict[int, list[HotEntry]]:
    """Return the entries with unknown characters that one of a read's texts fits."""
    fitting = index.fitting(evidence.texts)
    found: dict[int, dict[int, HotEntry]] = defaultdict(dict)
    for row in np.flatnonzero(np.isin(evidence.text, list(fitting))):
        for entry in fitting[int(evidence.text[row])]:
            found[int(evidence.reads[row])][id(entry)] = entry
    return {read: list(entries.values()) for read, entries in found.items()}


def _odd(index: HotIndex, evidence: Evidence) -> dict[int, list[HotEntry]]:
    """Return the entries of plates without a code that were read as they are."""
    own = [evidence.texts[text] for text in evidence.own]
    found = {read: index.odd(text) for read, text in enumerate(own) if not is_plain(text)}
    return {read: entries for read, entries in found.items() if entries}


def _unlisted(weigher: Weigher, evidence: Evidence, reads: Sequence[int]) -> dict[str, float]:
    """Return how probable the texts of some reads are as reads of whatever plate there is."""
    texts = {text for read in reads for text in evidence.of(read) if is_plain(text)}
    ordered = sorted(texts)
    return dict(zip(ordered, weigher.unlisted(numbers_of(ordered)).tolist(), strict=True))


def _sights(table: pa.Table, evidence: Evidence, reads: Sequence[int]) -> list[Sight]:
    rows = evidence.rows[np.array(reads, dtype=np.int64)]
    some = table.select(["plate_normal", "region", "seen_at"]).take(pa.array(rows, pa.int64()))
    columns = (column.to_pylist() for column in some.columns)
    return [Sight(row, *rest) for row, *rest in zip(rows.tolist(), *columns, strict=True)]

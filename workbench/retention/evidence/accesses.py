"""The records of the audit log that concern packed reads, and what proves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from workbench.audit.canonical import Row
from workbench.audit.chain import Verification, walk
from workbench.audit.checkpoint import Checkpoint
from workbench.audit.reading import open_stream
from workbench.domain.event import LOOKS, EventKind
from workbench.domain.pattern import PlatePattern, parse_pattern
from workbench.errors import PatternError
from workbench.retention.evidence.reach import Reach

_LOOKS = frozenset(kind.value for kind in LOOKS)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Numbers of what concerns the reads, by which records name it."""

    holds: frozenset[int] = frozenset()
    hits: frozenset[int] = frozenset()
    deliveries: frozenset[int] = frozenset()
    packages: frozenset[int] = frozenset()


@dataclass(slots=True)
class Picking:
    """Picks records out of the whole log as it streams by.

    Attributes
    ----------
    reach
        Says which looks could have brought a read.
    concerned
        What else the reads have to do with.
    watch
        Also sees every record, in the log's order.
    """

    reach: Reach
    concerned: Concerned
    watch: Callable[[Row], None] | None = None
    _taken: set[int] = field(default_factory=set)
    _patterns: dict[str, PlatePattern | None] = field(default_factory=dict)

    def why(self, row: Row) -> str | None:
        """Return why a record concerns the reads, or ``None``; to be asked in the log's order."""
        if self.watch:
            self.watch(row)
        found = self._why(row)
        if found:
            self._taken.add(row["seq"])
        return found

    def _why(self, row: Row) -> str | None:
        if row["access_id"] in self._taken:
            return f"belongs to record {row['access_id']}"
        if row["kind"] in _LOOKS and row["criteria"]:
            logged = json.loads(row["criteria"])
            if self.reach.of_look(logged, datetime.fromisoformat(row["recorded_at"])):
                return "asked for what a packed read fits"
        if self.names_plate(row["plate"]):
            return "names a packed plate"
        return self._named(row)

    def names_plate(self, plate: str | None) -> bool:
        """Return whether a plate or pattern means one of the packed plates."""
        return bool(plate) and self.reach.of_plate(plate, self._pattern(plate or ""))

    def _named(self, row: Row) -> str | None:
        details = _details(row)
        for name in ("hold", "hit", "delivery", "package"):
            known = getattr(self.concerned, _GROUPS[name])
            if known and details.get(name) in known:
                return f"names {name} {details[name]}"
        return None

    def _pattern(self, text: str) -> PlatePattern | None:
        if text not in self._patterns:
            try:
                self._patterns[text] = parse_pattern(text)
            except PatternError:
                self._patterns[text] = None
        return self._patterns[text]


_GROUPS = {"hold": "holds", "hit": "hits", "delivery": "deliveries", "package": "packages"}
_NAMING = frozenset(
    {
        EventKind.EVIDENCE_BOOK.value,
        EventKind.HITS_MATCH.value,
        EventKind.HIT_ACT.value,
        EventKind.HIT_SCORE.value,
        EventKind.HIT_STOP.value,
        EventKind.HIT_VIOLATION.value,
        EventKind.HOLD_APPROVE.value,
        EventKind.HOLD_REFUSE.value,
        EventKind.HOLD_RELEASE.value,
        EventKind.HOLD_WITHDRAW.value,
        EventKind.READS_OUTCOME.value,
    }
)
"""Kinds whose details name a hold, a hit, a delivery or a package by its number."""


def _details(row: Row) -> Mapping[str, Any]:
    if row["kind"] not in _NAMING:
        return {}
    details = json.loads(row["details"])
    return details if isinstance(details, dict) else {}


def walk_log(
    engine: Engine,
    picking: Picking,
    take: Callable[[Row, str], None],
    *,
    signed: Sequence[Checkpoint] = (),
) -> Verification:
    """Verify the whole chain, and hand over the records that concern the reads on the way.

    Records behind the first one that does not hold are not handed over: what stands there is not
    known to be what was written.

    Parameters
    ----------
    engine
        Of any role that may read the log.
    picking
        Says which, and why.
    take
        Gets each record with the reason, in the order of the chain.
    signed
        Heads that the chain has to agree with.

    Returns
    -------
    Verification
        Of the whole chain.
    """

    def passing(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            # Asked for the next, so this one held.
            why = picking.why(row)
            if why:
                take(row, why)

    with open_stream(engine) as stream:
        return walk(passing(stream.rows), checkpoints=signed)

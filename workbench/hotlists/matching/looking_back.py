"""New entries against the reads that are kept already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.hot_entry import HOT_PLATES
from workbench.domain.person import Origin
from workbench.errors import InputError
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.matching.entries import Entries, name_of
from workbench.hotlists.matching.entry_source import EntrySource
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.match import Matcher
from workbench.hotlists.matching.new_reads import NewReads
from workbench.hotlists.matching.recording import record_hits
from workbench.hotlists.matching.standing import Standing
from workbench.hotlists.matching.watching import MATCHING
from workbench.policy.data_rules import HitRules

_REASON = "new entry"
_AHEAD = timedelta(days=1)
"""Cameras' clocks may be ahead; later reads are not taken in at all."""


class KeptReads(Protocol):
    """The reads that are kept."""

    def settle(self) -> None:
        """Wait until what is being stored now is stored."""

    def between(self, begin: datetime, end: datetime) -> Iterable[NewReads]:
        """Give the reads seen from one instant to before another, in chunks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """What came of matching new entries with kept reads.

    Attributes
    ----------
    entries
        How many were new.
    reads
        How many kept reads they were matched with.
    hits, possible
        New hits, and those of them that nobody is alerted to.
    access_id
        The audit record of its beginning; ``None`` where nothing was new.
    """

    entries: int
    reads: int
    hits: int
    possible: int
    access_id: int | None


class _Work:
    """New entries on their way through the kept reads."""

    def __init__(
        self,
        matcher: Matcher,
        new: Entries,
        about: dict[str, Any],
        access_id: int,
        origin: Origin,
    ) -> None:
        self.matcher = matcher
        self.few = HotIndex((ListIndex.of(new),))
        self.names = set(new.names())
        self.about = about
        self.access_id = access_id
        self.origin = origin


class LookingBack:
    """Matches new entries back over the kept reads, as far as the policy lets it.

    Parameters
    ----------
    engine
        Connects as the service role.
    reads
        The reads that are kept.
    standing, entries
        The matcher of what is in force, and what it is made of.
    alerts
        Where hits that people are alerted to are queued, in the same transaction.
    rules
        How far back.
    audit, clock
        Where it is logged, and when.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        reads: KeptReads,
        standing: Standing,
        entries: EntrySource,
        alerts: QueuesAlerts,
        rules: HitRules,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._reads = reads
        self._standing = standing
        self._entries = entries
        self._alerts = alerts
        self._back = timedelta(days=rules.back_days.value)
        self._audit = audit
        self._clock = clock

    def list_loaded(self, list_code: str, origin: Origin = MATCHING) -> LookedBack:
        """Match what a list's load in force has and the one before it had not.

        Doing it again makes no second hit.

        Raises
        ------
        InputError
            If the list is not in force.
        AuditWriteError
            If it cannot be logged; then nothing is looked at.
        """
        with self._engine.connect() as connection:
            parts = self._entries.version(connection)
            part = next((each for each in parts if each.list_code == list_code), None)
            if part is None or part.load_id is None:
                raise InputError(
                    "No load of this list is in force",
                    given=list_code,
                    allowed=", ".join(each.list_code for each in parts if each.load_id) or "none",
                )
            new = self._entries.newly_listed(connection, part)
        return self._look({"list": list_code, "load": part.load_id}, new, origin)

    def hot_plate_entered(self, hot_plate_id: int, origin: Origin = MATCHING) -> LookedBack:
        """Match a hot plate.

        Raises
        ------
        InputError
            If there is none of that number.
        AuditWriteError
            If it cannot be logged; then nothing is looked at.
        """
        with self._engine.connect() as connection:
            entry = self._entries.hot_plate(connection, hot_plate_id)
        if entry is None:
            raise InputError("There is no such hot plate", given=hot_plate_id)
        return self._look(
            {"list": HOT_PLATES, "hot_plate": hot_plate_id}, Entries.of([entry]), origin
        )

    def _look(self, about: dict[str, Any], new: Entries, origin: Origin) -> LookedBack:
        # A read that is being stored without knowing of the new entries would be lost.
        self._reads.settle()
        end = self._clock()
        begin = end - self._back
        with self._engine.connect() as connection:
            matcher = self._standing.matcher(connection) if len(new) else None
        if matcher is None:
            return LookedBack(entries=len(new), reads=0, hits=0, possible=0, access_id=None)
        details = {
            "reason": _REASON,
            **about,
            "entries": len(new),
            "from": begin.isoformat(),
            "to": end.isoformat(),
        }
        started = Entry(
            EventKind.HITS_MATCH, None, outcome=Outcome.STARTED, details=details, origin=origin
        )
        access_id = self._audit.append(started).seq
        work = _Work(matcher, new, about, access_id, origin)
        reads = hits = possible = 0
        for chunk in self._reads.between(begin, end + _AHEAD):
            made = self._match(work, chunk)
            reads += chunk.reads.num_rows
            hits, possible = hits + made[0], possible + made[1]
        return LookedBack(
            entries=len(new), reads=reads, hits=hits, possible=possible, access_id=access_id
        )

    def _match(self, work: _Work, chunk: NewReads) -> tuple[int, int]:
        """Write the hits of a chunk, with their record, in one transaction."""
        matches = [
            match
            for match in work.matcher.matches(
                chunk.reads, work.matcher.may_be(chunk.reads, work.few)
            )
            if name_of(match.entry) in work.names
        ]
        if not matches:
            return 0, 0
        with self._engine.begin() as connection:
            recorded = record_hits(connection, chunk, matches, self._clock())
            if recorded.hits:
                self._alerts.queue_alerts(connection, recorded.ids)
                entry = Entry(
                    EventKind.HITS_MATCH,
                    None,
                    access_id=work.access_id,
                    outcome=Outcome.DONE,
                    details={"reason": _REASON, **work.about, **recorded.details()},
                    origin=work.origin,
                )
                self._audit.append_in(connection, entry)
        return recorded.hits, recorded.possible

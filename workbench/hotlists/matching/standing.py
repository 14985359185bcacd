"""The matcher of what is in force now; built anew only for what changed."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Connection

from workbench.hotlists.matching.engines import Engines
from workbench.hotlists.matching.entry_source import EntrySource, Part
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.match import Matcher
from workbench.policy.data_rules import HitRules


class Standing:
    """Keeps the matcher of what is in force; safe to share between threads.

    Parameters
    ----------
    source
        What is in force, and its entries.
    rules, engines
        As for `Matcher`.
    """

    def __init__(self, source: EntrySource, *, rules: HitRules, engines: Engines) -> None:
        self._source = source
        self._rules = rules
        self._engines = engines
        self._lock = Lock()
        self._known: dict[Part, ListIndex] = {}
        self._matcher: Matcher | None = None

    def matcher(self, connection: Connection) -> Matcher | None:
        """Return the matcher of what is in force; ``None`` where nothing is.

        Parameters
        ----------
        connection
            In a transaction that is to see what it matches with; only read.
        """
        version = self._source.version(connection)
        if not version:
            return None
        with self._lock:
            parts = self._parts(connection, version)
            if self._matcher is None:
                self._matcher = self._of(parts)
            return self._matcher

    def matcher_with(self, connection: Connection, more: ListIndex) -> Matcher:
        """Return a matcher of what is in force and of something more, for this once.

        Parameters
        ----------
        connection
            As for `matcher`.
        """
        version = self._source.version(connection)
        with self._lock:
            parts = self._parts(connection, version)
        return self._of((*parts, more))

    def _of(self, parts: tuple[ListIndex, ...]) -> Matcher:
        return Matcher(HotIndex(parts), rules=self._rules, engines=self._engines)

    def _parts(self, connection: Connection, version: tuple[Part, ...]) -> tuple[ListIndex, ...]:
        """Read the parts that are not known yet; those that are not in force go."""
        if version != tuple(self._known):
            known = {}
            for part in version:
                kept = self._known.get(part)
                known[part] = kept or ListIndex.of(self._source.entries(connection, part))
            self._known, self._matcher = known, None
        return tuple(self._known.values())

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
        self._version: tuple[Part, ...] = ()
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
            if version != self._version or self._matcher is None:
                self._build(connection, version)
            return self._matcher

    def _build(self, connection: Connection, version: tuple[Part, ...]) -> None:
        """Read the parts that are not known yet; those that are not in force go."""
        known = {}
        for part in version:
            kept = self._known.get(part)
            known[part] = kept or ListIndex.of(self._source.entries(connection, part))
        index = HotIndex(tuple(known.values()))
        self._matcher = Matcher(index, rules=self._rules, engines=self._engines)
        self._known, self._version = known, version

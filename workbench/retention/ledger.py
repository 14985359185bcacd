"""The ledger of purges and holds: written in the database, kept outside it, compared at the door.

What the database does in a transaction is written to the ledger's table in that transaction, by
`append_ledger_entry` and by a trigger on holds. Afterwards each entry is signed and written to
each place outside. A database that lacks what a place outside has is an older one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Connection, Engine, select, text

from workbench.audit.canonical import json_text
from workbench.audit.keys import known_public_keys, signing_key
from workbench.errors import RestoredError, RetentionError
from workbench.retention.ledger_place import (
    FIRST_PREVIOUS,
    LedgerEntry,
    LedgerPlace,
    signed_text,
)
from workbench.storage.retention_tables import ledger_entry, restoration

REMOTE_EVERY_S = 60.0
"""How often a place on another machine is looked at; a local one is looked at every time."""

_e = ledger_entry.c
_APPEND = text("SELECT append_ledger_entry(:kind, :content)")
_HEAD = text(
    "SELECT coalesce(max(number), 0) AS number,"
    " (SELECT encode(hash, 'hex') FROM ledger_entry ORDER BY number DESC LIMIT 1) AS hash,"
    " EXISTS (SELECT FROM restoration WHERE ended_at IS NULL) AS restoring FROM ledger_entry"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the database stands to the ledger outside.

    Attributes
    ----------
    entries
        How many the database has.
    outside
        The highest number outside.
    diverged
        Whether its last entry is another one outside.
    restoring
        Whether it has been found to be an older one and is not purged again yet.
    """

    entries: int
    outside: int
    diverged: bool
    restoring: bool

    @property
    def behind(self) -> bool:
        """Whether nobody may see what the database holds."""
        return self.outside > self.entries or self.diverged or self.restoring


class Ledger:
    """Appends, signs, writes outside, and refuses a database that is behind.

    Parameters
    ----------
    engine
        Reads the ledger's table; of any role.
    places
        Where the signed files lie: the home, and beside the pictures.
    keys
        Folder of the signing key.
    """

    def __init__(self, engine: Engine, *, places: Sequence[LedgerPlace], keys: Path) -> None:
        self._engine = engine
        self._places = tuple(places)
        self._keys = keys
        self._looked_at: dict[int, float] = {}
        self._agreed: set[tuple[int, int, str | None]] = set()
        self._lock = Lock()

    def append_in(self, connection: Connection, kind: str, content: object) -> int:
        """Write an entry in the caller's transaction; `export` it after the commit."""
        values = {"kind": kind, "content": json_text(content)}
        return int(connection.execute(_APPEND, values).scalar_one())

    def check(self) -> None:
        """Refuse when the database is an older one than the ledger knows.

        Costs one short query and a look at one or two files.

        Raises
        ------
        RestoredError
            Until `workbench retention purge --after-restore` is done.
        """
        found = self.standing(remote=False)
        if found.behind:
            raise RestoredError(
                "This database is older than the ledger of purges and holds: it may hold reads "
                "that were destroyed",
                given=f"{found.entries} entries, {found.outside} outside"
                + (", not purged again yet" if found.restoring else ""),
                next_step="`workbench retention purge --after-restore`; until then nobody sees "
                "reads, pictures, exports or reports",
            )

    def standing(self, *, remote: bool = True) -> Standing:
        """Return how the database stands to the ledger outside; write outside what is missing.

        Parameters
        ----------
        remote
            Whether to look at places on other machines even if that was done a moment ago.
        """
        found = self._standing(remote=remote)
        while found.outside > found.entries:
            # A purge may have gone on between the two looks; a database that is behind does not.
            again = self._standing(remote=True)
            if again.entries == found.entries:
                return again
            found = again
        return found

    def _standing(self, *, remote: bool) -> Standing:
        with self._engine.connect() as connection:
            head = connection.execute(_HEAD).one()
        outside, diverged, missing = head.number, False, False
        for number, place in enumerate(self._places):
            if not (remote or place.local or self._due(number)):
                continue
            if place.has(head.number + 1):
                outside = max(outside, place.last())
            if (number, head.number, head.hash) in self._agreed:
                continue  # an entry is never written twice
            there = place.hash_of(head.number) if head.number else None
            if there == head.hash:
                self._agreed = {each for each in self._agreed if each[0] != number}
                self._agreed.add((number, head.number, head.hash))
            diverged = diverged or (there is not None and there != head.hash)
            missing = missing or (bool(head.number) and there is None)
        found = Standing(head.number, outside, diverged, head.restoring)
        if missing and not found.behind:
            with suppress(RetentionError):  # nobody waits for it; the next purge tells
                self.export()
        return found

    def export(self) -> int:
        """Write outside what stands in the table and is missing there; return how many files.

        Raises
        ------
        RetentionError
            If a place cannot be written.
        """
        with self._lock, self._engine.connect() as connection:
            head = int(connection.execute(_HEAD).one().number)
            written = 0
            for place in self._places:
                first = head
                while first and not place.has(first):
                    first -= 1
                rows = connection.execute(
                    select(ledger_entry).where(_e.number > first).order_by(_e.number)
                )
                for row in rows:
                    entry = LedgerEntry(
                        number=row.number,
                        kind=row.kind,
                        content=row.content,
                        previous_hash=row.previous_hash,
                        hash=row.hash,
                    )
                    place.write(entry.number, signed_text(entry, signing_key(self._keys)))
                    written += 1
        return written

    def ahead_of(self, connection: Connection) -> tuple[LedgerEntry, ...]:
        """Return the entries outside that the database lacks, in order, each checked.

        Raises
        ------
        RetentionError
            If one cannot be trusted, or the database went on by itself after it was restored.
        """
        head = connection.execute(_HEAD).one()
        place = max(self._places, key=lambda each: each.last())
        last = place.last()
        if head.number and place.hash_of(head.number) not in {None, head.hash}:
            number, previous = self._common(connection, place, head.number)
        else:
            number, previous = head.number, head.hash or FIRST_PREVIOUS
        if last <= number:
            return ()
        keys = known_public_keys(self._keys)
        entries: list[LedgerEntry] = []
        for wanted in range(number + 1, last + 1):
            entry = place.read(wanted, keys, previous)
            entries.append(entry)
            previous = entry.hash
        return tuple(entries)

    def restoring(self, connection: Connection) -> bool:
        """Return whether a restored database waits to be purged again."""
        waiting = select(restoration.c.id).where(restoration.c.ended_at.is_(None))
        return connection.execute(waiting).first() is not None

    def _common(self, connection: Connection, place: LedgerPlace, last: int) -> tuple[int, str]:
        """Return the last entry that both have."""
        for row in connection.execute(
            select(_e.number, _e.hash).where(_e.number < last).order_by(_e.number.desc())
        ):
            if place.hash_of(row.number) == row.hash:
                return row.number, row.hash
        return 0, FIRST_PREVIOUS

    def _due(self, number: int) -> bool:
        now = monotonic()
        if now - self._looked_at.get(number, -REMOTE_EVERY_S) < REMOTE_EVERY_S:
            return False
        self._looked_at[number] = now
        return True

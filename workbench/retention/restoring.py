"""A restored backup is purged again before anybody sees it; holds that it forgot are placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text, update

from workbench.access import require
from workbench.audit import EventKind, Outcome
from workbench.domain.action import Action
from workbench.errors import RetentionError
from workbench.retention.doing import Doer, Purged, PurgeParts, Report
from workbench.retention.ledger_place import LedgerEntry
from workbench.retention.purging import Purging
from workbench.storage.retention_tables import ledger_entry, restoration

_QUIET = "ALTER TABLE hold {} TRIGGER hold_in_ledger"
_PLACE = text(
    "INSERT INTO hold OVERRIDING SYSTEM VALUE"
    " SELECT * FROM jsonb_populate_record(NULL::hold, CAST(:content AS jsonb)) AS given"
    " WHERE NOT EXISTS (SELECT FROM hold WHERE hold.id = given.id)"
)
_APPROVE = text(
    "UPDATE hold SET approved_at = given.approved_at, approved_by = given.approved_by,"
    " approved_because = given.approved_because"
    " FROM jsonb_populate_record(NULL::hold, CAST(:content AS jsonb)) AS given"
    " WHERE hold.id = given.id AND hold.placed_at = given.placed_at AND hold.approved_at IS NULL"
    " AND hold.released_at IS NULL"
)
_RELEASE = text(
    "UPDATE hold SET released_at = given.released_at, released_by = given.released_by,"
    " released_because = given.released_because"
    " FROM jsonb_populate_record(NULL::hold, CAST(:content AS jsonb)) AS given"
    " WHERE hold.id = given.id AND hold.placed_at = given.placed_at AND hold.released_at IS NULL"
)
_NUMBERS_ON = text(
    "SELECT setval(pg_get_serial_sequence('hold', 'id'), coalesce(max(id), 0) + 1, false) FROM hold"
)


class Restoring:
    """Brings a restored database up to the ledger outside, and purges it again.

    Parameters
    ----------
    owner
        Engine of the role that owns the schema: it writes what the ledger's own functions wrote.
    parts
        What a purge works with.
    purging
        Does the purge.
    """

    def __init__(self, owner: Engine, parts: PurgeParts, purging: Purging) -> None:
        self._owner = owner
        self._parts = parts
        self._purging = purging

    def run(self, doer: Doer, *, report: Report = lambda _: None) -> Purged:
        """Adopt the ledger, purge by every cut-off that it knows, and open the door again.

        A run that was killed is gone on with by the next.

        Raises
        ------
        DeniedError
            If the person may not.
        RetentionError
            If the database is not behind, or an entry of the ledger cannot be trusted; and what
            `Purging.run` raises.
        """
        parts = self._parts
        if doer.actor is not None:
            action, at = Action.RETENTION_PURGE, parts.clock()
            require(doer.actor, action, policy=parts.policy, audit=parts.audit, at=at)
        adopted = self._adopt(doer)
        report("adopted")
        parts.ledger.export()
        done = self._purging.run(doer, report=report, least=self._least())
        with self._owner.begin() as connection:
            ended = update(restoration).where(restoration.c.ended_at.is_(None))
            connection.execute(ended.values(ended_at=parts.clock()))
            details = {"purge": done.id, "entries": adopted}
            entry = doer.entry(EventKind.RETENTION_RESTORE, Outcome.DONE, details)
            parts.audit.append_in(connection, entry)
        report("restored")
        return replace(done, restored=True)

    def _adopt(self, doer: Doer) -> int:
        parts = self._parts
        with self._owner.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(426, 7)"))
            connection.execute(text("SELECT pg_advisory_xact_lock(426, 8)"))
            entries = parts.ledger.ahead_of(connection)
            if not entries:
                if parts.ledger.restoring(connection):
                    return 0
                raise RetentionError(
                    "The database is not behind the ledger of purges and holds",
                    next_step="`workbench retention purge` without --after-restore",
                )
            _enter(connection, entries)
            _place_holds(connection, entries)
            values = {"begun_at": parts.clock(), "entries": len(entries)}
            connection.execute(insert(restoration).values(values))
            details = {"entries": len(entries), "first": entries[0].number}
            entry = doer.entry(EventKind.RETENTION_RESTORE, Outcome.STARTED, details)
            parts.audit.append_in(connection, entry)
        return len(entries)

    def _least(self) -> Mapping[str, datetime]:
        """Return the latest cut-off of each rule that any purge on the ledger went by."""
        least: dict[str, datetime] = {}
        wanted = select(ledger_entry.c.content).where(ledger_entry.c.kind == "purge")
        with self._owner.connect() as connection:
            for content in connection.execute(wanted).scalars():
                for rule, cutoff in _cutoffs(content):
                    least[rule] = max(cutoff, least.get(rule, cutoff))
        return least


def _cutoffs(content: str) -> list[tuple[str, datetime]]:
    said: dict[str, Any] = LedgerEntry(
        number=0, kind="purge", content=content, previous_hash="", hash=""
    ).said
    return [(row["rule"], datetime.fromisoformat(row["cutoff"])) for row in said["gone"]]


def _enter(connection: Connection, entries: Sequence[LedgerEntry]) -> None:
    """Put entries of the ledger outside into the table; what was added here since comes after."""
    c = ledger_entry.c
    own = connection.execute(
        select(c.number, c.kind, c.content).where(c.number >= entries[0].number).order_by(c.number)
    ).all()
    connection.execute(ledger_entry.delete().where(c.number >= entries[0].number))
    connection.execute(
        insert(ledger_entry),
        [
            {
                "number": each.number,
                "kind": each.kind,
                "content": each.content,
                "previous_hash": each.previous_hash,
                "hash": each.hash,
            }
            for each in entries
        ],
    )
    again = text("SELECT append_ledger_entry(:kind, :content)")
    for row in own:
        connection.execute(again, {"kind": row.kind, "content": row.content})


def _place_holds(connection: Connection, entries: Sequence[LedgerEntry]) -> None:
    connection.execute(text(_QUIET.format("DISABLE")))
    for each in entries:
        if each.kind == "hold:place":
            connection.execute(_PLACE, {"content": each.content})
        elif each.kind == "hold:approve":
            connection.execute(_APPROVE, {"content": each.content})
        elif each.kind == "hold:release":
            connection.execute(_RELEASE, {"content": each.content})
    connection.execute(_NUMBERS_ON)
    connection.execute(text(_QUIET.format("ENABLE ALWAYS")))

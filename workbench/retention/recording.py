"""What a part of a purge deleted: counted, entered in the ledger and logged, with the deletion."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert

from workbench.audit import EventKind, Outcome
from workbench.domain.keeping import Tally
from workbench.retention.doing import Doer, PurgeParts
from workbench.storage.retention_tables import purge_count


def record_part(
    connection: Connection,
    parts: PurgeParts,
    doer: Doer,
    tallies: Sequence[tuple[Tally, str]],
    *,
    number: int,
    what: str,
    held: int = 0,
) -> bool:
    """Record what a part deleted, in its transaction and last; return whether it was anything.

    Parameters
    ----------
    tallies
        What went, each with its way: rows, rewritten, dropped or files.
    number
        Of the purge.
    what
        The part, in words.
    held
        How many reads of it stay under hold.
    """
    rows = [
        {
            "purge_id": number,
            "kind": each.kind,
            "rule": each.cutoff.rule,
            "section": each.cutoff.section,
            "month": each.month.date() if each.month else None,
            "cutoff": each.cutoff.until,
            "gone": each.gone,
            "way": way,
        }
        for each, way in tallies
        if each.gone
    ]
    if not rows:
        return False
    connection.execute(insert(purge_count), rows)
    told = [{name: row[name] for name in ("kind", "rule", "cutoff", "gone")} for row in rows]
    details = {"purge": number, "part": what, "gone": told}
    parts.ledger.append_in(connection, "purge", details)
    entry = doer.entry(EventKind.RETENTION_PURGE, Outcome.DONE, details | {"held": held})
    parts.audit.append_in(connection, entry)
    return True

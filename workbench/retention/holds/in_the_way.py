"""Holds that a purge waits for: nobody knows yet what they keep, or one person keeps too much."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, DateTime, func, literal, select

from workbench.errors import HoldWaitsError
from workbench.policy.life_rules import HoldRules
from workbench.retention.holds.hold import standing_at, waiting_at
from workbench.storage.hold_tables import held_detection
from workbench.storage.hold_tables import hold as hold_table

_h = hold_table.c
_NAMED = 10


def refuse_while_holds_wait(connection: Connection, rules: HoldRules, at: datetime) -> None:
    """Refuse what deletes reads while a hold needs a second person.

    A hold is narrow and small when one person places it, and grows with the reads that come. What
    it keeps counts when something is to go, so that is when a second person is asked.

    Parameters
    ----------
    connection
        In the transaction that deletes; nobody places a hold before it ends.

    Raises
    ------
    HoldWaitsError
        Naming each such hold.
    """
    numbers = _waiting(connection, at) or _grown(connection, rules, at)
    if numbers:
        names = ", ".join(map(str, numbers[:_NAMED])) + (" ..." if len(numbers) > _NAMED else "")
        raise HoldWaitsError(
            "A hold waits for a second person, and until then no read may go",
            given=f"hold {names}",
            allowed="an approved hold, or none",
            next_step="`workbench holds approve`, `refuse`, or `release` what stands already",
        )


def _waiting(connection: Connection, at: datetime) -> list[int]:
    # The database refuses by its own clock, so a hold waits as long as either says so.
    now = connection.execute(
        select(func.least(literal(at, DateTime(timezone=True)), func.now()))
    ).scalar_one()
    wanted = select(_h.id).where(waiting_at(now)).order_by(_h.id)
    return list(connection.scalars(wanted))


def _grown(connection: Connection, rules: HoldRules, at: datetime) -> list[int]:
    """Return the standing holds that nobody approved and that hold too much by now."""
    alone = standing_at(at) & _h.approved_at.is_(None)
    rows = connection.execute(
        select(_h.id, _h.placed_by, func.count())
        .select_from(held_detection.join(hold_table))
        .where(alone)
        .group_by(_h.id)
        .order_by(_h.id)
    ).all()
    together: dict[str, int] = {}
    for _, placed_by, reads in rows:
        together[placed_by] = together.get(placed_by, 0) + reads
    one, all_of_one = rules.alone_reads.value, rules.alone_reads_together.value
    return [
        hold_id
        for hold_id, placed_by, reads in rows
        if reads > one or together[placed_by] > all_of_one
    ]

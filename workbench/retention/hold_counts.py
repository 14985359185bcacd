"""How much each standing hold keeps although its time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from workbench.domain.keeping import Cutoffs
from workbench.storage.hold_tables import held_detection, hold


@dataclass(frozen=True, slots=True)
class HoldCount:
    """A standing hold.

    Attributes
    ----------
    reads
        Reads that it holds.
    over
        Those of them that would be over by the length that is the shortest of all.
    """

    hold_id: int
    case_number: str
    ends_at: datetime | None
    reads: int
    over: int

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "hold": self.hold_id,
            "case_number": self.case_number,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "reads": self.reads,
            "over": self.over,
        }


def hold_counts(connection: Connection, cutoffs: Cutoffs) -> tuple[HoldCount, ...]:
    """Return the holds that stand, by number."""
    h, d = hold.c, held_detection.c
    over = func.count(d.detection_id).filter(d.seen_at <= cutoffs.latest)
    rows = connection.execute(
        select(h.id, h.case_number, h.ends_at, func.count(d.detection_id), over)
        .select_from(hold.outerjoin(held_detection))
        .where(h.released_at.is_(None), or_(h.ends_at.is_(None), h.ends_at > cutoffs.at))
        .group_by(h.id)
        .order_by(h.id)
    )
    return tuple(HoldCount(*row) for row in rows)

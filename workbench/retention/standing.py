"""The holds that a purge heeds, for who runs it: which there are, never what one of them keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from workbench.retention.holds.hold import HoldState, hold_of, open_at, standing_at
from workbench.storage.hold_tables import held_detection, hold


@dataclass(frozen=True, slots=True)
class HeededHold:
    """A hold that stands, or that a purge waits for."""

    hold_id: int
    state: HoldState
    ends_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "hold": self.hold_id,
            "state": self.state.value,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
        }


def heeded_holds(connection: Connection, at: datetime) -> tuple[HeededHold, ...]:
    """Return the holds that stand or wait, by number."""
    rows = connection.execute(select(hold).where(open_at(at)).order_by(hold.c.id))
    found = (hold_of(row) for row in rows)
    return tuple(HeededHold(each.id, each.state_at(at), each.ends_at) for each in found)


def held_in_all(connection: Connection, at: datetime) -> tuple[int, int]:
    """Return how many holds stand, and how many reads they hold together."""
    stand = select(func.count()).select_from(hold).where(standing_at(at))
    reads = (
        select(func.count(held_detection.c.detection_id.distinct()))
        .select_from(held_detection.join(hold))
        .where(standing_at(at))
    )
    return connection.execute(stand).scalar_one(), connection.execute(reads).scalar_one()

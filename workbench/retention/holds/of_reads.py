"""Which holds hold given reads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, Connection, func, literal, select

from workbench.retention.holds.hold import Hold, hold_of
from workbench.storage.hold_tables import held_detection
from workbench.storage.hold_tables import hold as hold_table


def holds_of_reads(connection: Connection, detections: Sequence[int]) -> list[Hold]:
    """Return every hold, released ones too, that holds or held one of some reads, by number."""
    these = func.any(literal(list(detections), ARRAY(BigInteger)))
    mine = select(held_detection.c.hold_id).where(held_detection.c.detection_id == these)
    wanted = select(hold_table).where(hold_table.c.id.in_(mine)).order_by(hold_table.c.id)
    return [hold_of(row) for row in connection.execute(wanted)]

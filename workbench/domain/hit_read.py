"""The read that a hit is of: what joins hits and detections, which do not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRead:
    """Which read a hit is of, and why one may look at it.

    Attributes
    ----------
    detection_id, seen_at
        Of the read; the number alone would have to be looked for in every month.
    purpose
        Purpose code of what the hit is about.
    listed_plate
        The plate that is looked for, for the log.
    """

    hit_id: int
    detection_id: int
    seen_at: datetime
    purpose: str
    listed_plate: str

"""An allowance: more reads under one inquiry than a person may have brought out alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class AllowanceState(StrEnum):
    """What became of what was asked for."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """So many reads, asked for under an inquiry and decided by another person.

    Attributes
    ----------
    reads
        How many reads its looks may let out together.
    why
        In the words of who asked.
    username
        Who asked: whose inquiry it is.
    """

    id: int
    inquiry_id: UUID
    username: str
    reads: int
    why: str
    state: AllowanceState
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        values = {name: getattr(self, name) for name in Allowance.__dataclass_fields__}
        decided_at = self.decided_at.isoformat() if self.decided_at else None
        told = {"inquiry_id": str(self.inquiry_id), "state": self.state.value}
        return values | told | {"asked_at": self.asked_at.isoformat(), "decided_at": decided_at}

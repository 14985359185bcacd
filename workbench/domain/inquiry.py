"""An inquiry: the stated purpose under which searches are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class InquiryState(StrEnum):
    """Whether rows may be shown under the inquiry."""

    OPEN = "open"
    WAITING = "waiting"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A purpose that somebody stated before searching (Civil Code 1798.90.52; Policy 426.4).

    Attributes
    ----------
    purpose
        A purpose code of the policy, such as ``active_investigation``.
    reason
        In the person's own words.
    state
        ``waiting`` until approved when the purpose asks for approval.
    decided_by, decision_note
        Who approved or refused it, and what they wrote.
    """

    id: UUID
    username: str
    purpose: str
    case_number: str | None
    reason: str
    state: InquiryState
    opened_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_note: str | None = None

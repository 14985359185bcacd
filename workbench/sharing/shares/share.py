"""A standing share: what an agency has until somebody ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.errors import SharingError
from workbench.sharing.agencies.agency import Agency

_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShare:
    """What is to be shared all the time.

    Attributes
    ----------
    agency
        By a name that the register has.
    system
        Where it is switched on, such as ``LEARN``; a vendor's list is compared by it.
    what
        Such as ``detections``.
    started_at
        Since when; ``None`` for now.

    Raises
    ------
    SharingError
        If something is not said.
    """

    agency: str
    system: str
    what: str
    reason: str
    legal_basis: str
    started_at: datetime | None = None

    def __post_init__(self) -> None:
        """Trim what is said, and refuse what says nothing."""
        for name in ("agency", "system", "what", "reason", "legal_basis"):
            words = " ".join(getattr(self, name).split())
            if not words or len(words) > _LONGEST or "\x00" in words:
                raise SharingError(
                    f"A share says its {name.replace('_', ' ')}",
                    given=words,
                    allowed=f"1 to {_LONGEST} characters",
                )
            object.__setattr__(self, name, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody looked at a share; the first of them approves it."""

    approves: bool
    reviewed_at: datetime
    reviewed_by: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the register.

    Attributes
    ----------
    reviews
        In order.
    """

    id: int
    agency: Agency
    system: str
    what: str
    reason: str
    legal_basis: str
    started_at: datetime
    recorded_at: datetime
    recorded_by: str
    ended_at: datetime | None
    ended_by: str | None
    ended_because: str | None
    reviews: tuple[Review, ...]

    @property
    def approved(self) -> bool:
        """Whether the captain or a designee has approved it."""
        return any(review.approves for review in self.reviews)

    def next_review_at(self, review_days: int) -> datetime:
        """Return when it is to be looked at; at once while nobody has approved it."""
        if not self.reviews:
            return self.recorded_at
        return self.reviews[-1].reviewed_at + timedelta(days=review_days)

    def overdue(self, at: datetime, review_days: int) -> bool:
        """Return whether it stands and its review's time has come; it runs out at its instant."""
        return self.ended_at is None and self.next_review_at(review_days) <= at

    def as_json(self, at: datetime, review_days: int) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        last = self.reviews[-1] if self.reviews else None
        return {
            "id": self.id,
            "agency": self.agency.name,
            "system": self.system,
            "what": self.what,
            "reason": self.reason,
            "legal_basis": self.legal_basis,
            "started_at": self.started_at.isoformat(),
            "recorded_by": self.recorded_by,
            "approved": self.approved,
            "last_review_at": last.reviewed_at.isoformat() if last else None,
            "last_review_by": last.reviewed_by if last else None,
            "last_finding": last.finding if last else None,
            "next_review_at": self.next_review_at(review_days).isoformat(),
            "overdue": self.overdue(at, review_days),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "ended_by": self.ended_by,
            "ended_because": self.ended_because,
        }

"""What a hit is, and the states it goes through."""

from __future__ import annotations

from enum import StrEnum


class MatchKind(StrEnum):
    """How a read met an entry; sorted."""

    EXACT = "exact"
    MISREAD = "misread"
    WILDCARD = "wildcard"


class HitState(StrEnum):
    """Where a hit stands; sorted. There is no state that lets anyone stop a car."""

    BROADCAST = "broadcast"
    CALLED = "called"
    CLOSED = "closed"
    COMPARED = "compared"
    CONFIRMED = "confirmed"
    NEW = "new"
    OPENED = "opened"
    REFUSED = "refused"

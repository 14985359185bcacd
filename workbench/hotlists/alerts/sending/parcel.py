"""What a sender is handed, and what a sender is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from workbench.domain.alert import Level
from workbench.hotlists.alerts.target import Target


class About(StrEnum):
    """What a delivery tells of; sorted."""

    CALL = "call"
    HIT = "hit"
    NOTICE = "notice"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery, ready to leave.

    Attributes
    ----------
    key
        The receiver knows a repeat by it.
    number
        Of the hit, the notice, the call's event, or the test's record in the log.
    informational
        Of a special list: no stop actions.
    late
        The hit's list was older than the policy lets it be, or loaded too seldom.
    page
        Where people read more, after signing in.
    body
        JSON by a schema of ``data_schema/alerts``; the same bytes at every attempt.
    """

    key: UUID
    about: About
    number: int
    level: Level
    informational: bool
    page: str
    body: bytes
    late: bool = False


class Sender(Protocol):
    """A way by which parcels leave."""

    def send(self, parcel: Parcel, target: Target) -> None:
        """Send a parcel; returns when the target has taken it.

        Raises
        ------
        AlertError
            If it has not, or nobody knows whether it has.
        """

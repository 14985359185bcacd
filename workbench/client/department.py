"""What the service says about the department before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """Whose service it is, and what its policy lets a client fill in.

    Attributes
    ----------
    zone
        Times without a zone are local to it.
    purposes
        Purpose codes and their titles.
    needs_approval
        Purposes whose inquiries wait for somebody's approval.
    default_limit
        Rows of a search that names no limit.
    reads_per_look
        Most reads of one look without another person's approval of the number.
    canvass_default_minutes
        Margin of a canvass that names none.
    """

    name: str
    zone: ZoneInfo
    purposes: dict[str, str]
    needs_approval: frozenset[str]
    default_limit: int
    reads_per_look: int
    canvass_default_minutes: float
    policy_version: str
    version: str

    @classmethod
    def of(cls, said: dict[str, Any]) -> Department:
        """Return it as the service said it."""
        purposes = said["purposes"]
        return cls(
            name=said["name"],
            zone=ZoneInfo(said["time_zone"]),
            purposes={purpose["code"]: purpose["title"] for purpose in purposes},
            needs_approval=frozenset(p["code"] for p in purposes if p["needs_approval"]),
            default_limit=said["default_limit"],
            reads_per_look=said["reads_per_look"],
            canvass_default_minutes=said["canvass_default_minutes"],
            policy_version=said["policy_version"],
            version=said["version"],
        )

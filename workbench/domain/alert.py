"""What people are alerted to: how loud, to what kind of place, and what was found out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How loud an alert is; sorted. Which category has which stands in the policy."""

    HIGH = "high"
    LOW = "low"
    MEDIUM = "medium"


class TargetKind(StrEnum):
    """Where alerts go; sorted. The two of CAD get calls for service, the others hits."""

    CAD_FILE = "cad_file"
    CAD_WEBHOOK = "cad_webhook"
    EMAIL = "email"
    WEBHOOK = "webhook"

    @property
    def takes_calls(self) -> bool:
        """Whether it gets calls for service instead of hits and notices."""
        return self in {TargetKind.CAD_FILE, TargetKind.CAD_WEBHOOK}

    @property
    def by_http(self) -> bool:
        """Whether its address is a web address and what goes there is signed."""
        return self in {TargetKind.CAD_WEBHOOK, TargetKind.WEBHOOK}


class DeliveryState(StrEnum):
    """How far a delivery is; sorted. What is dead waits for a person."""

    DEAD = "dead"
    SENT = "sent"
    WAITING = "waiting"


class NoticeKind(StrEnum):
    """What people are told that is no hit; sorted."""

    CAMERA_DROPPED = "camera_dropped"
    CAMERA_SILENT = "camera_silent"
    EQUIPMENT_UNSEEN = "equipment_unseen"
    FAULT_UNREPORTED = "fault_unreported"
    HOT_PLATE_CUT = "hot_plate_cut"
    INSPECTION_OVERDUE = "inspection_overdue"
    LIST_LATE = "list_late"
    LOAD_FAILED = "load_failed"
    LOAD_WAITING = "load_waiting"
    SHIFT_WRONG = "shift_wrong"

    @property
    def level(self) -> Level:
        """How loud it is; what keeps a list from being current does not wait for the morning."""
        lists = {NoticeKind.LIST_LATE, NoticeKind.LOAD_FAILED, NoticeKind.LOAD_WAITING}
        return Level.HIGH if self in lists else Level.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that people are to hear once.

    Attributes
    ----------
    key
        The same for the same thing, such as ``list_late:SVS:2026-11-02``; told once.
    subject
        What it is about: a list's code, a hot plate's number, a camera or a car. No plate, no
        person.
    text
        What happened, in a sentence without plate, place or person.
    found_at
        When it was found.
    concerns
        User name of the person whom it concerns, such as who entered a hot plate.
    """

    key: str
    kind: NoticeKind
    subject: str
    text: str
    found_at: datetime
    concerns: str | None = None

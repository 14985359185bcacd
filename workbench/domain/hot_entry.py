"""Plates that are looked for: the lists they stand on, why, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """Why a plate is looked for (Policy 426.3 (4)); sorted."""

    HOT_PLATE = "hot_plate"
    MISSING_PERSON = "missing_person"
    OTHER = "other"
    PROTECTIVE_ORDER = "protective_order"
    SPECIAL_LIST = "special_list"
    STOLEN_PLATE = "stolen_plate"
    STOLEN_VEHICLE = "stolen_vehicle"
    TERRORISM = "terrorism"
    WANTED_PERSON = "wanted_person"


class ListKind(StrEnum):
    """What kind of list an entry stands on; sorted.

    A general list comes from others several times a day (Policy 426.6.4 (a)), a special list is
    the department's own and informational only (426.6.4 (b), (c)), a hot plate is one plate that
    a person entered (426.6.5).
    """

    GENERAL = "general"
    HOT_PLATE = "hot_plate"
    SPECIAL = "special"


HOT_PLATES = "HOT_PLATES"
"""Code of the list that all hot plates stand on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotEntry:
    """One plate that is looked for, whatever list it stands on.

    Attributes
    ----------
    list_code
        Such as ``SVS``; `HOT_PLATES` for hot plates.
    load_id, line
        Which load of a list it came with and its line there; empty for hot plates.
    hot_plate_id
        Of the hot plate; empty for lists.
    plate
        As it was written.
    pattern
        The plate's normal form (letters and digits, upper case); with ``*`` where characters are
        not known, then `wildcard` is true.
    region
        Two letters of the state or country; empty where the list does not say.
    effective_at, expires_at
        From when, and before when it counts; empty where the list does not say.
    """

    list_code: str
    kind: ListKind
    plate: str
    pattern: str
    wildcard: bool = False
    region: str | None = None
    category: Category
    effective_at: datetime | None = None
    expires_at: datetime | None = None
    load_id: int | None = None
    line: int | None = None
    hot_plate_id: int | None = None

    def in_force_at(self, at: datetime) -> bool:
        """Return whether it counts at an instant; the end is not part of it."""
        begun = self.effective_at is None or self.effective_at <= at
        return begun and (self.expires_at is None or at < self.expires_at)

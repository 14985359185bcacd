"""What a package needs to know about the care of cameras, whoever keeps those records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An inspection of a camera or installation (Policy 426.4.1 administrators (a)).

    Attributes
    ----------
    passed
        Items of the policy that were found in order; the others in `failed`.
    """

    camera_id: str
    inspected_at: datetime
    inspected_by: str
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    note: str | None = None


class KnowsInspections(Protocol):
    """Whoever keeps the records of equipment."""

    def inspections(self, camera_ids: Sequence[str], until: datetime) -> Sequence[Inspection]:
        """Return the inspections of some cameras up to an instant, the earliest first."""
        ...


class NoInspections:
    """Stands in where no records of equipment are kept; a package then says so."""

    def inspections(self, camera_ids: Sequence[str], until: datetime) -> Sequence[Inspection]:
        """Return nothing."""
        del camera_ids, until
        return ()

"""How many reads may be let out together, counted from the log and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from workbench.audit import statements


@dataclass(frozen=True, slots=True)
class PersonCeiling:
    """Most reads that one person's looks may let out after an instant.

    Looks under an allowance do not count: another person approved those by their number.

    Attributes
    ----------
    after
        An outcome recorded at this very instant does not count any more.
    """

    most: int
    username: str
    after: datetime

    condition = statements.OF_PERSON

    def values(self) -> dict[str, Any]:
        """Return the values bound in `condition`."""
        return {"of_person": self.username, "after": self.after}


@dataclass(frozen=True, slots=True)
class AllowanceCeiling:
    """Most reads that looks under one allowance of an inquiry may let out, whenever."""

    most: int
    inquiry_id: UUID
    allowance: int

    condition = statements.UNDER_ALLOWANCE

    def values(self) -> dict[str, Any]:
        """Return the values bound in `condition`."""
        return {"of_inquiry": str(self.inquiry_id), "allowance": str(self.allowance)}


Ceiling = PersonCeiling | AllowanceCeiling

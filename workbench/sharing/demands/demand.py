"""A lawful demand as it is on file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from workbench.domain.release import DemandKind
from workbench.errors import DemandError
from workbench.sharing.shown import shown

_LONGEST_LINE = 200
_LONGEST_TEXT = 10_000
_LINES = ("court", "asked_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulDemand:
    """What the document says.

    Attributes
    ----------
    kind
        A subpoena, a court order or a request for discovery.
    court
        The court that issued it, or before which the case is.
    issued_on
        The date on the document.
    case_number
        The department's case; what is disclosed is packed under it.
    asked_by
        Who gets it: the clerk, the prosecutor in court, counsel for the defence.
    asked_for
        What data, in the document's words.

    Raises
    ------
    DemandError
        If something is missing, too long or does not show.
    """

    kind: DemandKind
    court: str
    issued_on: date
    case_number: str
    asked_by: str
    asked_for: str

    def __post_init__(self) -> None:
        """Trim what is said, and refuse what does not say enough."""
        for name in _LINES:
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))
        object.__setattr__(self, "asked_for", self.asked_for.strip())
        for name in (*_LINES, "asked_for"):
            said = getattr(self, name)
            longest = _LONGEST_TEXT if name == "asked_for" else _LONGEST_LINE
            if not said or len(said) > longest or shown(said) != said:
                raise DemandError(
                    f"The demand lacks its {name.replace('_', ' ')}",
                    given=said,
                    allowed=f"1 to {longest} characters, all of which show",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDemand:
    """A demand on file, with the document it came as.

    Attributes
    ----------
    document_sha256
        Of the document, which is kept under it.
    received_by
        Who of the department received it.
    packages
        Numbers of the packages that were disclosed on it.
    """

    id: int
    demand: LawfulDemand
    document_sha256: str
    received_at: datetime
    received_by: str
    recorded_at: datetime
    recorded_by: str
    packages: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        said = asdict(self.demand) | {
            "kind": self.demand.kind.value,
            "issued_on": self.demand.issued_on.isoformat(),
        }
        return {
            "id": self.id,
            **said,
            "document_sha256": self.document_sha256,
            "received_at": self.received_at.isoformat(),
            "received_by": self.received_by,
            "recorded_at": self.recorded_at.isoformat(),
            "recorded_by": self.recorded_by,
            "packages": list(self.packages),
        }

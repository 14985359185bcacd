"""What somebody wants packed, and how that stands in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from workbench.domain.criteria_text import criteria_text
from workbench.domain.read_set import ReadSet, read_set_from_json
from workbench.errors import EvidenceError
from workbench.retention.evidence.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a package is to hold.

    Attributes
    ----------
    reads
        Which reads; or ``None`` where a hold says it.
    hold_id
        A hold, all of whose reads are packed.
    two_sided
        Whether to pack what speaks against too, such as other readings and rejected hits.
    accesses
        Whether to say who looked at the reads, and why: not for others who have no part in that.
    recipient
        Whose approved request lets it leave; without one every page names the own evidence room.

    Raises
    ------
    EvidenceError
        Unless it names a hold or reads, and not both.
    """

    reads: ReadSet | None = None
    hold_id: int | None = None
    two_sided: bool = False
    accesses: bool = True
    recipient: Recipient | None = None

    def __post_init__(self) -> None:
        """Refuse what names nothing, or two things."""
        if (self.reads is None) == (self.hold_id is None):
            raise EvidenceError("What is to be packed?", allowed="either a hold or reads")

    def as_json(self) -> dict[str, Any]:
        """Return it as it is logged; `order_from_json` takes it back."""
        return {
            "look": "evidence",
            "hold": self.hold_id,
            "reads": self.reads.as_json() if self.reads else None,
            "two_sided": self.two_sided,
            "accesses": self.accesses,
            "recipient": self.recipient.as_json() if self.recipient else None,
        }

    @property
    def plate(self) -> str | None:
        """The plate or pattern that is asked for, if one is."""
        search = self.reads.search if self.reads else None
        return search.plate.text if search and search.plate else None


def order_text(order: Order, zone: ZoneInfo) -> str:
    """Return what is to be packed, in words.

    Examples
    --------
    >>> order_text(Order(hold_id=3), ZoneInfo("UTC"))
    'all reads under hold 3'
    """
    if order.reads is None:
        return f"all reads under hold {order.hold_id}"
    search = order.reads.as_json()["search"]
    named = len(order.reads.detections)
    parts = [criteria_text({**search, "look": "reads"}, zone)] if search else []
    return "; ".join(parts + ([f"{named} reads by their numbers"] if named else []))


def order_from_json(logged: Mapping[str, Any]) -> Order:
    """Return the order that `Order.as_json` wrote."""
    return Order(
        reads=read_set_from_json(logged["reads"]) if logged["reads"] else None,
        hold_id=logged["hold"],
        two_sided=logged["two_sided"],
        accesses=logged["accesses"],
        recipient=Recipient(**logged["recipient"]) if logged["recipient"] else None,
    )

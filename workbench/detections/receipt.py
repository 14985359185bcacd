"""What became of a delivery."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.detections.deliveries import REFUSED, Counts
from workbench.errors import WorkbenchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a delivery.

    Attributes
    ----------
    delivery_id
        Its row.
    state
        ``complete`` or ``refused``.
    counts
        Over all tries.
    already
        True when it was complete before, so that nothing was done now.
    error
        Why it was refused.
    access_id
        The audit record that stands for it.
    """

    delivery_id: int
    name: str
    format: str | None
    state: str
    counts: Counts = field(default_factory=Counts)
    already: bool = False
    error: WorkbenchError | None = None
    access_id: int | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing or not all of it could be read."""
        return self.state == REFUSED

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values.

        Examples
        --------
        >>> receipt = Receipt(delivery_id=1, name="a.json", format="openalpr", state="complete")
        >>> receipt.as_dict()["stored"]
        0
        """
        return {
            "delivery": self.delivery_id,
            "name": self.name,
            "format": self.format,
            "state": self.state,
            **asdict(self.counts),
            "already": self.already,
            "error": self.error.as_dict() if self.error else None,
        }

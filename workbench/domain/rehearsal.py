"""What a rehearsal of a hot plate asks for, and its form in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from workbench.domain.hot_pattern import HotPattern
from workbench.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalCriteria:
    """How often a plate would have hit in the kept reads.

    Attributes
    ----------
    pattern
        The plate as it would be looked for.
    region
        Its state; reads of another state do not count as met, reads without one do. How likely
        the plate is weighs both.
    period
        Half-open, UTC; empty for all that is kept.

    Examples
    --------
    >>> asked = RehearsalCriteria(pattern=HotPattern("7AB*1"), region="CA")
    >>> rehearsal_from_json(asked.as_json()) == asked
    True
    """

    pattern: HotPattern
    region: str | None = None
    period: Period | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the criteria as they are logged; `rehearsal_from_json` takes them back."""
        period = self.period
        return {
            "look": "rehearsal",
            "plate": self.pattern.pattern,
            "region": self.region,
            "period": period and {"start": period.start.isoformat(), "end": period.end.isoformat()},
        }


class Met(NamedTuple):
    """A read that a hot plate would have made something of.

    Attributes
    ----------
    row
        Its place among the reads that were given.
    alerts
        Whether people would have been alerted; else it would be a possible hit.
    misread
        Whether the read has another text than the plate.
    """

    row: int
    alerts: bool
    misread: bool


def rehearsal_from_json(logged: dict[str, Any]) -> RehearsalCriteria:
    """Return the rehearsal that `RehearsalCriteria.as_json` wrote."""
    period = logged["period"]
    return RehearsalCriteria(
        pattern=HotPattern(logged["plate"]),
        region=logged["region"],
        period=period and Period(*(datetime.fromisoformat(period[k]) for k in ("start", "end"))),
    )

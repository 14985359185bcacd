"""The closed sets of the log, under the name by which callers of the log know them."""

from __future__ import annotations

from workbench.domain.event import LOOKS, OUTCOMES, EventKind, Outcome

__all__ = ["LOOKS", "OUTCOMES", "EventKind", "Outcome"]

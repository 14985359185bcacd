"""What of a hold whom may see: number, state and dates, or the whole of it. Never what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.access.decide import decide
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.policy import Policy
from workbench.retention.holds.hold import Hold, HoldState

_FOR_ALL = ("id", "placed_at", "ends_at", "approved_at", "released_at")


@dataclass(frozen=True, slots=True)
class SeenHold:
    """A hold for somebody's eyes.

    Attributes
    ----------
    whole
        Whether its criteria, case, reasons and names are for them.
    """

    hold: Hold
    state: HoldState
    whole: bool

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready; what is not for them is ``None``."""
        told = self.hold.as_json()
        if not self.whole:
            told = {name: value if name in _FOR_ALL else None for name, value in told.items()}
        return {**told, "state": self.state.value, "whole": self.whole}


def seen_by(actor: Actor, hold: Hold, policy: Policy, at: datetime) -> SeenHold:
    """Return a hold as somebody may see it.

    The whole of it is for who placed it, for whose duty every hold is (``holds:oversee``), and,
    while it waits and afterwards, for who decides about it.
    """
    state = hold.state_at(at)
    person = actor.person

    def may(action: Action) -> bool:
        return decide(person, action, policy=policy, at=at).allowed

    whole = (
        person.username in {hold.placed_by, hold.approved_by, hold.released_by}
        or may(Action.HOLDS_OVERSEE)
        or (state is HoldState.WAITING and may(Action.HOLDS_DECIDE))
    )
    return SeenHold(hold, state, whole)

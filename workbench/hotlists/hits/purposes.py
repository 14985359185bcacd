"""The purpose under which a hit is looked at: that of what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.domain.hot_entry import Category
from workbench.errors import PurposeError
from workbench.policy import Policy

PURPOSES = {
    Category.HOT_PLATE: "active_investigation",
    Category.MISSING_PERSON: "missing_person",
    Category.OTHER: "active_investigation",
    Category.PROTECTIVE_ORDER: "suspect_interdiction",
    Category.SPECIAL_LIST: "active_investigation",
    Category.STOLEN_PLATE: "stolen_plate",
    Category.STOLEN_VEHICLE: "stolen_or_wanted_vehicle",
    Category.TERRORISM: "homeland_security",
    Category.WANTED_PERSON: "active_warrant",
}
"""Purpose codes of Policy 426.4, none of which needs an approval."""

MIXED = "stolen_or_wanted_vehicle"
"""For a look at hits of several purposes: what hot lists are for (Policy 426.5 (a))."""


def purpose_of(categories: Iterable[Category], policy: Policy) -> str:
    """Return the one purpose of some categories, or `MIXED` where they have several or none.

    Raises
    ------
    PurposeError
        If the policy in force does not know it, or asks for an approval first.
    """
    purposes = {PURPOSES[category] for category in categories}
    purpose = purposes.pop() if len(purposes) == 1 else MIXED
    known = [rule.code for rule in policy.purposes if not rule.needs_approval]
    if purpose not in known:
        raise PurposeError(
            "The policy has no such purpose for looking at hits",
            given=purpose,
            allowed=", ".join(known),
            next_step="give the policy file a purpose of that code",
        )
    return purpose

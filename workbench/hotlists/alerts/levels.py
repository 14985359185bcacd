"""How loud a hit is, by its category and the policy."""

from __future__ import annotations

from workbench.domain.alert import Level
from workbench.domain.hot_entry import Category
from workbench.policy.data_rules import HitRules


def level_of(category: Category, rules: HitRules, *, informational: bool) -> Level:
    """Return how loud a hit is.

    A hit of a special list is informational only and therefore always quiet, whatever the
    policy says of its category (Policy 426.6.4 (c)).

    Parameters
    ----------
    category
        Why the plate is looked for.
    rules
        Name the categories that are high and low; the others are medium.
    informational
        Whether it is a hit of a special list.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> rules = load_policy().hits
    >>> level_of(Category.STOLEN_VEHICLE, rules, informational=False).value
    'high'
    >>> level_of(Category.STOLEN_VEHICLE, rules, informational=True).value
    'low'
    """
    if informational or category in rules.low.value:
        return Level.LOW
    return Level.HIGH if category in rules.high.value else Level.MEDIUM

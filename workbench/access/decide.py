"""Whether a person may do something now, and why; denied unless the policy says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from workbench.domain.action import Action
from workbench.domain.person import Person, Role
from workbench.policy import Policy
from workbench.policy.people_rules import TrainingNeed


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer with its reason.

    Attributes
    ----------
    allowed
        True only if a rule of the policy says so.
    reason
        A sentence for the person who asked.
    section
        Where the rule stands.
    """

    allowed: bool
    reason: str
    section: str


def decide(person: Person, action: Action, *, policy: Policy, at: datetime) -> Decision:
    """Return whether a person may do something at an instant.

    Parameters
    ----------
    person
        With roles, designations and training read just now.
    action
        What is asked for.
    policy
        Says which role may do what, and what training it takes.
    at
        The instant; aware.

    Returns
    -------
    Decision
        Denied if the account is disabled, no role that holds now may do it, or training in a
        system that it needs is not current.
    """
    if person.disabled:
        section = policy.sign_in.inactive_days.section
        return _denied(f"The account of {person.display_name} is disabled.", section)
    roles = person.roles_at(at)
    by_role = _by_role(person, roles, action, policy)
    if not by_role.allowed:
        return by_role
    for need in policy.training.needed_for(action):
        if not any(t.system == need.system and t.current_at(at) for t in person.training):
            return _denied(_untrained(person, need, action, policy, at), need.section)
    return by_role


def _allowed(reason: str, section: str) -> Decision:
    return Decision(allowed=True, reason=reason, section=section)


def _denied(reason: str, section: str) -> Decision:
    return Decision(allowed=False, reason=reason, section=section)


def _by_role(person: Person, roles: frozenset[Role], action: Action, policy: Policy) -> Decision:
    may = [role for role in Role if action in policy.roles[role].value]
    used = [role for role in may if role in roles]
    sections = "; ".join(sorted({policy.roles[role].section for role in used or may}))
    if used:
        return _allowed(f"Allowed as {_listed(used, 'and')}.", sections)
    holds = _listed(sorted(roles), "and") if roles else "no role"
    held = f"{person.display_name} holds {holds} now."
    if not may:
        return _denied(f"The policy allows {action} to no role; {held}", policy.name)
    return _denied(f"{action} is for {_listed(may, 'or')}; {held}", sections)


def _untrained(
    person: Person, need: TrainingNeed, action: Action, policy: Policy, at: datetime
) -> str:
    zone = ZoneInfo(policy.department.time_zone.value)
    ends = [t.expires_at for t in person.training if t.system == need.system and t.expires_at <= at]
    asked = f"{action} needs current training in {need.system}"
    if not ends:
        return f"{asked}; {person.display_name} has none on record."
    return f"{asked}; that of {person.display_name} ended on {max(ends).astimezone(zone):%Y-%m-%d}."


def _listed(roles: Iterable[Role], last: str) -> str:
    *some, final = [role.value.replace("_", " ") for role in roles]
    return f"{', '.join(some)} {last} {final}" if some else final

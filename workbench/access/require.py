"""The guard in front of every act: decided, and when denied, logged and refused."""

from __future__ import annotations

from datetime import datetime

from workbench.access.decide import Decision, decide
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import DeniedError
from workbench.policy import Policy


def require(
    actor: Actor, action: Action, *, policy: Policy, audit: AuditLog, at: datetime
) -> Decision:
    """Return the decision that allows an act, or refuse it.

    Parameters
    ----------
    actor
        Who asks, and from where.
    action
        What for.
    policy
        Decides.
    audit
        Where a denial is logged before it is told.
    at
        The present instant.

    Raises
    ------
    DeniedError
        If the policy does not allow it; carries the reason and section.
    AuditWriteError
        If the denial cannot be logged.
    """
    decision = decide(actor.person, action, policy=policy, at=at)
    if not decision.allowed:
        refuse(actor, action, decision, audit=audit)
    return decision


def require_another(
    actor: Actor, username: str, action: Action, *, audit: AuditLog, section: str
) -> None:
    """Refuse when somebody acts on themselves: own roles, own training, own inquiry.

    Parameters
    ----------
    username
        On whom, or whose inquiry.
    section
        The rule that asks for a second person.

    Raises
    ------
    DeniedError
        If it is the actor; logged like every denial.
    """
    if actor.person.username == username:
        reason = f"Nobody does {action} for themselves; another person has to."
        refuse(actor, action, Decision(allowed=False, reason=reason, section=section), audit=audit)


def refuse(actor: Actor, action: Action, decision: Decision, *, audit: AuditLog) -> None:
    """Log a denial and raise it.

    Raises
    ------
    DeniedError
        Always.
    """
    audit.append(
        Entry(
            EventKind.ACCESS_DENY,
            actor,
            outcome=Outcome.REFUSED,
            details={
                "action": action.value,
                "reason": decision.reason,
                "section": decision.section,
            },
        )
    )
    raise DeniedError(
        decision.reason.removesuffix("."),
        given=action.value,
        allowed=f"what the policy allows ({decision.section})",
        next_step="ask an ALPR administrator if your duties need it",
    )

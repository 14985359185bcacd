"""Made-up people for tests; every field has a default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workbench.domain.person import Actor, Channel, Designation, Origin, Person, Role, Training

TRAINED_AT = datetime(2026, 1, 5, tzinfo=UTC)
DESK = Origin(channel=Channel.CLIENT, address="127.0.0.1", session="test", agent="pytest")


def made_person(
    *roles: Role,
    username: str = "a.analyst",
    systems: tuple[str, ...] = ("LEARN", "CDMS"),
    designations: tuple[Designation, ...] = (),
) -> Person:
    """Return a trained person with the given roles, an analyst by default."""
    training = tuple(
        Training(system=system, completed_at=TRAINED_AT, expires_at=TRAINED_AT + timedelta(365))
        for system in systems
    )
    return Person(
        username=username,
        display_name="Made Up",
        title="Crime Analyst",
        organisation="Roseville Police Department",
        roles=frozenset(roles or (Role.ANALYST,)),
        training=training,
        designations=designations,
    )


def made_actor(*roles: Role, username: str = "a.analyst") -> Actor:
    """Return a made-up person acting from this machine."""
    return Actor(person=made_person(*roles, username=username), origin=DESK)

"""What a caller asks to have logged, and what then stands in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from workbench.audit.kinds import LOOKS, OUTCOMES, EventKind, Outcome
from workbench.domain.person import Actor, Origin
from workbench.errors import AuditWriteError

SCHEMA_VERSION = 1
"""Version of the record's form; see ``data_schema/audit/record.v1.schema.json``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be logged; time, place in the chain and policy version are the log's to add.

    Attributes
    ----------
    kind
        What happened.
    actor
        Who did it and from where; ``None`` for a job, or for somebody who is not known (yet).
    purpose, case_number, reason
        As stated in the inquiry.
    plate
        The plate or pattern that was asked for.
    criteria
        The exact criteria, JSON-ready.
    inquiry_id
        The inquiry under which it happened.
    access_id
        The earlier record whose outcome this is, or under which it happened.
    outcome
        How it ended.
    details
        What else an auditor needs, JSON-ready; no passwords, codes or tokens.
    origin
        Where it came from when there is no actor; otherwise the actor's own counts.

    Raises
    ------
    AuditWriteError
        If a look lacks one of the four items of Civil Code 1798.90.52, or an outcome does not
        name its record.
    """

    kind: EventKind
    actor: Actor | None
    purpose: str | None = None
    case_number: str | None = None
    reason: str | None = None
    plate: str | None = None
    criteria: Mapping[str, Any] | None = None
    inquiry_id: UUID | None = None
    access_id: int | None = None
    outcome: Outcome | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin | None = None

    def __post_init__(self) -> None:
        """Refuse what would not satisfy the law or could not be followed up."""
        if self.kind in LOOKS and not (self.actor and self.purpose and self.criteria):
            raise AuditWriteError(
                "A look at detections lacks who, why or what was asked",
                given=self.kind.value,
                allowed="an actor, a purpose and criteria (Civil Code 1798.90.52)",
            )
        if self.kind in OUTCOMES and (self.access_id is None or self.outcome is None):
            raise AuditWriteError(
                "An outcome does not say what it is the outcome of, or how it ended",
                given=self.kind.value,
                allowed="access_id and outcome",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of the log, as it stands in the table.

    Attributes
    ----------
    seq
        Its place in the chain, from 1 and without gaps.
    recorded_at
        UTC, to the microsecond: the writer's clock just before it took its place in the chain.
    roles
        The roles that the person held at that instant, sorted.
    origin
        Keys ``channel``, ``address``, ``session`` and ``agent``.
    previous_hash, hash
        SHA-256 in hexadecimal; the first record's previous one is all zeros.
    """

    seq: int
    recorded_at: datetime
    schema_version: int
    kind: EventKind
    username: str | None
    display_name: str | None
    organisation: str
    roles: tuple[str, ...]
    purpose: str | None
    case_number: str | None
    reason: str | None
    plate: str | None
    criteria: Mapping[str, Any] | None
    inquiry_id: UUID | None
    access_id: int | None
    policy_version: str
    origin: Mapping[str, Any] | None
    outcome: Outcome | None
    details: Mapping[str, Any]
    previous_hash: str
    hash: str

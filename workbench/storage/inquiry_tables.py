"""The tables of inquiries: purposes stated before any search, and more reads under one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
)

from workbench.domain.allowance import AllowanceState
from workbench.domain.inquiry import InquiryState
from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime

_DECIDED = ", ".join(f"'{state.value}'" for state in AllowanceState)
_STATES = ", ".join(f"'{state.value}'" for state in InquiryState)

inquiry = Table(
    "inquiry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("username", Text, nullable=False, comment="Who stated the purpose"),
    Column("purpose", Text, nullable=False, comment="Purpose code of the policy"),
    Column("case_number", Text),
    Column("reason", Text, nullable=False, comment="In the person's own words"),
    Column("state", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("decided_by", Text, comment="Who approved or refused it; never who opened it"),
    Column("decided_at", UtcDateTime),
    Column("decision_note", Text),
    Column("closed_at", UtcDateTime),
    CheckConstraint(f"state IN ({_STATES})", name="state_known"),
    CheckConstraint("reason <> '' AND purpose <> ''", name="purpose_stated"),
    CheckConstraint("decided_by IS NULL OR decided_by <> username", name="decided_by_another"),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decision_whole"),
    Index(None, "username", "opened_at"),
    comment="A purpose stated before searching (Civil Code 1798.90.52; Policy 426.4)",
)

read_allowance = Table(
    "read_allowance",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("inquiry_id", Uuid, ForeignKey("inquiry.id"), nullable=False),
    Column("username", Text, nullable=False, comment="Who asked: whose inquiry it is"),
    Column("reads", BigInteger, nullable=False, comment="How many reads its looks may let out"),
    Column("why", Text, nullable=False, comment="In the words of who asked"),
    Column("state", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", Text, comment="Who approved or refused it; never who asked"),
    Column("decided_at", UtcDateTime),
    Column("decision_note", Text),
    CheckConstraint(f"state IN ({_DECIDED})", name="state_known"),
    CheckConstraint("reads > 0 AND why <> ''", name="asked_whole"),
    CheckConstraint("decided_by IS NULL OR decided_by <> username", name="decided_by_another"),
    CheckConstraint(
        "(state = 'waiting') = (decided_by IS NULL)"
        " AND (decided_by IS NULL) = (decided_at IS NULL)",
        name="decision_whole",
    ),
    Index(None, "inquiry_id"),
    comment="More reads under an inquiry than the policy lets one person bring out alone",
)

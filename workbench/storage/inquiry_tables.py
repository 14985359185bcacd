"""The table of inquiries: purposes stated before any search."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, Uuid

from workbench.domain.inquiry import InquiryState
from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime

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

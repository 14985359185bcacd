"""Who may have data: agencies, requests for release and their steps, standing shares."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.domain.release import DemandKind, ReleaseState, ReleaseStep, RequestForm
from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime


def _listed(values: type[StrEnum]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _given(*columns: str) -> str:
    return " AND ".join(rf"{column} ~ '\S'" for column in columns)


def _agency() -> Column[int]:
    return Column("agency_id", BigInteger, ForeignKey("agency.id"), nullable=False)


agency = Table(
    "agency",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False, comment="Never changed"),
    Column(
        "aliases",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="As vendors write it",
    ),
    Column("name_keys", ARRAY(Text), nullable=False, comment="Of name and aliases, to find it by"),
    Column("kind", Text, nullable=False),
    Column("state", Text, comment="Two letters"),
    Column("duty", Text, nullable=False, comment="law_enforcement, prosecution or other"),
    Column("enabled", Boolean, nullable=False, comment="Off: nothing goes there any more"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False, comment="Who last said what it is"),
    Column("verified_at", UtcDateTime),
    Column("verified_how", Text, comment="Such as: called back by its public number"),
    Column("verified_by", Text),
    CheckConstraint(_given("name"), name="name_given"),
    CheckConstraint("cardinality(name_keys) = 1 + cardinality(aliases)", name="name_keys_whole"),
    CheckConstraint(f"kind IN ({_listed(RecipientKind)})", name="kind_known"),
    CheckConstraint(f"duty IN ({_listed(AgencyDuty)})", name="duty_known"),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state_form"),
    CheckConstraint(
        "(kind <> 'ca_public_agency' OR coalesce(state, '') = 'CA')"
        " AND (kind <> 'out_of_state' OR coalesce(state, 'CA') <> 'CA')",
        name="state_of_kind",
    ),
    CheckConstraint(
        "num_nulls(verified_at, verified_how, verified_by) IN (0, 3)", name="verification_whole"
    ),
    CheckConstraint("verified_by <> changed_by", name="verified_by_another"),
    Index(None, "name_keys", postgresql_using="gin"),
    comment="Register of agencies (Civil Code 1798.90.55, AG bulletin 2023-DLE-06)",
)

release_request = Table(
    "release_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _agency(),
    Column("state", Text, nullable=False, comment="Moved by the events alone"),
    Column("requester_name", Text, nullable=False),
    Column("requester_title", Text, nullable=False),
    Column("requester_contact", Text, nullable=False),
    Column("requester_account", Text, comment="User name, if it is somebody of this department"),
    Column("purpose", Text, nullable=False, comment="In the requester's words"),
    Column("asked_for", Text, nullable=False, comment="In the requester's words"),
    Column("case_number", Text),
    Column("form", Text, nullable=False, comment="How the written request came"),
    Column("original_sha256", Sha256, nullable=False, comment="The written request itself"),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint(f"state IN ({_listed(ReleaseState)})", name="state_known"),
    CheckConstraint(f"form IN ({_listed(RequestForm)})", name="form_known"),
    CheckConstraint(
        _given("requester_name", "requester_title", "requester_contact"), name="requester_given"
    ),
    CheckConstraint(_given("purpose", "asked_for"), name="purpose_given"),
    CheckConstraint("recorded_by <> ''", name="somebody"),
    Index(None, "state", "id"),
    comment="Written requests of other agencies (Policy 426.9)",
)

lawful_demand = Table(
    "lawful_demand",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("court", Text, nullable=False, comment="That issued it, or before which the case is"),
    Column("issued_on", Date, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("asked_by", Text, nullable=False, comment="Who gets what is disclosed"),
    Column("asked_for", Text, nullable=False, comment="In the document's words"),
    Column("document_sha256", Sha256, nullable=False, comment="The document itself"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("received_by", Text, nullable=False, comment="User name"),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint(f"kind IN ({_listed(DemandKind)})", name="kind_known"),
    CheckConstraint(
        _given("court", "case_number", "asked_by", "asked_for", "received_by", "recorded_by"),
        name="explained",
    ),
    CheckConstraint("received_at <= recorded_at", name="not_ahead"),
    comment="Subpoenas, court orders and requests for discovery; only added to",
)

release_event = Table(
    "release_event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("request_id", BigInteger, ForeignKey("release_request.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
    Column("done_by", Text, nullable=False, comment="User name"),
    Column("done_by_name", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    CheckConstraint(f"step IN ({_listed(ReleaseStep)})", name="step_known"),
    CheckConstraint(_given("done_by", "done_by_name"), name="somebody"),
    CheckConstraint("jsonb_typeof(details) = 'object'", name="details_named"),
    Index(None, "request_id", "id"),
    Index("ix_release_event_once", "request_id", "step", unique=True),
    comment="What was done about a request, in order; only added to",
)

standing_share = Table(
    "standing_share",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _agency(),
    Column("system", Text, nullable=False, comment="Where it is switched on, such as LEARN"),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    Column("ended_because", Text),
    CheckConstraint(_given("system", "what", "reason", "legal_basis"), name="explained"),
    CheckConstraint("started_at <= recorded_at", name="not_ahead"),
    CheckConstraint("ended_at >= started_at", name="ends_later"),
    CheckConstraint("num_nulls(ended_at, ended_by, ended_because) IN (0, 3)", name="end_whole"),
    Index(
        "ix_standing_share_once",
        "agency_id",
        "system",
        "what",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    comment="What an agency has until somebody ends it (State Auditor 2019-118)",
)

share_review = Table(
    "share_review",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("share_id", BigInteger, ForeignKey("standing_share.id"), nullable=False),
    Column("approves", Boolean, nullable=False, comment="By the captain or a designee"),
    Column("reviewed_at", UtcDateTime, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("finding", Text, nullable=False),
    CheckConstraint(_given("reviewed_by", "finding"), name="explained"),
    Index(None, "share_id", "reviewed_at"),
    comment="Reviews of standing shares; the first approves it. Only added to",
)

share_comparison = Table(
    "share_comparison",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("system", Text, nullable=False),
    Column("compared_at", UtcDateTime, nullable=False),
    Column("compared_by", Text, comment="Empty for a job"),
    Column("file_sha256", Sha256, nullable=False, comment="The vendor's own list"),
    Column("listed", Integer, nullable=False, comment="Agencies that the vendor names"),
    Column("drifted", Integer, nullable=False, comment="Differences that were found"),
    CheckConstraint(_given("system"), name="system_given"),
    CheckConstraint("listed >= 0 AND drifted >= 0", name="counted"),
    Index(None, "system", "compared_at"),
    comment="When a vendor's list was compared with the register of shares; only added to",
)

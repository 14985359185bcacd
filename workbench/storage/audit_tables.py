"""The table of the audit log and what protects it from change."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from workbench.domain.event import LOOKS, OUTCOMES, EventKind, Outcome
from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime


def _listed(values: type[EventKind | Outcome] | frozenset[EventKind]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


audit_record = Table(
    "audit_record",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, comment="Place in the chain"),
    Column(
        "recorded_at",
        UtcDateTime,
        nullable=False,
        comment="UTC, to the microsecond; the writer's clock",
    ),
    Column("schema_version", SmallInteger, nullable=False, comment="Version of the record's form"),
    Column("kind", Text, nullable=False, comment="subject:action"),
    Column("username", Text, comment="Empty for jobs and for people who are not known"),
    Column("display_name", Text, comment="Name of the person at that instant"),
    Column(
        "organisation",
        Text,
        nullable=False,
        comment="The person's; the department where nobody acted",
    ),
    Column("roles", JSON, nullable=False, comment="Roles held at that instant, sorted"),
    Column("purpose", Text, comment="Purpose code of the policy"),
    Column("case_number", Text, comment="As stated in the inquiry"),
    Column("reason", Text, comment="In the person's own words"),
    Column("plate", Text, comment="The plate or pattern asked for"),
    Column("criteria", JSON(none_as_null=True), comment="What was asked, exactly"),
    Column("inquiry_id", Uuid, comment="The stated purpose under which it happened"),
    Column("access_id", BigInteger, comment="The earlier record that this one belongs to"),
    Column(
        "policy_version",
        Text,
        nullable=False,
        comment="The policy in force: name and hash of its content",
    ),
    Column("origin", JSON(none_as_null=True), comment="Channel, address, session and agent"),
    Column("outcome", Text, comment="How it ended, or that it began"),
    Column(
        "details", JSON, nullable=False, comment="What else an auditor needs, such as how many rows"
    ),
    Column(
        "previous_hash", Sha256, nullable=False, comment="Of record seq - 1; zeros for the first"
    ),
    Column("hash", Sha256, nullable=False, comment="SHA-256 over every other column"),
    CheckConstraint("seq > 0", name="seq_from_one"),
    CheckConstraint(f"kind IN ({_listed(EventKind)})", name="kind_known"),
    CheckConstraint(f"outcome IN ({_listed(Outcome)})", name="outcome_known"),
    CheckConstraint("organisation <> '' AND policy_version <> ''", name="organisation_named"),
    CheckConstraint(
        f"kind NOT IN ({_listed(LOOKS)}) OR (username IS NOT NULL AND username <> ''"
        " AND purpose IS NOT NULL AND purpose <> '' AND criteria IS NOT NULL)",
        name="look_has_four_items",
    ),
    CheckConstraint(
        f"kind NOT IN ({_listed(OUTCOMES)}) OR (access_id IS NOT NULL AND outcome IS NOT NULL)",
        name="outcome_names_record",
    ),
    CheckConstraint("access_id < seq", name="access_earlier"),
    CheckConstraint("length(hash) = 32 AND length(previous_hash) = 32", name="hashes_whole"),
    Index(None, "recorded_at"),
    Index(None, "username", "recorded_at"),
    Index("ix_audit_record_plate", "plate", postgresql_where="plate IS NOT NULL"),
    Index("ix_audit_record_inquiry_id", "inquiry_id", postgresql_where="inquiry_id IS NOT NULL"),
    Index("ix_audit_record_access_id", "access_id", postgresql_where="access_id IS NOT NULL"),
    Index(
        "ix_audit_record_reads_out",
        "username",
        "recorded_at",
        postgresql_where="kind = 'look:outcome' AND (details ->> 'reads') IS NOT NULL",
    ),
    comment="Who did what, when and why; append only, chained by hash (Civil Code 1798.90.52)",
)

PROTECT_AUDIT_RECORD = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: the audit log only grows', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_record_rows_stay BEFORE UPDATE OR DELETE ON audit_record
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER audit_record_stays BEFORE TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    "ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_rows_stay",
    "ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_stays",
)
"""Statements that make the table refuse every change; `workbench.storage.guards` runs them."""

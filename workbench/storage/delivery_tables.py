"""Deliveries as they came, and the records of them that could not be understood."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

delivery = Table(
    "delivery",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sha256", Sha256, nullable=False, comment="Of the content as it came"),
    Column("setting", Text, nullable=False, comment="How it was to be read; with sha256 unique"),
    Column("name", Text, nullable=False, comment="The file's name"),
    Column("format", Text, comment="Empty when none recognised it"),
    Column("template", Text, comment="Template's name or path, for delimited files"),
    Column("camera", Text, comment="Given beside the file, for payloads that name none"),
    Column("zone", Text, comment="Given beside the file, for times without zone"),
    Column("channel", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("received_by", Text, comment="User name; empty for a job or a command"),
    Column("state", Text, nullable=False),
    Column("records", BigInteger, nullable=False, server_default="0", comment="Handled so far"),
    Column("reads", BigInteger, nullable=False, server_default="0", comment="Understood"),
    Column("stored", BigInteger, nullable=False, server_default="0", comment="New detections"),
    Column("duplicate", BigInteger, nullable=False, server_default="0", comment="Known events"),
    Column("quarantined", BigInteger, nullable=False, server_default="0"),
    Column("error", JSONB(none_as_null=True), comment="Why it was refused"),
    Column("kept", Sha256, comment="Its content in the store; empty when it is not kept"),
    Column("finished_at", UtcDateTime),
    Column(
        "progress",
        JSONB(none_as_null=True),
        comment="Where a video stopped, with the passages then in view; empty when it is complete",
    ),
    Column(
        "overdue_at",
        UtcDateTime,
        comment="Since when its content holds reads that are over; it stays for one under hold",
    ),
    CheckConstraint("state IN ('started', 'complete', 'refused')", name="state_known"),
    CheckConstraint("(state = 'refused') = (error IS NOT NULL)", name="refusal_has_reason"),
    CheckConstraint("(state = 'started') = (finished_at IS NULL)", name="end_has_time"),
    CheckConstraint("reads = stored + duplicate", name="nothing_lost"),
    CheckConstraint("state <> 'complete' OR progress IS NULL", name="complete_has_no_progress"),
    UniqueConstraint("sha256", "setting"),
    Index(None, "received_at"),
    Index("ix_delivery_kept", "kept", postgresql_where=text("kept IS NOT NULL")),
    comment="What came in, from whom, and how far it was taken",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "delivery_id",
        BigInteger,
        ForeignKey("delivery.id", onupdate="RESTRICT", ondelete="RESTRICT"),
        nullable=False,
    ),
    Column("record", Integer, comment="Its place in the delivery, from 0; empty for all of it"),
    Column("raw", LargeBinary, comment="The record, whole; empty when it is the whole delivery"),
    Column("reason", JSONB, nullable=False, comment="The error, as the service would tell it"),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("retried_at", UtcDateTime),
    Column("resolved_at", UtcDateTime, comment="When a retry could read all of it"),
    Column("resolved_by", Text),
    CheckConstraint("(record IS NULL) = (raw IS NULL)", name="raw_of_a_record"),
    Index(None, "delivery_id"),
    Index(
        "ix_quarantine_open",
        "first_seen_at",
        postgresql_where=text("resolved_at IS NULL"),
    ),
    comment="What could not be understood, whole and with the reason; nothing is dropped",
)

"""Purges: on whose authority, what went, which files still have to go, and the ledger of it all."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

STORES = ("deliveries", "home", "hot_lists", "pictures")
"""Where files lie that a purge deletes: three stores by hash, and the home by path."""

retention_authority = Table(
    "retention_authority",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("resolution", Text, nullable=False, comment="Of the legislative body"),
    Column("resolution_date", Date, nullable=False),
    Column("attorney", Text, nullable=False, comment="Who consented in writing"),
    Column("consented_on", Date, nullable=False),
    Column("rules_sha256", Sha256, nullable=False, comment="Of the lengths that it is about"),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint("btrim(resolution) <> '' AND btrim(attorney) <> ''", name="named"),
    CheckConstraint("recorded_by <> ''", name="somebody"),
    comment="What purges rest on (Government Code 34090.6); the newest counts",
)

purge = Table(
    "purge",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("counted_from", UtcDateTime, nullable=False, comment="The instant of its cut-offs"),
    Column("begun_by", Text, comment="User name; empty for a job"),
    Column("policy_version", Text, nullable=False),
    Column("authority_id", BigInteger, ForeignKey("retention_authority.id")),
    Column("access_id", BigInteger, comment="The audit record of its beginning"),
    Column("ended_at", UtcDateTime, comment="Empty while it runs, or was killed"),
    Column("certificate", Text, comment="Signed JSON; empty where nothing went"),
    CheckConstraint("certificate IS NULL OR ended_at IS NOT NULL", name="certified_at_its_end"),
    Index("ix_purge_open", "id", postgresql_where=text("ended_at IS NULL")),
    comment="Each run of the purge; one that was killed is finished by the next",
)

purge_request = Table(
    "purge_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Text, nullable=False, comment="User name"),
    Column("authority_id", BigInteger, ForeignKey("retention_authority.id")),
    Column("access_id", BigInteger, nullable=False, comment="The audit record of the asking"),
    Column("taken_at", UtcDateTime, comment="When a process that purges last took it"),
    Column("ended_at", UtcDateTime, comment="Empty while it waits or runs"),
    Column("purge_id", BigInteger, ForeignKey("purge.id"), comment="The purge that was done"),
    Column("problem", Text, comment="Why it failed"),
    CheckConstraint("asked_by <> ''", name="somebody"),
    CheckConstraint("ended_at IS NULL OR taken_at IS NOT NULL", name="taken_before_its_end"),
    CheckConstraint(
        "(ended_at IS NOT NULL) = (num_nonnulls(purge_id, problem) = 1)", name="ended_somehow"
    ),
    # One at a time, whoever asks.
    Index(
        "uq_purge_request_open",
        text("(ended_at IS NULL)"),
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    comment="Purges that were asked for over HTTP; the process that purges takes them",
)

purge_count = Table(
    "purge_count",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("purge_id", BigInteger, ForeignKey("purge.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("section", Text, nullable=False, comment="Of the rule"),
    Column("month", Date, comment="Of sighting, first day; empty for what is not by month"),
    Column("cutoff", UtcDateTime, nullable=False, comment="The last instant that was over"),
    Column("gone", BigInteger, nullable=False),
    Column("way", Text, nullable=False, comment="How: rows, rewritten, dropped or files"),
    CheckConstraint("gone > 0", name="something"),
    CheckConstraint("way IN ('dropped', 'files', 'rewritten', 'rows')", name="way_known"),
    Index(None, "purge_id"),
    comment="What each purge deleted, counted in the transaction that deleted it",
)

purge_file = Table(
    "purge_file",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("purge_id", BigInteger, ForeignKey("purge.id"), nullable=False),
    Column("store", Text, nullable=False),
    Column("name", Text, nullable=False, comment="SHA-256, or a path below the home"),
    Column("done_at", UtcDateTime, comment="When it was gone, or was wanted again"),
    Column("kept", Text, comment="Why it was not deleted after all"),
    CheckConstraint(f"store IN ({', '.join(repr(each) for each in STORES)})", name="store_known"),
    CheckConstraint("kept IS NULL OR done_at IS NOT NULL", name="kept_is_done"),
    UniqueConstraint("purge_id", "store", "name"),
    Index("ix_purge_file_due", "id", postgresql_where=text("done_at IS NULL")),
    comment="Files listed in the transaction that deleted their rows, and deleted after it",
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, comment="From 1, no gaps"),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False, comment="JSON"),
    Column("previous_hash", Sha256, nullable=False),
    Column("hash", Sha256, nullable=False, comment="Over the hash before, number, kind, content"),
    CheckConstraint(
        "kind IN ('hold:approve', 'hold:place', 'hold:release', 'purge')", name="kind_known"
    ),
    comment="What a restored database would not know; also lies outside, signed",
)

restoration = Table(
    "restoration",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("entries", BigInteger, nullable=False, comment="How far behind the ledger it was"),
    Column("ended_at", UtcDateTime, comment="Empty until it is purged again"),
    Index("ix_restoration_open", "id", postgresql_where=text("ended_at IS NULL")),
    comment="Times when an older database was put in place; nobody searches before they end",
)

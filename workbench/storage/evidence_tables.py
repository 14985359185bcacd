"""Evidence packages that were made or begun, and under which numbers they were booked."""

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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

PACKAGE_STATES = ("begun", "failed", "made")

_STATES = ", ".join(f"'{state}'" for state in PACKAGE_STATES)

evidence_package = Table(
    "evidence_package",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("access_id", BigInteger, nullable=False, comment="The audit record of the look"),
    Column("state", Text, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("case_number", Text),
    Column("criteria", JSONB, nullable=False, comment="Which reads, for whom, two-sided or not"),
    Column("folder", Text, nullable=False, comment="Where it was to lie, as it was given"),
    Column(
        "release_request_id",
        BigInteger,
        ForeignKey("release_request.id"),
        comment="The approved request that lets it leave (426.9); without one it is our own",
    ),
    Column(
        "lawful_demand_id",
        BigInteger,
        ForeignKey("lawful_demand.id"),
        comment="The demand of a court or of the defence on which it is disclosed",
    ),
    Column("made_at", UtcDateTime),
    Column("problem", Text, comment="Why there is none"),
    Column("reads", BigInteger),
    Column("pictures", BigInteger),
    Column("size_bytes", BigInteger),
    Column("seal", Sha256, comment="Of tagmanifest-sha512.txt, which covers every other file"),
    Column("key_id", Text, comment="Of the key that signed it"),
    CheckConstraint(f"state IN ({_STATES})", name="state_known"),
    CheckConstraint("jsonb_typeof(criteria) = 'object'", name="criteria_named"),
    CheckConstraint(
        "(state = 'made') = (made_at IS NOT NULL) AND (state <> 'made' OR"
        " num_nulls(reads, pictures, size_bytes, seal, key_id) = 0)",
        name="made_whole",
    ),
    CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="failure_explained"),
    CheckConstraint("num_nulls(release_request_id, lawful_demand_id) > 0", name="leaves_one_way"),
    Index(None, "access_id", unique=True),
    # Once: a request is answered by one package, however many try at one time.
    Index(
        "ix_evidence_package_release",
        "release_request_id",
        unique=True,
        postgresql_where=text("state <> 'failed'"),
    ),
    Index("ix_evidence_package_begun", "id", postgresql_where=text("state = 'begun'")),
    comment="Packages for the own evidence room (426.7), and those that leave by a release (426.9)",
)

evidence_booking = Table(
    "evidence_booking",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("package_id", BigInteger, ForeignKey("evidence_package.id"), nullable=False),
    Column("booking_number", Text, nullable=False),
    Column("booked_at", UtcDateTime, nullable=False),
    Column("booked_by", Text, nullable=False),
    CheckConstraint("btrim(booking_number) <> ''", name="number_given"),
    Index(None, "package_id", "id"),
    comment="Under which number a package was booked into evidence; the latest counts",
)

"""Lists of wanted plates, their loads and entries, and hot plates (Policy 426.6.4, 426.6.5)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from workbench.domain.hot_entry import Category, ListKind
from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

LOAD_STATES = ("failed", "in_force", "refused", "superseded", "waiting")
"""A load is in force until the next one; one that changes too much waits for a person."""


def _listed(values: type[Category | ListKind] | tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


hot_list = Table(
    "hot_list",
    metadata,
    Column("code", Text, primary_key=True, comment="Such as SVS"),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="general or special"),
    Column("source", Text, nullable=False, comment="One of the policy's sources"),
    Column("category", Text, nullable=False, comment="Of entries that do not say their own"),
    Column("region", Text, comment="Of entries that do not say their own"),
    Column("address", Text, nullable=False, comment="Where it is fetched: any fsspec address"),
    Column("template", JSONB, nullable=False, comment="How its file is laid out"),
    Column("enabled", Boolean, nullable=False, comment="The switch of the sub-file"),
    Column("changed_at", UtcDateTime, comment="When it was last said anew what the list is"),
    Column("switched_by", Text, nullable=False),
    Column("switched_at", UtcDateTime, nullable=False),
    Column("switch_reason", Text, nullable=False),
    CheckConstraint(f"kind IN ('{ListKind.GENERAL}', '{ListKind.SPECIAL}')", name="kind_known"),
    CheckConstraint(f"category IN ({_listed(Category)})", name="category_known"),
    CheckConstraint(
        f"kind <> '{ListKind.SPECIAL}' OR category = '{Category.SPECIAL_LIST}'",
        name="special_is_special",
    ),
    CheckConstraint("code ~ '^[A-Z][A-Z0-9_]{0,24}$'", name="code_plain"),
    CheckConstraint("switch_reason <> ''", name="switch_explained"),
    comment="Lists that are fetched (Policy 426.3 (6), (7))",
)

hot_list_load = Table(
    "hot_list_load",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("list_code", Text, ForeignKey("hot_list.code"), nullable=False),
    Column("state", Text, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("file_name", Text),
    Column("file_sha256", Sha256, comment="Of the file as it came; empty where none came"),
    Column("size_bytes", BigInteger),
    Column("good", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("reasons", JSONB, nullable=False, comment="What failed, with lines; the first of each"),
    Column("problem", Text, comment="Why it is not in force"),
    Column("in_force_at", UtcDateTime),
    Column("superseded_at", UtcDateTime),
    Column("decided_by", Text, comment="Who let a waiting load through, or refused it"),
    Column("decided_at", UtcDateTime),
    Column("decision_reason", Text),
    CheckConstraint(f"state IN ({_listed(LOAD_STATES)})", name="state_known"),
    CheckConstraint("good >= 0 AND duplicate >= 0 AND failed >= 0", name="counts_positive"),
    CheckConstraint(
        "(state IN ('in_force', 'superseded')) = (in_force_at IS NOT NULL)", name="force_dated"
    ),
    CheckConstraint("(state = 'superseded') = (superseded_at IS NOT NULL)", name="end_dated"),
    CheckConstraint("state IN ('in_force', 'superseded') OR problem <> ''", name="explained"),
    CheckConstraint(
        "(decided_by IS NULL) = (decided_at IS NULL)"
        " AND (decided_by IS NULL) = (decision_reason IS NULL)",
        name="decision_whole",
    ),
    Index(
        "ix_hot_list_load_in_force",
        "list_code",
        unique=True,
        postgresql_where=text("state = 'in_force'"),
    ),
    Index(None, "list_code", "began_at"),
    comment="Every try to load a list; one of each list is in force, the others are history",
)

hot_list_entry = Table(
    "hot_list_entry",
    metadata,
    # No foreign key and no index but the key: the two took half of the time of a load, and entries
    # are only ever found by their load. The service adds to this table and cannot change it.
    Column("load_id", BigInteger, nullable=False, comment="Of hot_list_load"),
    Column("line", Integer, nullable=False, comment="In the file, from 1"),
    Column("plate", Text, nullable=False, comment="As it is written there"),
    Column("pattern", Text(collation="C"), nullable=False, comment="Normal form, * for unknown"),
    Column("wildcard", Boolean, nullable=False),
    Column("region", Text),
    Column("category", Text, nullable=False),
    Column("effective_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("details", JSONB, comment="Make, model, colour, number of the record and the like"),
    PrimaryKeyConstraint("load_id", "line"),
    CheckConstraint(f"category IN ({_listed(Category)})", name="category_known"),
    CheckConstraint("pattern <> ''", name="pattern_given"),
    comment="Entries of each load, never changed",
)

special_list_approval = Table(
    "special_list_approval",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("list_code", Text, nullable=False, comment="The list may come after its approval"),
    Column("agency", Text, comment="Approves sharing with it; empty: approves the list itself"),
    Column("approved_at", UtcDateTime, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    CheckConstraint("reason <> ''", name="explained"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ending_whole"),
    Index(None, "list_code", "approved_at"),
    comment="Approvals of special lists and of sharing them (Policy 426.6.4 (b), (c))",
)

hot_plate = Table(
    "hot_plate",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("plate", Text, nullable=False, comment="As it was entered"),
    Column("pattern", Text(collation="C"), nullable=False, comment="Normal form, * for unknown"),
    Column("wildcard", Boolean, nullable=False),
    Column("region", Text),
    Column("reason", Text, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, comment="Not part of it"),
    Column("listed_elsewhere", Boolean, nullable=False, comment="Also goes into SVS and the like"),
    Column("shared", Boolean, nullable=False, comment="For more than one officer"),
    Column("officer_name", Text),
    Column("phone", Text),
    Column("case_number", Text),
    Column("synopsis", Text),
    Column("renews", BigInteger, ForeignKey("hot_plate.id"), comment="The entry it goes on from"),
    Column("cut_from", UtcDateTime, comment="The end it had before the plate was listed elsewhere"),
    Column("cut_because", Text),
    Column("ended_at", UtcDateTime, comment="When it was ended before its time"),
    Column("ended_by", Text),
    CheckConstraint("reason <> '' AND pattern <> ''", name="given"),
    CheckConstraint("expires_at > entered_at", name="expires_later"),
    CheckConstraint(
        "NOT shared OR (officer_name <> '' AND phone <> '' AND case_number <> '' AND synopsis <> ''"
        " AND num_nulls(officer_name, phone, case_number, synopsis) = 0)",
        name="shared_whole",
    ),
    CheckConstraint("(cut_from IS NULL) = (cut_because IS NULL)", name="cut_explained"),
    CheckConstraint("cut_from IS NULL OR cut_from > expires_at", name="cut_shortens"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ending_whole"),
    Index(None, "pattern"),
    Index(None, "expires_at"),
    comment="Plates that people entered (Policy 426.6.5); a renewal is a new entry",
)

"""Hits and what was done about each (Policy 426.5 (d), 426.6 (d), 426.6.1, 426.6.3)."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, REAL

from workbench.domain.hit import HitEventKind, HitState, MatchKind
from workbench.domain.hot_entry import Category, ListKind
from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime


def _listed(values: type[HitEventKind | HitState | MatchKind | Category | ListKind]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


hit = Table(
    "hit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False, comment="Moved by the events alone"),
    Column("possible", Boolean, nullable=False, comment="Below the threshold: nobody is alerted"),
    Column("informational", Boolean, nullable=False, comment="Of a special list: no stop actions"),
    Column("match", Text, nullable=False),
    Column("posterior", REAL, nullable=False, comment="That the plate is the listed one"),
    Column("rival", Text, comment="The best other reading"),
    Column("rival_posterior", REAL),
    Column("detection_id", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("read_plate", Text, nullable=False, comment="As it was read"),
    Column("read_region", Text),
    Column("camera_id", Text, nullable=False),
    Column("engine", Text, comment="What read it, as the read says"),
    Column("engine_version", Text),
    Column("list_code", Text, nullable=False),
    Column("list_kind", Text, nullable=False),
    Column("load_id", BigInteger, ForeignKey("hot_list_load.id")),
    Column("line", Integer),
    Column("hot_plate_id", BigInteger, ForeignKey("hot_plate.id")),
    Column("listed_plate", Text, nullable=False, comment="As it stands on the list"),
    Column("listed_region", Text),
    Column("category", Text, nullable=False),
    Column("list_loaded_at", UtcDateTime, comment="How old the list was shows in every hit"),
    Column("entry", JSONB, nullable=False, comment="The entry as it stood"),
    Column(
        "notes",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="What to know about how it was matched",
    ),
    CheckConstraint(f"state IN ({_listed(HitState)})", name="state_known"),
    CheckConstraint(f"match IN ({_listed(MatchKind)})", name="match_known"),
    CheckConstraint(f"category IN ({_listed(Category)})", name="category_known"),
    CheckConstraint(f"list_kind IN ({_listed(ListKind)})", name="list_kind_known"),
    CheckConstraint("posterior BETWEEN 0 AND 1", name="posterior_range"),
    CheckConstraint("rival_posterior BETWEEN 0 AND 1", name="rival_range"),
    CheckConstraint(
        "(load_id IS NULL) = (line IS NULL) AND num_nonnulls(load_id, hot_plate_id) = 1",
        name="one_entry",
    ),
    CheckConstraint(
        f"informational = (list_kind = '{ListKind.SPECIAL}')", name="special_informational"
    ),
    # One car on two hot plates, or two states' cars of one plate, are two hits.
    UniqueConstraint(
        "detection_id",
        "list_code",
        "listed_plate",
        "listed_region",
        "hot_plate_id",
        name="uq_hit_entry",
        postgresql_nulls_not_distinct=True,
    ),
    Index(None, "made_at"),
    Index("ix_hit_standing", "state", "made_at", postgresql_where=text("NOT possible")),
    comment="A read that matches an entry (Policy 426.3 (4)); leads to people, never to a stop",
)

hit_event = Table(
    "hit_event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("hit_id", BigInteger, ForeignKey("hit.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    CheckConstraint("happened_at <= recorded_at", name="not_ahead"),
    CheckConstraint(f"kind IN ({_listed(HitEventKind)})", name="kind_known"),
    CheckConstraint("recorded_by <> ''", name="somebody"),
    CheckConstraint("jsonb_typeof(details) = 'object'", name="details_named"),
    Index(None, "hit_id", "id"),
    Index("ix_hit_event_drawn", "hit_id", unique=True, postgresql_where=text("kind = 'drawn'")),
    comment="What was done about a hit, in order; only added to",
)

"""Holds on reads, and the guard that no read under hold is deleted (Policy 426.7)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime

hold = Table(
    "hold",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_number", Text, nullable=False),
    Column(
        "reason", Text, nullable=False, comment="Evidence, discovery or lawful demand, in words"
    ),
    Column("criteria", JSONB, nullable=False, comment="What is held: as of a search, or rows"),
    Column("placed_at", UtcDateTime, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("ends_at", UtcDateTime, comment="Empty: until the custodian releases it"),
    Column("released_at", UtcDateTime),
    Column("released_by", Text),
    Column("released_because", Text),
    CheckConstraint("btrim(case_number) <> '' AND btrim(reason) <> ''", name="says_why"),
    CheckConstraint("jsonb_typeof(criteria) = 'object'", name="criteria_named"),
    CheckConstraint("ends_at > placed_at", name="ends_later"),
    CheckConstraint("released_at >= placed_at", name="released_later"),
    CheckConstraint(
        "num_nulls(released_at, released_by, released_because) IN (0, 3)", name="release_whole"
    ),
    Index("ix_hold_standing", "id", postgresql_where=text("released_at IS NULL")),
    comment="What must stay although its time is over (Policy 426.7)",
)

held_detection = Table(
    "held_detection",
    metadata,
    Column("hold_id", BigInteger, ForeignKey("hold.id"), nullable=False),
    Column("detection_id", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, comment="Of the read, to find its partition"),
    Column("held_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("hold_id", "detection_id"),
    Index(None, "detection_id"),
    Index(None, "seen_at"),
    comment="The reads that each hold holds; later ones that fit come in with their delivery",
)

GUARD_HELD = (
    # Of the session's clock, because the database has to refuse whatever the code believes.
    """
CREATE FUNCTION keep_held_detection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM held_detection JOIN hold ON hold.id = held_detection.hold_id
    WHERE held_detection.detection_id = OLD.id AND hold.released_at IS NULL
    AND (hold.ends_at IS NULL OR hold.ends_at > now())
  ) THEN
    RAISE EXCEPTION 'detection % is under hold', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END
$$
""",
    """
CREATE TRIGGER detection_held_stays BEFORE DELETE ON detection
FOR EACH ROW EXECUTE FUNCTION keep_held_detection()
""",
    "ALTER TABLE detection ENABLE ALWAYS TRIGGER detection_held_stays",
)
"""Statements that `workbench.storage.guards` runs."""

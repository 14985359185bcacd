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
    Column("access_id", BigInteger, comment="The look in the log by which it was placed"),
    Column("ends_at", UtcDateTime, comment="Empty: until the custodian releases it"),
    Column(
        "waits_because",
        Text,
        comment="Why it holds nothing before a second person approves it; empty: it need not wait",
    ),
    Column("approved_at", UtcDateTime),
    Column("approved_by", Text),
    Column("approved_because", Text),
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
    CheckConstraint("approved_at >= placed_at", name="approved_later"),
    CheckConstraint(
        "num_nulls(approved_at, approved_by, approved_because) IN (0, 3)", name="approval_whole"
    ),
    CheckConstraint("approved_by <> placed_by", name="approved_by_another"),
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

_GUARD_APPROVAL = (
    # What was approved, or is over, stays so; and nobody places what is approved already.
    """
CREATE FUNCTION guard_hold() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.approved_at IS NOT NULL THEN
      RAISE EXCEPTION 'a hold is placed before it is approved' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF OLD.released_at IS NOT NULL THEN
    RAISE EXCEPTION 'hold % is over', OLD.id USING ERRCODE = 'check_violation';
  ELSIF OLD.approved_at IS NOT NULL AND
    (NEW.approved_at, NEW.approved_by, NEW.approved_because)
    IS DISTINCT FROM (OLD.approved_at, OLD.approved_by, OLD.approved_because) THEN
    RAISE EXCEPTION 'hold % is approved', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE TRIGGER hold_decided_stays BEFORE INSERT OR UPDATE ON hold
FOR EACH ROW EXECUTE FUNCTION guard_hold()
""",
    """
CREATE FUNCTION hold_nothing_unapproved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  waiting bigint;
BEGIN
  SELECT hold.id INTO waiting FROM hold WHERE hold.id IN (SELECT hold_id FROM added)
    AND waits_because IS NOT NULL AND approved_at IS NULL LIMIT 1;
  IF waiting IS NOT NULL THEN
    RAISE EXCEPTION 'hold % waits for a second person', waiting USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER held_once_approved AFTER INSERT ON held_detection REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION hold_nothing_unapproved()
""",
    # While one waits nobody knows yet which reads it keeps, so none goes.
    """
CREATE FUNCTION hold_that_waits() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT min(id) FROM hold WHERE waits_because IS NOT NULL AND approved_at IS NULL
  AND released_at IS NULL AND (ends_at IS NULL OR ends_at > now())
$$
""",
    """
CREATE FUNCTION refuse_while_hold_waits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  waiting bigint := hold_that_waits();
BEGIN
  IF waiting IS NOT NULL THEN
    RAISE EXCEPTION 'hold % waits for a second person', waiting USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER purge_waits_for_holds BEFORE INSERT ON purge
FOR EACH STATEMENT EXECUTE FUNCTION refuse_while_hold_waits()
""",
    """
CREATE TRIGGER detection_waits_for_holds BEFORE DELETE ON detection
FOR EACH STATEMENT EXECUTE FUNCTION refuse_while_hold_waits()
""",
)

GUARD_HELD = (
    *_GUARD_APPROVAL,
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

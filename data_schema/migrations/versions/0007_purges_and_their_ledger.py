"""Purges: their authority, what went, the files, the ledger; whole months dropped by the database.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op

from workbench.storage import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column(
            "number",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="From 1, no gaps",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("previous_hash", types.Sha256(length=32), nullable=False),
        sa.Column(
            "hash",
            types.Sha256(length=32),
            nullable=False,
            comment="Over the hash before, number, kind, content",
        ),
        sa.CheckConstraint(
            "kind IN ('hold:place', 'hold:release', 'purge')",
            name=op.f("ck_ledger_entry_kind_known"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entry")),
        comment="What a restored database would not know; also lies outside, signed",
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("begun_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "entries", sa.BigInteger(), nullable=False, comment="How far behind the ledger it was"
        ),
        sa.Column(
            "ended_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Empty until it is purged again",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
        comment="Times when an older database was put in place; nobody searches before they end",
    )
    op.create_index(
        "ix_restoration_open",
        "restoration",
        ["id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "retention_authority",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False, comment="Of the legislative body"),
        sa.Column("resolution_date", sa.Date(), nullable=False),
        sa.Column("attorney", sa.Text(), nullable=False, comment="Who consented in writing"),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column(
            "rules_sha256",
            types.Sha256(length=32),
            nullable=False,
            comment="Of the lengths that it is about",
        ),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "btrim(resolution) <> '' AND btrim(attorney) <> ''",
            name=op.f("ck_retention_authority_named"),
        ),
        sa.CheckConstraint("recorded_by <> ''", name=op.f("ck_retention_authority_somebody")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_authority")),
        comment="What purges rest on (Government Code 34090.6); the newest counts",
    )
    op.create_table(
        "purge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "counted_from",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="The instant of its cut-offs",
        ),
        sa.Column("begun_by", sa.Text(), nullable=True, comment="User name; empty for a job"),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "access_id", sa.BigInteger(), nullable=True, comment="The audit record of its beginning"
        ),
        sa.Column(
            "ended_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Empty while it runs, or was killed",
        ),
        sa.Column(
            "certificate",
            sa.Text(),
            nullable=True,
            comment="Signed JSON; empty where nothing went",
        ),
        sa.CheckConstraint(
            "certificate IS NULL OR ended_at IS NOT NULL",
            name=op.f("ck_purge_certified_at_its_end"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["retention_authority.id"], name=op.f("fk_purge_authority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
        comment="Each run of the purge; one that was killed is finished by the next",
    )
    op.create_index(
        "ix_purge_open", "purge", ["id"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "purge_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("purge_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False, comment="Of the rule"),
        sa.Column(
            "month",
            sa.Date(),
            nullable=True,
            comment="Of sighting, first day; empty for what is not by month",
        ),
        sa.Column(
            "cutoff",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="The last instant that was over",
        ),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column(
            "way", sa.Text(), nullable=False, comment="How: rows, rewritten, dropped or files"
        ),
        sa.CheckConstraint(
            "way IN ('dropped', 'files', 'rewritten', 'rows')",
            name=op.f("ck_purge_count_way_known"),
        ),
        sa.CheckConstraint("gone > 0", name=op.f("ck_purge_count_something")),
        sa.ForeignKeyConstraint(["purge_id"], ["purge.id"], name=op.f("fk_purge_count_purge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_count")),
        comment="What each purge deleted, counted in the transaction that deleted it",
    )
    op.create_index(op.f("ix_purge_count_purge_id"), "purge_count", ["purge_id"], unique=False)
    op.create_table(
        "purge_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("purge_id", sa.BigInteger(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="SHA-256, or a path below the home"),
        sa.Column(
            "done_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When it was gone, or was wanted again",
        ),
        sa.Column("kept", sa.Text(), nullable=True, comment="Why it was not deleted after all"),
        sa.CheckConstraint(
            "store IN ('deliveries', 'home', 'hot_lists', 'pictures')",
            name=op.f("ck_purge_file_store_known"),
        ),
        sa.CheckConstraint(
            "kept IS NULL OR done_at IS NOT NULL", name=op.f("ck_purge_file_kept_is_done")
        ),
        sa.ForeignKeyConstraint(["purge_id"], ["purge.id"], name=op.f("fk_purge_file_purge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_file")),
        sa.UniqueConstraint(
            "purge_id", "store", "name", name=op.f("uq_purge_file_purge_id_store_name")
        ),
        comment="Files listed in the transaction that deleted their rows, and deleted after it",
    )
    op.create_index(
        "ix_purge_file_due",
        "purge_file",
        ["id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.add_column(
        "delivery",
        sa.Column(
            "overdue_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Since when its content holds reads that are over; it stays for one under hold",
        ),
    )
    op.create_index(
        "ix_delivery_kept",
        "delivery",
        ["kept"],
        unique=False,
        postgresql_where=sa.text("kept IS NOT NULL"),
    )
    op.create_index(
        "ix_detection_plate_picture",
        "detection",
        ["plate_picture"],
        unique=False,
        postgresql_where=sa.text("plate_picture IS NOT NULL"),
    )
    op.create_index(
        "ix_detection_vehicle_picture",
        "detection",
        ["vehicle_picture"],
        unique=False,
        postgresql_where=sa.text("vehicle_picture IS NOT NULL"),
    )

    for statement in FUNCTIONS:
        op.execute(statement)
    # Holds from before the ledger stand in it too.
    op.execute(
        "SELECT append_ledger_entry('hold:place', to_jsonb(hold)::text) FROM hold ORDER BY id"
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")


# What the database does about purges, as it was when this migration was written.
FUNCTIONS = (
    r"""
CREATE FUNCTION append_ledger_entry(entry_kind text, entry_content text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last ledger_entry%ROWTYPE;
  previous bytea := decode(repeat('00', 32), 'hex');
BEGIN
  PERFORM pg_advisory_xact_lock(426, 8);
  SELECT * INTO last FROM ledger_entry ORDER BY number DESC LIMIT 1;
  IF last.number IS NOT NULL THEN
    previous := last.hash;
  END IF;
  last.number := coalesce(last.number, 0) + 1;
  INSERT INTO ledger_entry VALUES (last.number, entry_kind, entry_content, previous, sha256(
    convert_to(encode(previous, 'hex') || E'\n' || last.number || E'\n' || entry_kind || E'\n'
      || entry_content, 'UTF8')));
  RETURN last.number;
END
$$
""",
    """REVOKE ALL ON FUNCTION append_ledger_entry(text, text) FROM PUBLIC""",
    r"""
CREATE FUNCTION wait_for_purge() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(426, 7);
  RETURN NULL;
END
$$
""",
    r"""
CREATE TRIGGER hold_waits_for_purge BEFORE INSERT OR UPDATE ON hold
FOR EACH STATEMENT EXECUTE FUNCTION wait_for_purge()
""",
    r"""
CREATE FUNCTION hold_in_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM append_ledger_entry('hold:place', to_jsonb(NEW)::text);
  ELSIF OLD.released_at IS NULL AND NEW.released_at IS NOT NULL THEN
    PERFORM append_ledger_entry('hold:release', to_jsonb(NEW)::text);
  END IF;
  RETURN NULL;
END
$$
""",
    r"""
CREATE TRIGGER hold_in_ledger AFTER INSERT OR UPDATE ON hold
FOR EACH ROW EXECUTE FUNCTION hold_in_ledger()
""",
    r"""
CREATE FUNCTION purge_detection_month(
  month timestamptz, cutoff timestamptz, keep bigint[], OUT gone bigint, OUT stayed bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  local timestamp := date_trunc('month', month AT TIME ZONE 'UTC');
  first timestamptz := local AT TIME ZONE 'UTC';
  next timestamptz := (local + interval '1 month') AT TIME ZONE 'UTC';
  name text;
  old text;
BEGIN
  IF NOT has_table_privilege(session_user, 'public.detection', 'DELETE') THEN
    RAISE EXCEPTION 'only the purger may drop a month' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF cutoff > now() OR cutoff < next - interval '1 microsecond' THEN
    RAISE EXCEPTION 'the month of % is not over at %', first, cutoff
      USING ERRCODE = 'check_violation';
  END IF;
  PERFORM pg_advisory_xact_lock(426, 3);
  SELECT partition INTO name FROM detection_month m
    WHERE m.year = extract(year FROM local) AND m.month = extract(month FROM local);
  IF name IS NULL THEN
    RAISE EXCEPTION 'there is no month of %', first USING ERRCODE = 'check_violation';
  END IF;
  -- The parent first: whoever searches or stores takes it first too, so nobody waits in a circle.
  LOCK TABLE detection IN ACCESS EXCLUSIVE MODE;
  keep := keep || ARRAY(
    SELECT held_detection.detection_id FROM held_detection JOIN hold ON hold.id = hold_id
    WHERE held_detection.seen_at >= first AND held_detection.seen_at < next
    AND released_at IS NULL AND (ends_at IS NULL OR ends_at > now()));
  EXECUTE format('SELECT count(*), count(*) FILTER (WHERE id = ANY ($1)) FROM public.%I', name)
    INTO gone, stayed USING keep;
  gone := gone - stayed;
  IF stayed = 0 THEN
    EXECUTE format('DROP TABLE public.%I', name);
    DELETE FROM detection_month m
      WHERE m.year = extract(year FROM local) AND m.month = extract(month FROM local);
    RETURN;
  END IF;
  old := name || '_old';
  EXECUTE format('ALTER TABLE public.detection DETACH PARTITION public.%I', name);
  EXECUTE format('ALTER TABLE public.%I RENAME TO %I', name, old);
  EXECUTE format(
    'CREATE TABLE public.%I PARTITION OF public.detection FOR VALUES FROM (%L) TO (%L)',
    name, first, next);
  EXECUTE format('INSERT INTO public.%I SELECT * FROM public.%I WHERE id = ANY ($1)', name, old)
    USING keep;
  EXECUTE format('DROP TABLE public.%I', old);
END
$$
""",
    """REVOKE ALL ON FUNCTION purge_detection_month(timestamptz, timestamptz, bigint[]) FROM PUBLIC""",
)

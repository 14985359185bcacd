"""The first schema.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE detection_id_seq AS bigint CACHE 50")
    op.create_table(
        "audit_record",
        sa.Column(
            "seq",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Place in the chain",
        ),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="subject:action"),
        sa.Column(
            "username",
            sa.Text(),
            nullable=True,
            comment="Empty for jobs and for people who are not known",
        ),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False, comment="Roles held at that instant, sorted"),
        sa.Column("purpose", sa.Text(), nullable=True, comment="Purpose code of the policy"),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="In the person's own words"),
        sa.Column("plate", sa.Text(), nullable=True, comment="The plate or pattern asked for"),
        sa.Column(
            "criteria", sa.JSON(none_as_null=True), nullable=True, comment="What was asked, exactly"
        ),
        sa.Column("inquiry_id", sa.Uuid(), nullable=True),
        sa.Column(
            "access_id",
            sa.BigInteger(),
            nullable=True,
            comment="The earlier record that this one belongs to",
        ),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column(
            "origin",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="Channel, address, session and agent",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column(
            "previous_hash",
            types.Sha256(length=32),
            nullable=False,
            comment="Of record seq - 1; zeros for the first",
        ),
        sa.Column(
            "hash",
            types.Sha256(length=32),
            nullable=False,
            comment="SHA-256 over every other column",
        ),
        sa.CheckConstraint(
            "kind IN ('access:deny', 'account:change', 'account:create', 'account:disable', 'account:enable', 'account:lock', 'account:release', 'audit:checkpoint', 'audit:export', 'audit:read', 'audit:verify', 'camera:add', 'camera:change', 'database:migrate', 'designation:end', 'designation:record', 'detection:canvass', 'detection:search', 'detection:view', 'inquiry:approve', 'inquiry:close', 'inquiry:open', 'inquiry:refuse', 'look:outcome', 'password:change', 'password:reset', 'picture:view', 'policy:load', 'quarantine:retry', 'reads:ingest', 'reads:outcome', 'report:outcome', 'report:run', 'role:grant', 'role:revoke', 'second_factor:enrol', 'second_factor:reset', 'session:acknowledge', 'session:end', 'session:refuse', 'session:sign_in', 'training:record')",
            name=op.f("ck_audit_record_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('detection:canvass', 'detection:search', 'detection:view', 'picture:view') OR (username IS NOT NULL AND username <> '' AND purpose IS NOT NULL AND purpose <> '' AND criteria IS NOT NULL)",
            name=op.f("ck_audit_record_look_has_four_items"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('look:outcome', 'reads:outcome', 'report:outcome') OR (access_id IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_audit_record_outcome_names_record"),
        ),
        sa.CheckConstraint(
            "organisation <> '' AND policy_version <> ''",
            name=op.f("ck_audit_record_organisation_named"),
        ),
        sa.CheckConstraint(
            "outcome IN ('allowed', 'done', 'failed', 'refused', 'returned', 'started', 'truncated', 'waiting')",
            name=op.f("ck_audit_record_outcome_known"),
        ),
        sa.CheckConstraint("access_id < seq", name=op.f("ck_audit_record_access_earlier")),
        sa.CheckConstraint(
            "length(hash) = 32 AND length(previous_hash) = 32",
            name=op.f("ck_audit_record_hashes_whole"),
        ),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_record_seq_from_one")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_record")),
        comment="Who did what, when and why; append only, chained by hash (Civil Code 1798.90.52)",
    )
    op.create_index(
        "ix_audit_record_access_id",
        "audit_record",
        ["access_id"],
        unique=False,
        postgresql_where="access_id IS NOT NULL",
    )
    op.create_index(
        "ix_audit_record_inquiry_id",
        "audit_record",
        ["inquiry_id"],
        unique=False,
        postgresql_where="inquiry_id IS NOT NULL",
    )
    op.create_index(
        "ix_audit_record_plate",
        "audit_record",
        ["plate"],
        unique=False,
        postgresql_where="plate IS NOT NULL",
    )
    op.create_index(
        op.f("ix_audit_record_recorded_at"), "audit_record", ["recorded_at"], unique=False
    )
    op.create_index(
        op.f("ix_audit_record_username_recorded_at"),
        "audit_record",
        ["username", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "detection",
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('detection_id_seq')"),
            nullable=False,
        ),
        sa.Column(
            "seen_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="When the camera saw it",
        ),
        sa.Column(
            "received_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="When the workbench took it in",
        ),
        sa.Column(
            "camera_id", sa.Text(), nullable=False, comment="The source's name for its camera"
        ),
        sa.Column(
            "plate", sa.Text(), nullable=False, comment="As the source wrote it; never rewritten"
        ),
        sa.Column(
            "plate_normal",
            sa.Text(collation="C"),
            nullable=False,
            comment="Letters and digits in upper case, for finding",
        ),
        sa.Column(
            "pseudonym",
            sa.Boolean(),
            nullable=False,
            comment="The plate is a stand-in such as a hash",
        ),
        sa.Column(
            "region", sa.Text(), nullable=True, comment="State or country as the source wrote it"
        ),
        sa.Column(
            "confidence", sa.REAL(), nullable=True, comment="0 to 1 in the source's own meaning"
        ),
        sa.Column(
            "candidates",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="[[text, confidence], ...] as the source gave them",
        ),
        sa.Column("lon", sa.Double(), nullable=True, comment="Degrees, EPSG:4326"),
        sa.Column("lat", sa.Double(), nullable=True, comment="Degrees, EPSG:4326"),
        sa.Column(
            "cell", sa.BigInteger(), nullable=True, comment="H3 cell of the position, for finding"
        ),
        sa.Column("heading_deg", sa.REAL(), nullable=True, comment="Clockwise from north"),
        sa.Column(
            "direction", sa.Text(), nullable=True, comment="Direction as the source named it"
        ),
        sa.Column(
            "vehicle",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="make, model, color, body_type, year as the source said",
        ),
        sa.Column(
            "plate_box",
            sa.ARRAY(sa.Integer()),
            nullable=True,
            comment="x, y, width, height in pixels of the picture",
        ),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("engine_version", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="Name of the format it came in"),
        sa.Column("source_event", sa.Text(), nullable=True, comment="The source's own identifier"),
        sa.Column(
            "delivery_id", sa.BigInteger(), nullable=True, comment="The delivery it came with"
        ),
        sa.Column(
            "record", sa.Integer(), nullable=True, comment="Its place in the delivery, from 0"
        ),
        sa.Column(
            "event_key", sa.Uuid(), nullable=False, comment="The same event twice has the same key"
        ),
        sa.Column(
            "flags", sa.ARRAY(sa.Text()), nullable=False, comment="What is missing or doubtful"
        ),
        sa.Column(
            "plate_picture",
            types.Sha256(length=32),
            nullable=True,
            comment="SHA-256 of the picture of the plate",
        ),
        sa.Column(
            "vehicle_picture",
            types.Sha256(length=32),
            nullable=True,
            comment="SHA-256 of the picture of the vehicle",
        ),
        sa.CheckConstraint(
            "(lon IS NULL) = (lat IS NULL)", name=op.f("ck_detection_position_whole")
        ),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1", name=op.f("ck_detection_confidence_range")
        ),
        sa.CheckConstraint(
            "heading_deg >= 0 AND heading_deg < 360", name=op.f("ck_detection_heading_range")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_detection_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_detection_lon_range")),
        sa.PrimaryKeyConstraint("id", "seen_at", name=op.f("pk_detection")),
        sa.UniqueConstraint("event_key", "seen_at", name=op.f("uq_detection_event_key_seen_at")),
        comment="Reads as they were said (Policy 426.3 (3)); one partition a month of sighting",
        postgresql_partition_by="RANGE (seen_at)",
    )
    op.create_index(
        op.f("ix_detection_camera_id_seen_at"), "detection", ["camera_id", "seen_at"], unique=False
    )
    op.create_index(
        op.f("ix_detection_cell_seen_at"), "detection", ["cell", "seen_at"], unique=False
    )
    op.create_index(
        op.f("ix_detection_plate_normal_seen_at"),
        "detection",
        ["plate_normal", "seen_at"],
        unique=False,
    )
    op.create_index(op.f("ix_detection_seen_at"), "detection", ["seen_at"], unique=False)
    op.create_table(
        "detection_month",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.Text(), nullable=False, comment="Name of the partition's table"),
        sa.Column("made_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", "month", name=op.f("pk_detection_month")),
        comment="The months that have a partition",
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, comment="Who stated the purpose"),
        sa.Column("purpose", sa.Text(), nullable=False, comment="Purpose code of the policy"),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="In the person's own words"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by",
            sa.Text(),
            nullable=True,
            comment="Who approved or refused it; never who opened it",
        ),
        sa.Column("decided_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("closed_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason <> '' AND purpose <> ''", name=op.f("ck_inquiry_purpose_stated")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'refused', 'closed')", name=op.f("ck_inquiry_state_known")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_inquiry_decision_whole")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> username",
            name=op.f("ck_inquiry_decided_by_another"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        comment="A purpose stated before searching (Civil Code 1798.90.52; Policy 426.4)",
    )
    op.create_index(
        op.f("ix_inquiry_username_opened_at"), "inquiry", ["username", "opened_at"], unique=False
    )
    op.execute("""
CREATE FUNCTION ensure_detection_months(first timestamptz, last timestamptz)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
DECLARE
  month timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
  final timestamp := date_trunc('month', last AT TIME ZONE 'UTC');
  name text;
  made integer := 0;
BEGIN
  IF first < '1990-01-01+00' OR last > now() + interval '400 days' OR last < first THEN
    RAISE EXCEPTION 'no partition for % to %', first, last USING ERRCODE = 'check_violation';
  END IF;
  WHILE month <= final LOOP
    name := format('detection_y%sm%s', to_char(month, 'YYYY'), to_char(month, 'MM'));
    IF to_regclass('public.' || name) IS NULL THEN
      PERFORM pg_advisory_xact_lock(426, 3);
      IF to_regclass('public.' || name) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE public.%I PARTITION OF public.detection FOR VALUES FROM (%L) TO (%L)',
          name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        INSERT INTO public.detection_month VALUES
          (extract(year FROM month), extract(month FROM month), name, now());
        made := made + 1;
      END IF;
    END IF;
    month := month + interval '1 month';
  END LOOP;
  RETURN made;
END
$$
""")
    op.execute(
        """REVOKE ALL ON FUNCTION ensure_detection_months(timestamptz, timestamptz) FROM PUBLIC"""
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

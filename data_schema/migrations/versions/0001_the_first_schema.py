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
        "account",
        sa.Column(
            "username", sa.Text(), nullable=False, comment="Never deleted and never given again"
        ),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column(
            "title", sa.Text(), nullable=False, comment="One of the policy's authorised titles"
        ),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.Text(), nullable=False, comment="system:init for the first account"
        ),
        sa.Column(
            "password_hash",
            sa.Text(),
            nullable=True,
            comment="argon2id with its salt and parameters",
        ),
        sa.Column("password_changed_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_secret",
            sa.LargeBinary(),
            nullable=True,
            comment="AES-256-GCM, bound to the user name",
        ),
        sa.Column("totp_enrolled_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_last_step",
            sa.BigInteger(),
            nullable=True,
            comment="Last accepted step; a code counts once",
        ),
        sa.Column(
            "invitation_hash",
            types.Sha256(length=32),
            nullable=True,
            comment="SHA-256 of the one-time invitation",
        ),
        sa.Column("invitation_ends_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "display_name <> '' AND title <> '' AND organisation <> ''",
            name=op.f("ck_account_names_given"),
        ),
        sa.CheckConstraint(
            "left(password_hash, 10) = '$argon2id$'", name=op.f("ck_account_password_hashed")
        ),
        sa.CheckConstraint(
            "username ~ '^[a-z][a-z0-9._-]{1,31}$'", name=op.f("ck_account_username_form")
        ),
        sa.CheckConstraint(
            "(disabled_at IS NULL) = (disabled_reason IS NULL)",
            name=op.f("ck_account_disabling_whole"),
        ),
        sa.CheckConstraint(
            "(invitation_hash IS NULL) = (invitation_ends_at IS NULL)",
            name=op.f("ck_account_invitation_whole"),
        ),
        sa.CheckConstraint(
            "(totp_secret IS NULL) = (totp_enrolled_at IS NULL)", name=op.f("ck_account_totp_whole")
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
        comment="Who may sign in (Policy 426.3 (8), 426.8 (a))",
    )
    op.create_table(
        "audit_record",
        sa.Column(
            "seq",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Place in the chain",
        ),
        sa.Column(
            "recorded_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="UTC, to the microsecond; the writer's clock",
        ),
        sa.Column(
            "schema_version",
            sa.SmallInteger(),
            nullable=False,
            comment="Version of the record's form",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="subject:action"),
        sa.Column(
            "username",
            sa.Text(),
            nullable=True,
            comment="Empty for jobs and for people who are not known",
        ),
        sa.Column(
            "display_name", sa.Text(), nullable=True, comment="Name of the person at that instant"
        ),
        sa.Column(
            "organisation",
            sa.Text(),
            nullable=False,
            comment="The person's; the department where nobody acted",
        ),
        sa.Column("roles", sa.JSON(), nullable=False, comment="Roles held at that instant, sorted"),
        sa.Column("purpose", sa.Text(), nullable=True, comment="Purpose code of the policy"),
        sa.Column("case_number", sa.Text(), nullable=True, comment="As stated in the inquiry"),
        sa.Column("reason", sa.Text(), nullable=True, comment="In the person's own words"),
        sa.Column("plate", sa.Text(), nullable=True, comment="The plate or pattern asked for"),
        sa.Column(
            "criteria", sa.JSON(none_as_null=True), nullable=True, comment="What was asked, exactly"
        ),
        sa.Column(
            "inquiry_id",
            sa.Uuid(),
            nullable=True,
            comment="The stated purpose under which it happened",
        ),
        sa.Column(
            "access_id",
            sa.BigInteger(),
            nullable=True,
            comment="The earlier record that this one belongs to",
        ),
        sa.Column(
            "policy_version",
            sa.Text(),
            nullable=False,
            comment="The policy in force: name and hash of its content",
        ),
        sa.Column(
            "origin",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="Channel, address, session and agent",
        ),
        sa.Column("outcome", sa.Text(), nullable=True, comment="How it ended, or that it began"),
        sa.Column(
            "details",
            sa.JSON(),
            nullable=False,
            comment="What else an auditor needs, such as how many rows",
        ),
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
            "kind IN ('access:deny', 'account:change', 'account:create', 'account:disable', 'account:enable', 'account:lock', 'account:release', 'audit:checkpoint', 'audit:export', 'audit:read', 'audit:verify', 'camera:add', 'camera:change', 'database:migrate', 'designation:end', 'designation:record', 'detection:canvass', 'detection:search', 'detection:view', 'inquiry:approve', 'inquiry:close', 'inquiry:open', 'inquiry:refuse', 'look:outcome', 'password:change', 'password:reset', 'picture:view', 'policy:load', 'quarantine:retry', 'quarantine:view', 'reads:ingest', 'reads:outcome', 'report:outcome', 'report:run', 'role:grant', 'role:revoke', 'second_factor:enrol', 'second_factor:reset', 'session:acknowledge', 'session:end', 'session:refuse', 'session:sign_in', 'training:record')",
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
        "camera",
        sa.Column("id", sa.Text(), nullable=False, comment="As sources name it"),
        sa.Column("name", sa.Text(), nullable=False, comment="As people call it"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "lon", sa.Double(), nullable=True, comment="Degrees, EPSG:4326; empty for what drives"
        ),
        sa.Column("lat", sa.Double(), nullable=True, comment="Degrees, EPSG:4326"),
        sa.Column(
            "heading_deg", sa.REAL(), nullable=True, comment="Where it looks, clockwise from north"
        ),
        sa.Column(
            "source_system", sa.Text(), nullable=True, comment="The system that its reads come from"
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id <> '' AND name <> ''", name=op.f("ck_camera_names_given")),
        sa.CheckConstraint(
            "kind <> 'fixed' OR lon IS NOT NULL", name=op.f("ck_camera_fixed_is_somewhere")
        ),
        sa.CheckConstraint(
            "kind IN ('fixed', 'trailer', 'vehicle')", name=op.f("ck_camera_kind_known")
        ),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_camera_position_whole")),
        sa.CheckConstraint(
            "heading_deg >= 0 AND heading_deg < 360", name=op.f("ck_camera_heading_range")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_camera_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_camera_lon_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera")),
        comment="Cameras by the names that sources give them",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "sha256", types.Sha256(length=32), nullable=False, comment="Of the content as it came"
        ),
        sa.Column(
            "setting",
            sa.Text(),
            nullable=False,
            comment="How it was to be read; with sha256 unique",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="The file's name"),
        sa.Column("format", sa.Text(), nullable=True, comment="Empty when none recognised it"),
        sa.Column(
            "template",
            sa.Text(),
            nullable=True,
            comment="Template's name or path, for delimited files",
        ),
        sa.Column(
            "camera",
            sa.Text(),
            nullable=True,
            comment="Given beside the file, for payloads that name none",
        ),
        sa.Column(
            "zone",
            sa.Text(),
            nullable=True,
            comment="Given beside the file, for times without zone",
        ),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "received_by",
            sa.Text(),
            nullable=True,
            comment="User name; empty for a job or a command",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "records", sa.BigInteger(), server_default="0", nullable=False, comment="Handled so far"
        ),
        sa.Column(
            "reads", sa.BigInteger(), server_default="0", nullable=False, comment="Understood"
        ),
        sa.Column(
            "stored", sa.BigInteger(), server_default="0", nullable=False, comment="New detections"
        ),
        sa.Column(
            "duplicate", sa.BigInteger(), server_default="0", nullable=False, comment="Known events"
        ),
        sa.Column("quarantined", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "error",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Why it was refused",
        ),
        sa.Column(
            "kept",
            types.Sha256(length=32),
            nullable=True,
            comment="Its content in the store; empty when it is not kept",
        ),
        sa.Column("finished_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'refused') = (error IS NOT NULL)", name=op.f("ck_delivery_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'started') = (finished_at IS NULL)", name=op.f("ck_delivery_end_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('started', 'complete', 'refused')", name=op.f("ck_delivery_state_known")
        ),
        sa.CheckConstraint("reads = stored + duplicate", name=op.f("ck_delivery_nothing_lost")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("sha256", "setting", name=op.f("uq_delivery_sha256_setting")),
        comment="What came in, from whom, and how far it was taken",
    )
    op.create_index(op.f("ix_delivery_received_at"), "delivery", ["received_at"], unique=False)
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
    op.create_table(
        "picture",
        sa.Column(
            "sha256", types.Sha256(length=32), nullable=False, comment="Of the bytes as they came"
        ),
        sa.Column(
            "media_type", sa.Text(), nullable=False, comment="Such as image/jpeg, from the content"
        ),
        sa.Column(
            "width",
            sa.Integer(),
            nullable=True,
            comment="Pixels as encoded; unknown when it cannot be decoded",
        ),
        sa.Column(
            "height",
            sa.Integer(),
            nullable=True,
            comment="Pixels as encoded; unknown when it cannot be decoded",
        ),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(width IS NULL) = (height IS NULL)", name=op.f("ck_picture_extent_whole")
        ),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_picture_size_positive")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_picture_extent_positive")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_picture")),
        comment="Pictures that detections name by hash (Policy 426.3 (3))",
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("attempted_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "name_digest",
            types.Sha256(length=32),
            nullable=False,
            comment="Keyed digest of the name that was typed, which may be no account's",
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('client', 'command', 'job', 'page', 'report')",
            name=op.f("ck_sign_in_attempt_channel_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('failed', 'locked', 'refused', 'released', 'succeeded')",
            name=op.f("ck_sign_in_attempt_outcome_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        comment="What the lockout counts (CJIS 5.9.5 AC-7); the audit log names the people",
    )
    op.create_index(
        op.f("ix_sign_in_attempt_name_digest_id"),
        "sign_in_attempt",
        ["name_digest", "id"],
        unique=False,
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("starts_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "ends_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Not part of it; empty while it has no end",
        ),
        sa.Column("granted_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('alpr_administrator', 'analyst', 'auditor', 'dispatcher', 'officer', 'records_custodian', 'services_captain', 'supervisor')",
            name=op.f("ck_account_role_role_known"),
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_account_role_revoking_whole"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_account_role_ends_after_start")),
        sa.CheckConstraint(
            "granted_by <> username", name=op.f("ck_account_role_granted_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
            name=op.f("fk_account_role_username"),
            onupdate="RESTRICT",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        comment="Roles that were granted, with their dates; nobody grants themselves",
    )
    op.create_index(
        op.f("ix_account_role_username_role"), "account_role", ["username", "role"], unique=False
    )
    op.create_table(
        "designation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column(
            "role", sa.Text(), nullable=False, comment="The role that the designee stands in for"
        ),
        sa.Column(
            "title", sa.Text(), nullable=False, comment="Of the designee, as it is published"
        ),
        sa.Column("starts_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("designated_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("designated_by", sa.Text(), nullable=False),
        sa.Column(
            "ended_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When it was ended before its time",
        ),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('alpr_administrator', 'analyst', 'auditor', 'dispatcher', 'officer', 'records_custodian', 'services_captain', 'supervisor')",
            name=op.f("ck_designation_role_known"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_designation_title_given")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_designation_ending_whole")
        ),
        sa.CheckConstraint(
            "designated_by <> username", name=op.f("ck_designation_designated_by_another")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_designation_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
            name=op.f("fk_designation_username"),
            onupdate="RESTRICT",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
        comment="Dated designees (Policy 426.4, 426.4.1 (e))",
    )
    op.create_index(
        op.f("ix_designation_username_starts_at"),
        "designation",
        ["username", "starts_at"],
        unique=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "record",
            sa.Integer(),
            nullable=True,
            comment="Its place in the delivery, from 0; empty for all of it",
        ),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=True,
            comment="The record, whole; empty when it is the whole delivery",
        ),
        sa.Column(
            "reason",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The error, as the service would tell it",
        ),
        sa.Column("first_seen_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retried_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "resolved_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When a retry could read all of it",
        ),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(record IS NULL) = (raw IS NULL)", name=op.f("ck_quarantine_raw_of_a_record")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_quarantine_delivery_id"),
            onupdate="RESTRICT",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        comment="What could not be understood, whole and with the reason; nothing is dropped",
    )
    op.create_index(op.f("ix_quarantine_delivery_id"), "quarantine", ["delivery_id"], unique=False)
    op.create_index(
        "ix_quarantine_open",
        "quarantine",
        ["first_seen_at"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "session",
        sa.Column(
            "token_hash",
            types.Sha256(length=32),
            nullable=False,
            comment="The token itself is nowhere",
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="What the audit log calls it"),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("started_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "ends_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="However busy it is",
        ),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("banner_acknowledged_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('client', 'command', 'job', 'page', 'report')",
            name=op.f("ck_session_channel_known"),
        ),
        sa.CheckConstraint(
            "end_reason IN ('absolute', 'account', 'credentials', 'idle', 'sign_out')",
            name=op.f("ck_session_end_reason_known"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_session_ending_whole")
        ),
        sa.CheckConstraint(
            "ends_at > started_at AND last_seen_at >= started_at",
            name=op.f("ck_session_times_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
            name=op.f("fk_session_username"),
            onupdate="RESTRICT",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        sa.UniqueConstraint("id", name=op.f("uq_session_id")),
        comment="Who is signed in (CJIS 5.9.5 AC-11, IA-2)",
    )
    op.create_index(
        "ix_session_standing",
        "session",
        ["username"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False, comment="One of the policy's systems"),
        sa.Column("completed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("system <> ''", name=op.f("ck_training_system_given")),
        sa.CheckConstraint(
            "expires_at > completed_at", name=op.f("ck_training_expires_after_completion")
        ),
        sa.CheckConstraint("recorded_by <> username", name=op.f("ck_training_recorded_by_another")),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
            name=op.f("fk_training_username"),
            onupdate="RESTRICT",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        comment="Completed training per person and system (Policy 426.10)",
    )
    op.create_index(
        op.f("ix_training_username_system_expires_at"),
        "training",
        ["username", "system", "expires_at"],
        unique=False,
    )
    op.execute("""
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: the audit log only grows', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """)
    op.execute("""
    CREATE TRIGGER audit_record_rows_stay BEFORE UPDATE OR DELETE ON audit_record
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """)
    op.execute("""
    CREATE TRIGGER audit_record_stays BEFORE TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """)
    op.execute("""ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_rows_stay""")
    op.execute("""ALTER TABLE audit_record ENABLE ALWAYS TRIGGER audit_record_stays""")
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

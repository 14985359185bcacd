"""Lists, hot plates and hits.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = """
access:deny account:change account:create account:disable account:enable account:lock
account:release alert:change alert:send audit:checkpoint audit:export audit:read
audit:verify camera:add camera:change database:migrate designation:end designation:record
detection:canvass detection:search detection:view hit:act hit:score hit:stop hit:view
hit:violation hits:match hot_list:approve hot_list:change hot_list:decide hot_list:load
hot_plate:cut hot_plate:end hot_plate:enter hot_plate:rehearse inquiry:approve inquiry:close
inquiry:open inquiry:refuse look:outcome password:change password:reset picture:view
policy:load quarantine:retry quarantine:view reads:ingest reads:outcome report:outcome
report:run role:grant role:revoke second_factor:enrol second_factor:reset
session:acknowledge session:end session:refuse session:sign_in training:record
"""
"""Of audit records, from here on."""

LOOKS = """
detection:canvass detection:search detection:view hit:view hot_plate:rehearse picture:view
"""


def upgrade() -> None:

    op.create_table(
        "hot_list",
        sa.Column("code", sa.Text(), nullable=False, comment="Such as SVS"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="general or special"),
        sa.Column("source", sa.Text(), nullable=False, comment="One of the policy's sources"),
        sa.Column(
            "category", sa.Text(), nullable=False, comment="Of entries that do not say their own"
        ),
        sa.Column(
            "region", sa.Text(), nullable=True, comment="Of entries that do not say their own"
        ),
        sa.Column(
            "address", sa.Text(), nullable=False, comment="Where it is fetched: any fsspec address"
        ),
        sa.Column(
            "template",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="How its file is laid out",
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False, comment="The switch of the sub-file"),
        sa.Column("switched_by", sa.Text(), nullable=False),
        sa.Column("switched_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("switch_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "category IN ('hot_plate', 'missing_person', 'other', 'protective_order', 'special_list', 'stolen_plate', 'stolen_vehicle', 'terrorism', 'wanted_person')",
            name=op.f("ck_hot_list_category_known"),
        ),
        sa.CheckConstraint("code ~ '^[A-Z][A-Z0-9_]{0,24}$'", name=op.f("ck_hot_list_code_plain")),
        sa.CheckConstraint(
            "kind <> 'special' OR category = 'special_list'",
            name=op.f("ck_hot_list_special_is_special"),
        ),
        sa.CheckConstraint("kind IN ('general', 'special')", name=op.f("ck_hot_list_kind_known")),
        sa.CheckConstraint("switch_reason <> ''", name=op.f("ck_hot_list_switch_explained")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hot_list")),
        comment="Lists that are fetched (Policy 426.3 (6), (7))",
    )
    op.create_table(
        "hot_plate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False, comment="As it was entered"),
        sa.Column(
            "pattern", sa.Text(collation="C"), nullable=False, comment="Normal form, * for unknown"
        ),
        sa.Column("wildcard", sa.Boolean(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column(
            "expires_at", types.UtcDateTime(timezone=True), nullable=False, comment="Not part of it"
        ),
        sa.Column(
            "listed_elsewhere",
            sa.Boolean(),
            nullable=False,
            comment="Also goes into SVS and the like",
        ),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="For more than one officer"),
        sa.Column("officer_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("synopsis", sa.Text(), nullable=True),
        sa.Column("renews", sa.BigInteger(), nullable=True, comment="The entry it goes on from"),
        sa.Column(
            "cut_from",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="The end it had before the plate was listed elsewhere",
        ),
        sa.Column("cut_because", sa.Text(), nullable=True),
        sa.Column(
            "ended_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When it was ended before its time",
        ),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "NOT shared OR (officer_name <> '' AND phone <> '' AND case_number <> '' AND synopsis <> '' AND num_nulls(officer_name, phone, case_number, synopsis) = 0)",
            name=op.f("ck_hot_plate_shared_whole"),
        ),
        sa.CheckConstraint("reason <> '' AND pattern <> ''", name=op.f("ck_hot_plate_given")),
        sa.CheckConstraint(
            "(cut_from IS NULL) = (cut_because IS NULL)", name=op.f("ck_hot_plate_cut_explained")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_hot_plate_ending_whole")
        ),
        sa.CheckConstraint(
            "cut_from IS NULL OR cut_from > expires_at", name=op.f("ck_hot_plate_cut_shortens")
        ),
        sa.CheckConstraint("expires_at > entered_at", name=op.f("ck_hot_plate_expires_later")),
        sa.ForeignKeyConstraint(["renews"], ["hot_plate.id"], name=op.f("fk_hot_plate_renews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_plate")),
        comment="Plates that people entered (Policy 426.6.5); a renewal is a new entry",
    )
    op.create_index(op.f("ix_hot_plate_expires_at"), "hot_plate", ["expires_at"], unique=False)
    op.create_index(op.f("ix_hot_plate_pattern"), "hot_plate", ["pattern"], unique=False)
    op.create_table(
        "special_list_approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "list_code", sa.Text(), nullable=False, comment="The list may come after its approval"
        ),
        sa.Column(
            "agency",
            sa.Text(),
            nullable=True,
            comment="Approves sharing with it; empty: approves the list itself",
        ),
        sa.Column("approved_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_special_list_approval_explained")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_special_list_approval_ending_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_list_approval")),
        comment="Approvals of special lists and of sharing them (Policy 426.6.4 (b), (c))",
    )
    op.create_index(
        op.f("ix_special_list_approval_list_code_approved_at"),
        "special_list_approval",
        ["list_code", "approved_at"],
        unique=False,
    )
    op.create_table(
        "hot_list_load",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column(
            "file_sha256",
            types.Sha256(length=32),
            nullable=True,
            comment="Of the file as it came; empty where none came",
        ),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column(
            "reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What failed, with lines; the first of each",
        ),
        sa.Column("problem", sa.Text(), nullable=True, comment="Why it is not in force"),
        sa.Column("in_force_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by",
            sa.Text(),
            nullable=True,
            comment="Who let a waiting load through, or refused it",
        ),
        sa.Column("decided_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'superseded') = (superseded_at IS NOT NULL)",
            name=op.f("ck_hot_list_load_end_dated"),
        ),
        sa.CheckConstraint(
            "(state IN ('in_force', 'superseded')) = (in_force_at IS NOT NULL)",
            name=op.f("ck_hot_list_load_force_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('failed', 'in_force', 'refused', 'superseded', 'waiting')",
            name=op.f("ck_hot_list_load_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('in_force', 'superseded') OR problem <> ''",
            name=op.f("ck_hot_list_load_explained"),
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision_reason IS NULL)",
            name=op.f("ck_hot_list_load_decision_whole"),
        ),
        sa.CheckConstraint(
            "good >= 0 AND duplicate >= 0 AND failed >= 0",
            name=op.f("ck_hot_list_load_counts_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["list_code"], ["hot_list.code"], name=op.f("fk_hot_list_load_list_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_list_load")),
        comment="Every try to load a list; one of each list is in force, the others are history",
    )
    op.create_index(
        "ix_hot_list_load_in_force",
        "hot_list_load",
        ["list_code"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(
        op.f("ix_hot_list_load_list_code_began_at"),
        "hot_list_load",
        ["list_code", "began_at"],
        unique=False,
    )
    op.create_table(
        "hit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("made_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="Moved by the events alone"),
        sa.Column(
            "possible",
            sa.Boolean(),
            nullable=False,
            comment="Below the threshold: nobody is alerted",
        ),
        sa.Column(
            "informational",
            sa.Boolean(),
            nullable=False,
            comment="Of a special list: no stop actions",
        ),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column(
            "posterior", sa.REAL(), nullable=False, comment="That the plate is the listed one"
        ),
        sa.Column("rival", sa.Text(), nullable=True, comment="The best other reading"),
        sa.Column("rival_posterior", sa.REAL(), nullable=True),
        sa.Column("detection_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_plate", sa.Text(), nullable=False, comment="As it was read"),
        sa.Column("read_region", sa.Text(), nullable=True),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=True, comment="What read it, as the read says"),
        sa.Column("engine_version", sa.Text(), nullable=True),
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("list_kind", sa.Text(), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("hot_plate_id", sa.BigInteger(), nullable=True),
        sa.Column("listed_plate", sa.Text(), nullable=False, comment="As it stands on the list"),
        sa.Column("listed_region", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column(
            "list_loaded_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="How old the list was shows in every hit",
        ),
        sa.Column(
            "entry",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The entry as it stood",
        ),
        sa.Column(
            "notes",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="What to know about how it was matched",
        ),
        sa.CheckConstraint(
            "category IN ('hot_plate', 'missing_person', 'other', 'protective_order', 'special_list', 'stolen_plate', 'stolen_vehicle', 'terrorism', 'wanted_person')",
            name=op.f("ck_hit_category_known"),
        ),
        sa.CheckConstraint(
            "informational = (list_kind = 'special')", name=op.f("ck_hit_special_informational")
        ),
        sa.CheckConstraint(
            "list_kind IN ('general', 'hot_plate', 'special')", name=op.f("ck_hit_list_kind_known")
        ),
        sa.CheckConstraint(
            "match IN ('exact', 'misread', 'wildcard')", name=op.f("ck_hit_match_known")
        ),
        sa.CheckConstraint(
            "state IN ('broadcast', 'called', 'closed', 'compared', 'confirmed', 'new', 'opened', 'refused')",
            name=op.f("ck_hit_state_known"),
        ),
        sa.CheckConstraint(
            "(load_id IS NULL) = (line IS NULL) AND num_nonnulls(load_id, hot_plate_id) = 1",
            name=op.f("ck_hit_one_entry"),
        ),
        sa.CheckConstraint("posterior BETWEEN 0 AND 1", name=op.f("ck_hit_posterior_range")),
        sa.CheckConstraint("rival_posterior BETWEEN 0 AND 1", name=op.f("ck_hit_rival_range")),
        sa.ForeignKeyConstraint(
            ["hot_plate_id"], ["hot_plate.id"], name=op.f("fk_hit_hot_plate_id")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["hot_list_load.id"], name=op.f("fk_hit_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit")),
        sa.UniqueConstraint(
            "detection_id",
            "list_code",
            "listed_plate",
            "listed_region",
            "hot_plate_id",
            name=op.f("uq_hit_entry"),
            postgresql_nulls_not_distinct=True,
        ),
        comment="A read that matches an entry (Policy 426.3 (4)); leads to people, never to a stop",
    )
    op.create_index(op.f("ix_hit_made_at"), "hit", ["made_at"], unique=False)
    op.create_index(
        "ix_hit_standing",
        "hit",
        ["state", "made_at"],
        unique=False,
        postgresql_where=sa.text("NOT possible"),
    )
    op.create_table(
        "hot_list_entry",
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, comment="In the file, from 1"),
        sa.Column("plate", sa.Text(), nullable=False, comment="As it is written there"),
        sa.Column(
            "pattern", sa.Text(collation="C"), nullable=False, comment="Normal form, * for unknown"
        ),
        sa.Column("wildcard", sa.Boolean(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("effective_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Make, model, colour, number of the record and the like",
        ),
        sa.CheckConstraint(
            "category IN ('hot_plate', 'missing_person', 'other', 'protective_order', 'special_list', 'stolen_plate', 'stolen_vehicle', 'terrorism', 'wanted_person')",
            name=op.f("ck_hot_list_entry_category_known"),
        ),
        sa.CheckConstraint("pattern <> ''", name=op.f("ck_hot_list_entry_pattern_given")),
        sa.ForeignKeyConstraint(
            ["load_id"], ["hot_list_load.id"], name=op.f("fk_hot_list_entry_load_id")
        ),
        sa.PrimaryKeyConstraint("load_id", "line", name=op.f("pk_hot_list_entry")),
        comment="Entries of each load, never changed",
    )
    op.create_index(op.f("ix_hot_list_entry_pattern"), "hot_list_entry", ["pattern"], unique=False)
    op.create_table(
        "hit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("hit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("happened_at <= recorded_at", name=op.f("ck_hit_event_not_ahead")),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_hit_event_hit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_event")),
        comment="What was done about a hit, in order; only added to",
    )
    op.create_index(op.f("ix_hit_event_hit_id_id"), "hit_event", ["hit_id", "id"], unique=False)

    _widen_kinds()


def _widen_kinds() -> None:
    # NOT VALID first: what stands there passed the narrower check already.
    for name, check in {
        "kind_known": f"kind IN ({_listed(KINDS)})",
        "look_has_four_items": f"kind NOT IN ({_listed(LOOKS)}) OR (username IS NOT NULL"
        " AND username <> '' AND purpose IS NOT NULL AND purpose <> '' AND criteria IS NOT NULL)",
    }.items():
        constraint = f"ck_audit_record_{name}"
        op.execute(f"ALTER TABLE audit_record DROP CONSTRAINT {constraint}")
        op.execute(
            f"ALTER TABLE audit_record ADD CONSTRAINT {constraint} CHECK ({check}) NOT VALID"
        )
        op.execute(f"ALTER TABLE audit_record VALIDATE CONSTRAINT {constraint}")


def _listed(names: str) -> str:
    return ", ".join(f"'{name}'" for name in names.split())


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

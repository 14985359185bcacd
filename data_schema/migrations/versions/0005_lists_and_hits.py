"""Lists, hot plates and hits.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = """
access:deny account:change account:create account:disable account:enable account:lock
account:release alert:change alert:send audit:checkpoint audit:export audit:read
audit:verify camera:add camera:change database:migrate designation:end designation:record
detection:canvass detection:search detection:view hit:act hit:score hit:stop hit:view
hit:violation hits:match hot_list:approve hot_list:change hot_list:decide hot_list:load
hot_plate:cut hot_plate:end hot_plate:enter hot_plate:rehearse inquiry:approve inquiry:close
inquiry:open inquiry:refuse look:outcome misread_model:add password:change password:reset picture:view
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
        sa.Column("load_id", sa.BigInteger(), nullable=False, comment="Of hot_list_load"),
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
        sa.PrimaryKeyConstraint("load_id", "line", name=op.f("pk_hot_list_entry")),
        comment="Entries of each load, never changed",
    )
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
        sa.CheckConstraint(
            "kind IN ('broadcast', 'called', 'closed', 'compared', 'confirmation_asked', 'confirmed', 'drawn', 'found', 'opened', 'plate_run', 'refused', 'scored', 'stopped')",
            name=op.f("ck_hit_event_kind_known"),
        ),
        sa.CheckConstraint("recorded_by <> ''", name=op.f("ck_hit_event_somebody")),
        sa.CheckConstraint(
            "jsonb_typeof(details) = 'object'", name=op.f("ck_hit_event_details_named")
        ),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_hit_event_hit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_event")),
        comment="What was done about a hit, in order; only added to",
    )
    op.create_index(op.f("ix_hit_event_hit_id_id"), "hit_event", ["hit_id", "id"], unique=False)
    op.create_index(
        "ix_hit_event_drawn",
        "hit_event",
        ["hit_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'drawn'"),
    )
    for statement in GUARD_HITS:
        op.execute(statement)

    _make_alert_tables()
    _widen_kinds()


def _make_alert_tables() -> None:
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="The same thing is told once"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="A list's code or a hot plate's number"
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="Without plate, place or person"),
        sa.Column("found_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("concerns", sa.Text(), nullable=True, comment="User name of whom it concerns"),
        sa.CheckConstraint(
            "key <> '' AND subject <> '' AND text <> ''", name=op.f("ck_alert_notice_given")
        ),
        sa.CheckConstraint(
            "kind IN ('hot_plate_cut', 'list_late', 'load_failed', 'load_waiting')",
            name=op.f("ck_alert_notice_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_notice_key")),
        comment="What people are told that is no hit: late lists, failed loads, cut hot plates",
    )
    op.create_table(
        "alert_target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "address", sa.Text(), nullable=False, comment="Web address, mail address or folder"
        ),
        sa.Column(
            "secret_name",
            sa.Text(),
            nullable=True,
            comment="Of the file with what signs; never the secret itself",
        ),
        sa.Column(
            "internal",
            sa.Boolean(),
            nullable=False,
            comment="May lie in the department's own network",
        ),
        sa.Column(
            "levels", sa.ARRAY(sa.Text()), nullable=False, comment="Of the hits that it gets"
        ),
        sa.Column(
            "categories",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="Of the hits; empty means all",
        ),
        sa.Column(
            "notices",
            sa.Boolean(),
            nullable=False,
            comment="Whether it hears of late lists and such",
        ),
        sa.Column(
            "person",
            sa.Text(),
            nullable=True,
            comment="Whose it is: also gets what concerns that person alone",
        ),
        sa.Column(
            "quiet_from",
            sa.Time(),
            nullable=True,
            comment="Local time; what is not high waits until the end",
        ),
        sa.Column("quiet_until", sa.Time(), nullable=True, comment="Local time; not part of it"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("set_up_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_up_by", sa.Text(), nullable=False),
        sa.Column("switched_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("switched_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('cad_webhook', 'webhook')) = (secret_name IS NOT NULL)",
            name=op.f("ck_alert_target_signed"),
        ),
        sa.CheckConstraint("address <> ''", name=op.f("ck_alert_target_address_given")),
        sa.CheckConstraint(
            "categories <@ ARRAY['hot_plate', 'missing_person', 'other', 'protective_order', 'special_list', 'stolen_plate', 'stolen_vehicle', 'terrorism', 'wanted_person']",
            name=op.f("ck_alert_target_categories_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('cad_file', 'cad_webhook', 'email', 'webhook')",
            name=op.f("ck_alert_target_kind_known"),
        ),
        sa.CheckConstraint(
            "levels <@ ARRAY['high', 'low', 'medium']", name=op.f("ck_alert_target_levels_known")
        ),
        sa.CheckConstraint(
            "name ~ '^[a-z][a-z0-9-]{0,40}$'", name=op.f("ck_alert_target_name_plain")
        ),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from <> quiet_until",
            name=op.f("ck_alert_target_quiet_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_target")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_target_name")),
        comment="Where alerts go, and who set it up",
    )
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False, comment="The receiver knows a repeat by it"),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("hit_id", sa.BigInteger(), nullable=True),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("hit_event_id", sa.BigInteger(), nullable=True, comment="A call for service"),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="Begun; counted before anything leaves",
        ),
        sa.Column("queued_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "tried_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When the last attempt began",
        ),
        sa.Column(
            "ended_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="When it was sent or given up",
        ),
        sa.Column(
            "last_error",
            sa.Text(),
            nullable=True,
            comment="Without anything that the receiver answered",
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_alert_delivery_end_dated")
        ),
        sa.CheckConstraint(
            "level IN ('high', 'low', 'medium')", name=op.f("ck_alert_delivery_level_known")
        ),
        sa.CheckConstraint(
            "state <> 'dead' OR coalesce(last_error, '') <> ''",
            name=op.f("ck_alert_delivery_death_explained"),
        ),
        sa.CheckConstraint(
            "state IN ('dead', 'sent', 'waiting')", name=op.f("ck_alert_delivery_state_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_alert_delivery_attempts_counted")),
        sa.CheckConstraint(
            "num_nonnulls(hit_id, notice_id, hit_event_id) = 1",
            name=op.f("ck_alert_delivery_about_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["hit_event_id"], ["hit_event.id"], name=op.f("fk_alert_delivery_hit_event_id")
        ),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_alert_delivery_hit_id")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["alert_notice.id"], name=op.f("fk_alert_delivery_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["alert_target.id"], name=op.f("fk_alert_delivery_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_delivery_key")),
        sa.UniqueConstraint(
            "target_id", "hit_event_id", name=op.f("uq_alert_delivery_target_id_hit_event_id")
        ),
        sa.UniqueConstraint("target_id", "hit_id", name=op.f("uq_alert_delivery_target_id_hit_id")),
        sa.UniqueConstraint(
            "target_id", "notice_id", name=op.f("uq_alert_delivery_target_id_notice_id")
        ),
        comment="The outbox: what goes to which target, once each, and what became of it",
    )
    op.create_index(
        "ix_alert_delivery_waiting",
        "alert_delivery",
        ["target_id", "next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


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


# Guards of hits, as they were when this migration was written.
GUARD_HITS = (
    r"""
CREATE FUNCTION hit_event_says(details jsonb, VARIADIC keys text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT bool_and(
    coalesce(jsonb_typeof(details -> key) = 'string' AND details ->> key ~ '\S', false))
  FROM unnest(keys) AS key
$$
""",
    r"""
CREATE FUNCTION stop_basis_words(basis text, VARIADIC plates text[]) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT count(DISTINCT word) FROM (
    SELECT lower(found[1] COLLATE "C") AS word
    FROM regexp_matches(basis, '[A-Za-z0-9]{2,}', 'g') AS found
  ) AS said
  WHERE word <> ALL (string_to_array('about above active after again alert alerted alerting alerts alpr also an and anpr any are as at auto automated automatic back based basis be because been before being but by california came camera cameras car cars cause cdms check checked checks clets come comes confirm confirmation confirmed confirming confirms correct database department dept detected detection detections did dispatch dispatched dispatcher dispatchers dmv do doj due enforcement entered entry exact felony file flag flagged flock for from gave given got had has have he her his hit hits hot hotlist hotlists i in info information into is it its law learn legal licence license list listed lists lpr made make match matched matches matching mdc me mobile my ncic no none not notice notification notified of off officer officers on only or our out over patrol pc per picture plate plates positive possible probable purely read reader readers readings reads reason reasonable reasons receive received recognition record records report reported reports result results return returned returns rs said same saw say says scan scanned scanner see seen she showed shown shows so software sole solely solid somebody someone special status stealing still stolen stop stopped stopping stops sure suspect suspected suspicion svs system systems tag tas technology that the their them then there they this through to told traffic trigger triggered true unit us valid vehicle vehicles verified verify via vigilant wanted warrant was we were what when which who with yes you', ' '))
  AND NOT EXISTS (
    SELECT FROM unnest(plates) AS plate
    WHERE strpos(lower(regexp_replace(plate, '[^A-Za-z0-9]+', '', 'g') COLLATE "C"), word) > 0
  )
$$
""",
    r"""
CREATE FUNCTION check_hit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  met hit%ROWTYPE;
  answer hit_event%ROWTYPE;
  said jsonb := NEW.details;
  lacks text;
BEGIN
  SELECT * INTO met FROM hit WHERE id = NEW.hit_id FOR UPDATE;
  SELECT * INTO answer FROM hit_event
    WHERE hit_id = NEW.hit_id AND kind IN ('confirmed', 'refused')
    AND happened_at <= NEW.happened_at ORDER BY happened_at DESC, id DESC LIMIT 1;
  lacks := CASE
    WHEN met.id IS NULL THEN 'a hit'
    WHEN NEW.happened_at < met.seen_at THEN 'a time after the read'
    WHEN met.state = 'closed' AND NEW.kind NOT IN ('drawn', 'scored') THEN 'a hit that is open'
    WHEN met.state = 'new' AND NEW.kind NOT IN ('drawn', 'opened', 'scored')
      THEN 'somebody who opened the hit'
    WHEN met.informational AND NEW.kind IN ('called', 'stopped')
      THEN 'a hit that is more than informational'
    WHEN NEW.kind IN ('called', 'stopped') AND (
      answer.kind IS DISTINCT FROM 'confirmed'
      OR said -> 'confirmation' IS DISTINCT FROM to_jsonb(answer.id))
      THEN 'the standing confirmation'
    WHEN NEW.kind = 'stopped' AND (NOT hit_event_says(said, 'basis')
      OR stop_basis_words(said ->> 'basis', met.read_plate, met.listed_plate) < 3)
      THEN 'a basis beside the hit'
    WHEN NEW.kind = 'called'
      AND NOT hit_event_says(said, 'call_type', 'vehicle_description', 'direction')
      THEN 'call type, vehicle description or direction'
    WHEN NEW.kind IN ('confirmed', 'refused')
      AND NOT hit_event_says(said, 'system', 'response', 'operator', 'result')
      THEN 'system, response, operator or result'
    WHEN NEW.kind = 'compared' AND NOT coalesce(
      (said -> 'plate_picture' = 'true' OR said -> 'vehicle_picture' = 'true')
      AND said ->> 'region' IN ('agrees', 'cannot_tell', 'differs')
      AND said ->> 'make' IN ('agrees', 'cannot_tell', 'differs')
      AND said ->> 'colour' IN ('agrees', 'cannot_tell', 'differs')
      AND jsonb_typeof(said -> 'list_age_minutes') IN ('number', 'null'), false)
      THEN 'a picture seen, state, make, colour or age of the list'
    WHEN NEW.kind = 'confirmation_asked' AND NOT coalesce(
      said ->> 'priority' IN ('routine', 'urgent')
      AND jsonb_typeof(said -> 'second') = 'boolean', false) THEN 'a priority'
    WHEN NEW.kind = 'confirmation_asked' AND said -> 'second' = 'true' AND NOT EXISTS (
      SELECT FROM hit_event WHERE hit_id = NEW.hit_id AND kind = NEW.kind
      AND happened_at <= NEW.happened_at) THEN 'a first request'
    WHEN NEW.kind = 'broadcast' AND NOT coalesce(hit_event_says(said, 'channel')
      AND said ->> 'place' IN ('desktop', 'vehicle')
      AND jsonb_typeof(said -> 'cancels') = 'boolean', false) THEN 'a channel or place'
    WHEN NEW.kind = 'found' AND NOT coalesce(
      said ->> 'occupancy' IN ('occupied', 'unknown', 'unoccupied')
      AND jsonb_typeof(said -> 'recovered') = 'boolean', false) THEN 'occupancy or recovery'
    WHEN NEW.kind IN ('closed', 'scored')
      AND NOT coalesce(said ->> 'disposition' IN ('correct', 'misread', 'not_scored', 'stale_entry', 'wrong_state'), false)
      THEN 'a disposition'
    WHEN NEW.kind = 'closed'
      AND NOT coalesce(said ->> 'outcome' IN ('arrest', 'gone', 'no_action', 'other', 'recovered'), false) THEN 'an outcome'
    WHEN NEW.kind = 'closed' AND said ->> 'disposition' <> 'not_scored' AND NOT EXISTS (
      SELECT FROM hit_event WHERE hit_id = NEW.hit_id AND kind = 'compared')
      THEN 'a comparison with the picture'
    WHEN NEW.kind = 'scored' AND said ->> 'disposition' <> 'not_scored'
      AND said -> 'plate_picture' IS DISTINCT FROM 'true' THEN 'a picture seen'
    WHEN NEW.kind = 'drawn' AND NOT coalesce(hit_event_says(said, 'week')
      AND (said ->> 'waiting')::integer >= (said ->> 'drawn')::integer
      AND (said ->> 'drawn')::integer > 0, false)
      THEN 'a week and how many were drawn of how many'
  END;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the event % of hit % lacks %', NEW.kind, NEW.hit_id, lacks
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    r"""
CREATE FUNCTION move_hit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kinds text[];
  last_answer text;
  last_step text;
BEGIN
  SELECT array_agg(kind) INTO kinds FROM hit_event WHERE hit_id = NEW.hit_id;
  SELECT kind INTO last_answer FROM hit_event
    WHERE hit_id = NEW.hit_id AND kind IN ('confirmed', 'refused')
    ORDER BY happened_at DESC, id DESC LIMIT 1;
  SELECT kind INTO last_step FROM hit_event
    WHERE hit_id = NEW.hit_id
    AND (kind = 'confirmed' OR kind = 'broadcast' AND details -> 'cancels' = 'false')
    ORDER BY happened_at DESC, id DESC LIMIT 1;
  UPDATE hit SET state = CASE
    WHEN 'closed' = ANY (kinds) THEN 'closed'
    WHEN last_answer = 'refused' THEN 'refused'
    WHEN 'called' = ANY (kinds) THEN 'called'
    WHEN last_step IS NOT NULL THEN last_step
    WHEN 'compared' = ANY (kinds) THEN 'compared'
    WHEN 'opened' = ANY (kinds) THEN 'opened'
    ELSE 'new'
  END WHERE id = NEW.hit_id;
  RETURN NULL;
END
$$
""",
    r"""
CREATE FUNCTION guard_hit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'new' THEN
    RAISE EXCEPTION 'a hit begins as new, not as %', NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    pg_trigger_depth() < 2 OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'
  ) THEN
    RAISE EXCEPTION 'UPDATE of hit is refused: its events alone move it'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$
""",
    r"""
CREATE FUNCTION keep_hits() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT pg_has_role(
    current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% of % is refused: what was done about hits stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$
""",
    "CREATE TRIGGER hit_guarded BEFORE INSERT OR UPDATE ON hit FOR EACH ROW EXECUTE FUNCTION guard_hit()",
    "CREATE TRIGGER hit_stays BEFORE DELETE OR TRUNCATE ON hit FOR EACH STATEMENT EXECUTE FUNCTION keep_hits()",
    "CREATE TRIGGER hit_event_checked BEFORE INSERT ON hit_event FOR EACH ROW EXECUTE FUNCTION check_hit_event()",
    "CREATE TRIGGER hit_event_moves AFTER INSERT ON hit_event FOR EACH ROW EXECUTE FUNCTION move_hit()",
    "CREATE TRIGGER hit_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON hit_event FOR EACH STATEMENT EXECUTE FUNCTION keep_hits()",
    "ALTER TABLE hit ENABLE ALWAYS TRIGGER hit_guarded",
    "ALTER TABLE hit ENABLE ALWAYS TRIGGER hit_stays",
    "ALTER TABLE hit_event ENABLE ALWAYS TRIGGER hit_event_checked",
    "ALTER TABLE hit_event ENABLE ALWAYS TRIGGER hit_event_moves",
    "ALTER TABLE hit_event ENABLE ALWAYS TRIGGER hit_event_stays",
)

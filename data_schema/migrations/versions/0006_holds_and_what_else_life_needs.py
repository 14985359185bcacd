"""What the life of data and equipment needs first: kinds of records, a role, holds.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = """
access:deny account:change account:create account:disable account:enable account:lock
account:release agency:add agency:change alert:change alert:send audit:checkpoint audit:export
audit:read audit:verify camera:add camera:change database:migrate designation:end
designation:record detection:canvass detection:search detection:view equipment:add
equipment:assign equipment:change equipment:fault equipment:inspect equipment:repair evidence:book
evidence:package hit:act hit:score hit:stop hit:view hit:violation hits:match hold:place
hold:release hot_list:approve hot_list:change hot_list:decide hot_list:load hot_plate:cut
hot_plate:end hot_plate:enter hot_plate:rehearse inquiry:approve inquiry:close inquiry:open
inquiry:refuse look:outcome misread_model:add password:change password:reset picture:view
policy:load quarantine:retry quarantine:view reads:ingest reads:outcome release:approve
release:file release:fulfil release:record release:refuse release:review release:route
report:outcome report:run retention:authorise retention:certify retention:preview retention:purge
retention:restore retention:simulate role:grant role:revoke second_factor:enrol
second_factor:reset session:acknowledge session:end session:refuse session:sign_in share:drift
share:end share:review share:start shift:end shift:start training:record
"""
"""Of audit records, from here on."""

LOOKS = """
detection:canvass detection:search detection:view evidence:package hit:view hot_plate:rehearse
picture:view
"""

ROLES = """
alpr_administrator analyst auditor dispatcher garage officer records_custodian services_captain
supervisor
"""


def upgrade() -> None:
    _widen("audit_record", "kind_known", f"kind IN ({_listed(KINDS)})")
    _widen(
        "audit_record",
        "look_has_four_items",
        f"kind NOT IN ({_listed(LOOKS)}) OR (username IS NOT NULL AND username <> ''"
        " AND purpose IS NOT NULL AND purpose <> '' AND criteria IS NOT NULL)",
    )
    for table in ("account_role", "designation"):
        _widen(table, "role_known", f"role IN ({_listed(ROLES)})")
    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="Evidence, discovery or lawful demand, in words",
        ),
        sa.Column(
            "criteria",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What is held: as of a search, or rows",
        ),
        sa.Column("placed_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column(
            "ends_at",
            types.UtcDateTime(timezone=True),
            nullable=True,
            comment="Empty: until the custodian releases it",
        ),
        sa.Column("released_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "btrim(case_number) <> '' AND btrim(reason) <> ''", name=op.f("ck_hold_says_why")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(criteria) = 'object'", name=op.f("ck_hold_criteria_named")
        ),
        sa.CheckConstraint("ends_at > placed_at", name=op.f("ck_hold_ends_later")),
        sa.CheckConstraint("released_at >= placed_at", name=op.f("ck_hold_released_later")),
        sa.CheckConstraint(
            "num_nulls(released_at, released_by, released_because) IN (0, 3)",
            name=op.f("ck_hold_release_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        comment="What must stay although its time is over (Policy 426.7)",
    )
    op.create_index(
        "ix_hold_standing",
        "hold",
        ["id"],
        unique=False,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "held_detection",
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("detection_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "seen_at",
            types.UtcDateTime(timezone=True),
            nullable=False,
            comment="Of the read, to find its partition",
        ),
        sa.Column("held_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_held_detection_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", "detection_id", name=op.f("pk_held_detection")),
        comment="The reads that each hold holds; later ones that fit come in with their delivery",
    )
    op.create_index(
        op.f("ix_held_detection_detection_id"), "held_detection", ["detection_id"], unique=False
    )
    op.create_index(op.f("ix_held_detection_seen_at"), "held_detection", ["seen_at"], unique=False)
    for statement in GUARD_HELD:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")


def _widen(table: str, name: str, check: str) -> None:
    # NOT VALID first: what stands there passed the narrower check already.
    constraint = f"ck_{table}_{name}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({check}) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")


def _listed(names: str) -> str:
    return ", ".join(f"'{name}'" for name in names.split())


# The guard of held reads, as it was when this migration was written.
GUARD_HELD = (
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
)

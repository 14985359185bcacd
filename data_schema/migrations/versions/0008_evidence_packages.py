"""Evidence packages and their booking numbers.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_package",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "access_id", sa.BigInteger(), nullable=False, comment="The audit record of the look"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column(
            "criteria",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Which reads, for whom, two-sided or not",
        ),
        sa.Column(
            "folder", sa.Text(), nullable=False, comment="Where it was to lie, as it was given"
        ),
        sa.Column("made_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True, comment="Why there is none"),
        sa.Column("reads", sa.BigInteger(), nullable=True),
        sa.Column("pictures", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column(
            "seal",
            types.Sha256(length=32),
            nullable=True,
            comment="Of tagmanifest-sha512.txt, which covers every other file",
        ),
        sa.Column("key_id", sa.Text(), nullable=True, comment="Of the key that signed it"),
        sa.CheckConstraint(
            "(state = 'failed') = (problem IS NOT NULL)",
            name=op.f("ck_evidence_package_failure_explained"),
        ),
        sa.CheckConstraint(
            "(state = 'made') = (made_at IS NOT NULL) AND (state <> 'made' OR num_nulls(reads, pictures, size_bytes, seal, key_id) = 0)",
            name=op.f("ck_evidence_package_made_whole"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(criteria) = 'object'", name=op.f("ck_evidence_package_criteria_named")
        ),
        sa.CheckConstraint(
            "state IN ('begun', 'failed', 'made')", name=op.f("ck_evidence_package_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_package")),
        comment="Packages that left the server for a medium (Policy 426.7), and for whom",
    )
    op.create_index(
        op.f("ix_evidence_package_access_id"), "evidence_package", ["access_id"], unique=True
    )
    op.create_index(
        "ix_evidence_package_begun",
        "evidence_package",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'begun'"),
    )
    op.create_table(
        "evidence_booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_number", sa.Text(), nullable=False),
        sa.Column("booked_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "btrim(booking_number) <> ''", name=op.f("ck_evidence_booking_number_given")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["evidence_package.id"], name=op.f("fk_evidence_booking_package_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_booking")),
        comment="Under which number a package was booked into evidence; the latest counts",
    )
    op.create_index(
        op.f("ix_evidence_booking_package_id_id"),
        "evidence_booking",
        ["package_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

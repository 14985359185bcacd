"""Misread models.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op

from workbench.storage import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "misread_model",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False, comment="As in the reads it speaks about"),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("learned_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stored_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "pairs",
            sa.Integer(),
            nullable=False,
            comment="Labelled reads that it was learned from",
        ),
        sa.Column("content", sa.Text(), nullable=False, comment="The JSON file, as it is"),
        sa.Column("sha256", types.Sha256(length=32), nullable=False, comment="Of the content"),
        sa.CheckConstraint("pairs > 0", name=op.f("ck_misread_model_learned_from_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misread_model")),
        sa.UniqueConstraint("sha256", name=op.f("uq_misread_model_sha256")),
        comment="What engines mistake for what; the newest of an engine and version counts",
    )
    op.create_index(
        op.f("ix_misread_model_engine_engine_version_learned_at"),
        "misread_model",
        ["engine", "engine_version", "learned_at"],
        unique=False,
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

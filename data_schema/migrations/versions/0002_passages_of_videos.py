"""Passages of videos.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from workbench.storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "detection",
        sa.Column(
            "first_seen_at", types.UtcDateTime(timezone=True), comment="When the passage began; of videos"
        ),
    )
    op.add_column(
        "detection",
        sa.Column(
            "last_seen_at", types.UtcDateTime(timezone=True), comment="When the passage ended; of videos"
        ),
    )
    op.add_column(
        "detection",
        sa.Column(
            "frames", sa.Integer(), comment="Frames of the passage that voted on the plate; of videos"
        ),
    )
    # NOT VALID: rows from before have none of the columns, and reading them all would lock the
    # table for as long as that takes. New rows are checked.
    for name, rule in (
        ("seen_within", "first_seen_at <= seen_at AND seen_at <= last_seen_at"),
        ("passage_whole", "(first_seen_at IS NULL) = (last_seen_at IS NULL)"),
        ("frames_positive", "frames > 0"),
    ):
        op.execute(
            f"ALTER TABLE detection ADD CONSTRAINT ck_detection_{name} CHECK ({rule}) NOT VALID"
        )
    op.add_column(
        "delivery",
        sa.Column(
            "progress",
            postgresql.JSONB(none_as_null=True),
            comment="Where a video stopped, with the passages then in view; empty when it is complete",
        ),
    )
    op.execute(
        "ALTER TABLE delivery ADD CONSTRAINT ck_delivery_complete_has_no_progress"
        " CHECK (state <> 'complete' OR progress IS NULL) NOT VALID"
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

"""Passages of videos.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COMMENTS = {
    "first_seen_at": "When the passage began; of videos",
    "last_seen_at": "When the passage ended; of videos",
    "frames": "Frames of the passage that voted on the plate; of videos",
}


def upgrade() -> None:
    # One statement, so that the rows are looked through once for all three rules.
    op.execute(
        """
        ALTER TABLE detection
          ADD COLUMN first_seen_at timestamptz,
          ADD COLUMN last_seen_at timestamptz,
          ADD COLUMN frames integer,
          ADD CONSTRAINT ck_detection_seen_within
            CHECK (first_seen_at <= seen_at AND seen_at <= last_seen_at),
          ADD CONSTRAINT ck_detection_passage_whole
            CHECK ((first_seen_at IS NULL) = (last_seen_at IS NULL)),
          ADD CONSTRAINT ck_detection_frames_positive CHECK (frames > 0)
        """
    )
    for column, comment in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN detection.{column} IS '{comment}'")
    op.add_column(
        "delivery",
        sa.Column(
            "progress",
            postgresql.JSONB(none_as_null=True),
            comment="Where a video stopped, with the passages then in view; empty when it is complete",
        ),
    )
    op.create_check_constraint(
        op.f("ck_delivery_complete_has_no_progress"),
        "delivery",
        "state <> 'complete' OR progress IS NULL",
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

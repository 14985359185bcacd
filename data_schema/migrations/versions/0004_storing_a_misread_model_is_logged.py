"""Storing a misread model is logged.

Rules for a migration: forward only; short locks; a column that must not be empty is added with a
default first; nothing here imports the workbench's tables, which will have moved on.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "access:deny",
    "account:change",
    "account:create",
    "account:disable",
    "account:enable",
    "account:lock",
    "account:release",
    "audit:checkpoint",
    "audit:export",
    "audit:read",
    "audit:verify",
    "camera:add",
    "camera:change",
    "database:migrate",
    "designation:end",
    "designation:record",
    "detection:canvass",
    "detection:search",
    "detection:view",
    "inquiry:approve",
    "inquiry:close",
    "inquiry:open",
    "inquiry:refuse",
    "look:outcome",
    "misread_model:add",
    "password:change",
    "password:reset",
    "picture:view",
    "policy:load",
    "quarantine:retry",
    "quarantine:view",
    "reads:ingest",
    "reads:outcome",
    "report:outcome",
    "report:run",
    "role:grant",
    "role:revoke",
    "second_factor:enrol",
    "second_factor:reset",
    "session:acknowledge",
    "session:end",
    "session:refuse",
    "session:sign_in",
    "training:record",
)


def upgrade() -> None:
    # One statement, so that no record can be written between the old rule and the new one.
    op.execute(
        f"""
        ALTER TABLE audit_record
          DROP CONSTRAINT ck_audit_record_kind_known,
          ADD CONSTRAINT ck_audit_record_kind_known CHECK (kind IN ({_listed(KINDS)}))
        """
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)

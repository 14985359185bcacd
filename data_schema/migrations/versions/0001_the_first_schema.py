"""The first schema, made from the tables in `workbench.storage`.

Nothing is released yet, so no database has to be brought along: this one follows the tables until
the first release, which writes it out. Guards and rights are not here; `migrate` puts both in
place anew after every upgrade.

Rules for a migration after that: forward only; short locks; a column that must not be empty is
added with a default first; nothing imports the workbench's tables, which will have moved on.
"""

from alembic import op

from workbench.storage.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup to go back.")

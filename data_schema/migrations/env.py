"""Runs migrations on the connection that `workbench.storage.migrations` hands over."""

from alembic import context
from sqlalchemy import text

from workbench.storage.migrations import include_name
from workbench.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_name=include_name,
    transactional_ddl=True,
)
with context.begin_transaction():
    # Two processes that start at once must not both migrate.
    connection.execute(text("SELECT pg_advisory_xact_lock(426, 1)"))
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    context.run_migrations()

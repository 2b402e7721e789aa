"""Alembic's entry: runs the migrations over the connection that `kb.store` hands it."""

from alembic import context

import kb.codebook_tables
import kb.coding_tables
import kb.gathering_tables
import kb.queue_tables  # noqa: F401 - registers its tables
from kb.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

"""Run a revision on the connection that `store.migrate` hands over, or on `OCTAVO_DATABASE_URL`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from octavo.settings import settings
from store import models, spending  # noqa: F401 their tables are compared
from store.mapping import Base, not_a_partition


def run(connection: Connection) -> None:
    """Every revision in the one transaction of `connection`."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=not_a_partition,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(settings().database_url.get_secret_value()).begin() as own:
        run(own)

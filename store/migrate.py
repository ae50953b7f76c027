"""Bring the database to the revision this code needs, one process at a time."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from store import partitions, revisions
from store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

# Two processes that start together queue here; any constant would do.
_MIGRATION_LOCK = 0x0C7A_7002


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction, and make the outbox's next partitions.

    Does nothing, quickly, when nothing is missing.
    """
    if revision != "head" or not revisions.is_current(engine):
        from alembic import command  # most processes find nothing to apply

        with engine.begin() as connection:
            _lock(connection)
            command.upgrade(_config(connection), revision)
    if revision == "head":
        partitions.ensure(Database(engine))


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" is an empty database), in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), revision)


def _lock(connection: Connection) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '120s'"))
    connection.execute(text("SET LOCAL statement_timeout = '600s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _config(connection: Connection | None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

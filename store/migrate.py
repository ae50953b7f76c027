"""Bring the database to the revision this code needs, one process at a time."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from store import partitions
from store.database import Database

# Two processes that start together queue here; any constant would do.
_MIGRATION_LOCK = 0x0C7A_7002


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction, and make the outbox's next partitions.

    Does nothing, quickly, when nothing is missing.
    """
    if revision != "head" or not is_current(engine):
        with engine.begin() as connection:
            _lock(connection)
            command.upgrade(_config(connection), revision)
    if revision == "head":
        partitions.ensure(Database(engine))


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" is an empty database), in one transaction."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None: no revision was ever applied."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database is where this code needs it."""
    return current(engine) == head()


def knows(revision: str) -> bool:
    """Whether this code has such a revision; False for one of a newer version."""
    script = ScriptDirectory.from_config(_config(None))
    return revision in {each.revision for each in script.walk_revisions()}


def head() -> str | None:
    """The revision this code needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _lock(connection: Connection) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '120s'"))
    connection.execute(text("SET LOCAL statement_timeout = '600s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

"""Bring the database to the revision this code needs, one process at a time."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from sqlalchemy import Engine, text

from store import partitions, revisions
from store.database import Database

# Two processes that start together queue here; any constant would do.
_MIGRATION_LOCK = 0x0C7A_7002


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction, and make the outbox's next partitions.

    Does nothing, quickly, when nothing is missing.
    """
    if revision != "head" or not revisions.is_current(engine):
        _run("upgrade", engine, revision)
    if revision == "head":
        partitions.ensure(Database(engine))


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" is an empty database), in one transaction."""
    _run("downgrade", engine, revision)


def _run(way: Literal["upgrade", "downgrade"], engine: Engine, revision: str) -> None:
    from alembic import command, config  # most processes find nothing to apply

    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '120s'"))
        connection.execute(text("SET LOCAL statement_timeout = '600s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        chosen = config.Config()
        chosen.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
        chosen.attributes["connection"] = connection
        getattr(command, way)(chosen, revision)

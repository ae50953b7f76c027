"""What workers and relays see to before their first message."""

from __future__ import annotations

import time

import redis
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from octavo.settings import Settings
from octavo.telemetry import logs
from outbox import checks as broker
from store import checks as database
from store import migrate
from store.findings import Finding, StartRefused, accept

_log = logs.get_logger(__name__)
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 2.0
_ADVICE = "Start it, or set OCTAVO_DATABASE_URL to its address; it is asked again for two minutes."


def prepare(engine: Engine, settings: Settings, patience: float = _PATIENCE_SECONDS) -> None:
    """Database and broker may be trusted, and the schema is the one this code needs.

    Waits for a database that is down. A broker that is down keeps nobody from starting: its
    clients wait for it by themselves. Raises StartRefused.
    """
    accept(_of_database(engine, patience), warn)
    migrate.upgrade(engine)
    try:
        accept(broker.run(settings), warn)
    except redis.RedisError as error:
        _log.warning("start.broker_down", error=str(error))


def warn(finding: Finding) -> None:
    """Say what works, but not as it should."""
    _log.warning("start.warning", check=finding.name, why=finding.words)


def _of_database(engine: Engine, patience: float) -> list[Finding]:
    deadline = time.monotonic() + patience
    while True:
        try:
            return database.run(engine)
        except OperationalError as error:
            why = str(error.orig).strip()
            if time.monotonic() > deadline:
                words = f"database: it does not answer ({why}). Set OCTAVO_DATABASE_URL."
                raise StartRefused(words) from error
            _log.warning("start.database_down", error=why, advice=_ADVICE)
            time.sleep(_PAUSE_SECONDS)

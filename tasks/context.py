"""What a worker process holds open: the database, the object store, fetched sources."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

from octavo.limits import limits
from octavo.settings import Settings, settings
from octavo.telemetry import instrument, logs
from outbox import starting
from pipelines.values import Limits
from store.database import Database, open_engine
from store.objects import Objects, open_objects
from store.objects.errors import ObjectStoreUnavailable
from store.sheaves import Plan
from tasks.config import time_limit
from tasks.sources import Sources

_log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """One a process: none of it may cross a fork."""

    settings: Settings
    database: Database
    objects: Objects
    sources: Sources

    @property
    def limits(self) -> Limits:
        """What one page may cost."""
        return limits(self.settings)

    @property
    def plan(self) -> Plan:
        """How much may be on its way."""
        return Plan.of(self.settings)


@lru_cache(maxsize=1)
def _of(pid: int) -> Context:
    """Keyed by process id, so that a forked child opens its own."""
    del pid
    chosen = settings()
    objects = open_objects(chosen)
    engine = open_engine(chosen, application="octavo-worker", pool_size=2)
    instrument.sqlalchemy(engine)
    return Context(
        settings=chosen,
        database=Database(engine),
        objects=objects,
        # Longer than any step may take, so that no file goes while it is read.
        sources=Sources(objects, idle_seconds=2.0 * time_limit(chosen)),
    )


def context() -> Context:
    """This process's context, opened at first use."""
    return _of(os.getpid())


def prepare() -> None:
    """Before a worker takes messages: its servers may be trusted, schema and bucket are there.

    An object store that is down does not keep a worker from starting: its steps wait for it.
    Raises StartRefused.
    """
    engine = open_engine(settings(), application="octavo-worker-start", pool_size=1)
    starting.prepare(engine, settings())
    engine.dispose()
    try:
        open_objects(settings()).prepare()
    except ObjectStoreUnavailable as error:
        _log.warning("worker.object_store_down", error=str(error))


def close() -> None:
    """Give everything back."""
    if _of.cache_info().currsize:
        held = context()
        held.sources.close()
        held.database.close()
        _of.cache_clear()

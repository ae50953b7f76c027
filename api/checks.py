"""Ask everything the API needs whether it is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from octavo.settings import Settings
from outbox import checks as broker_checks
from store import revisions
from store.database import Database
from store.findings import Finding, Standing
from store.objects import ObjectError, Objects

BROKER_SECONDS = 1.0
# Anybody may ask, without a key; a start is waited for, so what is missing is looked for sooner.
_READY_FOR_SECONDS = 2.0
_MISSING_FOR_SECONDS = 0.25


class Readiness:
    """What everything answered, asked again once that is old; threads may share it."""

    def __init__(
        self, look: Callable[[], list[Finding]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look = look
        self._clock = clock
        self._lock = threading.Lock()
        self._found: list[Finding] = []
        self._good_until = -1.0

    def latest(self) -> list[Finding]:
        """What was found two seconds ago at most; those who ask at once share one look."""
        with self._lock:
            if self._clock() >= self._good_until:
                self._found = self._look()
                seconds = _READY_FOR_SECONDS if is_ready(self._found) else _MISSING_FOR_SECONDS
                self._good_until = self._clock() + seconds
            return self._found


def is_ready(found: list[Finding]) -> bool:
    """Whether nothing is missing; a warning is no reason to send requests elsewhere."""
    return all(finding.standing is not Standing.MISSING for finding in found)


def run(settings: Settings, store: Database, files: Objects) -> list[Finding]:
    """Every check, side by side, so the slowest decides how long it takes (about five seconds)."""
    checks: tuple[Callable[[], Finding], ...] = (
        lambda: database(store),
        lambda: migrations(store),
        lambda: broker(settings),
        lambda: objects(files),
    )
    with ThreadPoolExecutor(len(checks)) as pool:
        return list(pool.map(lambda check: check(), checks))


def database(held: Database) -> Finding:
    """Whether PostgreSQL answers."""
    try:
        with held.begin() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        why = f"does not answer ({type(error).__name__})"
        return Finding("database", Standing.MISSING, why)
    return Finding("database", Standing.OK, "answers")


def migrations(held: Database) -> Finding:
    """Whether the schema is the one this code needs."""
    try:
        found = revisions.current(held.engine)
    except SQLAlchemyError as error:
        return Finding("migrations", Standing.MISSING, f"cannot be read ({type(error).__name__})")
    if found != revisions.head():
        return Finding("migrations", Standing.MISSING, f"at {found}, {revisions.head()} is needed")
    return Finding("migrations", Standing.OK, f"at {found}")


def broker(settings: Settings) -> Finding:
    """Whether Redis or Valkey answers, and keeps what it is given.

    Never more than a warning: without it documents are accepted, and wait in the outbox.
    """
    client = open_broker(settings)
    try:
        poor = broker_checks.glance(client)
    except redis.RedisError as error:
        why = f"does not answer ({type(error).__name__}); documents are accepted and wait"
        return Finding("broker", Standing.WARNING, why)
    finally:
        client.close()
    return Finding("broker", Standing.WARNING if poor else Standing.OK, poor or "answers")


def objects(held: Objects) -> Finding:
    """Whether the object store answers."""
    try:
        held.check()
    except ObjectError as error:
        why = f"{type(error).__name__}: {error.advice}"
        return Finding("object_store", Standing.MISSING, why)
    return Finding("object_store", Standing.OK, "answers")


def open_broker(settings: Settings) -> redis.Redis:
    """A client that gives up after BROKER_SECONDS."""
    return redis.Redis.from_url(
        settings.broker_url.get_secret_value(),
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )

"""Ask everything the API needs whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.services import Services
from outbox import checks as broker_checks
from store import migrate
from store.findings import Verdict
from store.objects import ObjectError

BROKER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one thing answered."""

    name: str
    state: Literal["up", "warning", "down"]
    detail: str


_ANSWERS = Finding("broker", "up", "answers")


def run(services: Services) -> list[Finding]:
    """Every check, side by side, so the slowest decides how long it takes (about five seconds)."""
    checks: tuple[Callable[[Services], Finding], ...] = (database, migrations, broker, objects)
    with ThreadPoolExecutor(len(checks)) as pool:
        return list(pool.map(lambda check: check(services), checks))


def database(services: Services) -> Finding:
    """Whether PostgreSQL answers."""
    try:
        with services.database.begin() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Finding("database", "down", f"does not answer ({type(error).__name__})")
    return Finding("database", "up", "answers")


def migrations(services: Services) -> Finding:
    """Whether the schema is the one this code needs."""
    try:
        found = migrate.current(services.database.engine)
    except SQLAlchemyError as error:
        return Finding("migrations", "down", f"cannot be read ({type(error).__name__})")
    if found != migrate.head():
        return Finding("migrations", "down", f"at {found}, {migrate.head()} is needed")
    return Finding("migrations", "up", f"at {found}")


def broker(services: Services) -> Finding:
    """Whether Redis or Valkey answers, and keeps what it is given."""
    client = open_broker(services)
    try:
        return _judged(client)
    except redis.RedisError as error:
        why = f"does not answer ({type(error).__name__}); documents are accepted and wait"
        return Finding("broker", "down", why)
    finally:
        client.close()


def objects(services: Services) -> Finding:
    """Whether the object store answers."""
    try:
        services.objects.check()
    except ObjectError as error:
        return Finding("object_store", "down", f"{type(error).__name__}: {error.advice}")
    return Finding("object_store", "up", "answers")


def open_broker(services: Services) -> redis.Redis:
    """A client that gives up after BROKER_SECONDS."""
    return redis.Redis.from_url(
        services.settings.broker_url.get_secret_value(),
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _judged(client: redis.Redis) -> Finding:
    """The worst that start checks find; nothing here stops an API that is up."""
    poor = [each for each in broker_checks.look(client) if each.verdict is not Verdict.OK]
    poor.sort(key=lambda each: each.verdict is Verdict.REFUSED)
    return Finding("broker", "warning", poor[-1].words) if poor else _ANSWERS

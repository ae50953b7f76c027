"""Real servers for the tests that ask for them: one stack a session, started at first use.

- ``services``: the running `Stack` (PostgreSQL, Valkey, SeaweedFS).
- ``database_url``: a migrated, empty database for the module; emptied after each test.
- ``broker_url``: a numbered database of Valkey for the module; emptied after each test.
- ``bucket``: the name of a bucket for the session; made by whoever uses it first.
- ``environment``: all of these as ``OCTAVO_*`` variables, set for the test, settings read anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg2
import pytest
import redis
from sqlalchemy import create_engine, make_url

from octavo.local.stack import Stack
from octavo.settings import settings
from store import migrate

_TEMPLATE = "migrated"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), durable=False) as stack:
        stack.start_services()
        stack.wait_services()
        yield stack


@pytest.fixture(scope="session")
def template_database(services: Stack) -> str:
    _execute(services.postgres.url(), f"CREATE DATABASE {_TEMPLATE}")
    engine = create_engine(services.postgres.url(_TEMPLATE))
    migrate.upgrade(engine)
    engine.dispose()
    return _TEMPLATE


@pytest.fixture(scope="module")
def database_url(services: Stack, template_database: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _execute(services.postgres.url(), f"CREATE DATABASE {name} TEMPLATE {template_database}")
    yield services.postgres.url(name)
    _execute(services.postgres.url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def broker_url(services: Stack) -> str:
    url = services.valkey.url(1 + next(_numbers) % 63)
    _flush(url)
    return url


@pytest.fixture(scope="session")
def bucket() -> str:
    return "tests"


@pytest.fixture
def environment(
    services: Stack,
    database_url: str,
    broker_url: str,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, str]]:
    variables = {
        **services.environment,
        "OCTAVO_DATABASE_URL": database_url,
        "OCTAVO_BROKER_URL": broker_url,
        "OCTAVO_S3_BUCKET": bucket,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield variables
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _leave_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty what the test's module shares among its tests."""
    yield
    if "database_url" in request.fixturenames:
        _truncate(request.getfixturevalue("database_url"))
    if "broker_url" in request.fixturenames:
        _flush(request.getfixturevalue("broker_url"))


def _connect(url: str) -> psycopg2.extensions.connection:
    parts = make_url(url)
    return psycopg2.connect(
        host=parts.host,
        port=parts.port,
        user=parts.username,
        password=parts.password,
        dbname=parts.database,
    )


def _execute(url: str, statement: str) -> None:
    connection = _connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _truncate(url: str) -> None:
    connection = _connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            found = cursor.fetchone()
            if found and found[0]:
                cursor.execute("SET LOCAL lock_timeout = '20s'")
                cursor.execute(f"TRUNCATE {found[0]} RESTART IDENTITY CASCADE")
    finally:
        connection.close()


def _flush(url: str) -> None:
    client = redis.Redis.from_url(url)
    try:
        client.flushdb()
    finally:
        client.close()

"""What the shared fixtures promise to every other test."""

from __future__ import annotations

import redis
from sqlalchemy import create_engine, func, select

from octavo.settings import Settings, settings
from store import keys, revisions
from store.database import Database, open_engine
from store.models import ApiKey


def _fill(environment: dict[str, str]) -> None:
    database = Database(open_engine(settings(), application="octavo-test", pool_size=1))
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(ApiKey)) == 0
        keys.create(session, name="first")
    database.close()
    with redis.Redis.from_url(environment["OCTAVO_BROKER_URL"]) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_a_test_finds_an_empty_database_and_broker(environment: dict[str, str]) -> None:
    _fill(environment)


def test_whatever_the_test_before_left_there(environment: dict[str, str]) -> None:
    _fill(environment)


def test_the_database_is_migrated(database_url: str) -> None:
    engine = create_engine(database_url)
    assert revisions.is_current(engine)
    engine.dispose()


def test_settings_are_those_of_the_test(environment: dict[str, str], database_url: str) -> None:
    assert settings().database_url.get_secret_value() == database_url
    assert Settings().s3_bucket == environment["OCTAVO_S3_BUCKET"]

"""Old published events go, a day at a time; an unpublished one keeps its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from outbox.cleanup import clean
from store import partitions
from store.database import Database

ADD = text(
    "INSERT INTO outbox (created_at, topic, version, key, payload, trace, published_at)"
    " VALUES (now() - :age, 't', 1, 'k', '{}', '{}', CASE WHEN :published THEN now() END)"
)


def add(database: Database, age: timedelta, *, published: bool = True, rows: int = 1) -> None:
    with database.begin() as session:
        for _ in range(rows):
            session.execute(ADD, {"age": age, "published": published})


def count(database: Database) -> int:
    with database.begin() as session:
        return int(session.execute(text("SELECT count(*) FROM outbox")).scalar_one())


def days(database: Database) -> list[str]:
    with database.begin() as session:
        return sorted(partitions._names(session))


@pytest.fixture
def old_day(database: Database) -> Iterator[str]:
    """A partition of ten days ago."""
    day = datetime.now(UTC).date() - timedelta(days=10)
    name = partitions._name(day)
    with database.begin() as session:
        assert partitions._make(session, name, day) == 1
    yield name
    with database.begin() as session:
        session.execute(text(f"DROP TABLE IF EXISTS {name}"))


def test_today_and_the_next_days_have_their_partitions(database: Database) -> None:
    today = datetime.now(UTC).date()
    wanted = [partitions._name(today + timedelta(days=ahead)) for ahead in range(4)]
    assert days(database) == wanted
    assert partitions.ensure(database) == 0


def test_a_partition_that_is_missing_is_made(database: Database) -> None:
    last = days(database)[-1]
    with database.begin() as session:
        session.execute(text(f"DROP TABLE {last}"))
    assert partitions.ensure(database) == 1
    assert last in days(database)


def test_a_day_that_has_begun_without_a_partition_stays_in_the_default_one(
    database: Database,
) -> None:
    today = partitions._name(datetime.now(UTC).date())
    with database.begin() as session:
        session.execute(text(f"DROP TABLE {today}"))
    add(database, timedelta(0))
    assert partitions.ensure(database) == 0
    assert count(database) == 1
    with database.begin() as session:
        session.execute(text("DELETE FROM outbox"))
    assert partitions.ensure(database) == 1


def test_an_old_day_is_dropped_whole(database: Database, old_day: str) -> None:
    add(database, timedelta(days=10), rows=3)
    add(database, timedelta(days=1))
    assert clean(database, timedelta(days=7)) == 3
    assert old_day not in days(database)
    assert count(database) == 1
    assert clean(database, timedelta(days=7)) == 0


def test_an_unpublished_row_keeps_its_day_and_itself(database: Database, old_day: str) -> None:
    add(database, timedelta(days=10), published=False)
    add(database, timedelta(days=10), rows=2)
    assert clean(database, timedelta(days=7)) == 2
    assert old_day in days(database)
    assert count(database) == 1


def test_what_is_younger_than_a_day_goes_row_by_row(database: Database) -> None:
    add(database, timedelta(hours=2), rows=2)
    add(database, timedelta(hours=2), published=False)
    add(database, timedelta(0))
    assert clean(database, timedelta(hours=1)) == 2
    assert count(database) == 2

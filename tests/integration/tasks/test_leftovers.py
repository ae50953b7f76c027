"""Keys that never expire, and messages left at rest, are found in a real broker."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from octavo.broker import FIRST, LATER
from octavo.settings import Settings, settings
from tasks import leftovers, names
from tasks.app import app


@pytest.fixture
def chosen(environment: dict[str, str]) -> Settings:
    return settings()


@pytest.fixture
def client(chosen: Settings) -> Iterator[redis.Redis]:
    opened = redis.Redis.from_url(chosen.broker_url.get_secret_value())
    yield opened
    opened.close()


def send(chosen: Settings, task: str, message_id: str, priority: int = FIRST) -> None:
    """As beat and the relay do."""
    with app.connection_for_write(chosen.broker_url.get_secret_value()) as connection:
        # By name alone: what the task takes is known only where its module is imported.
        app.send_task(task, args=["x", 1], queue="split", task_id=message_id, connection=connection)


def test_an_empty_broker_is_in_order(chosen: Settings) -> None:
    assert leftovers.run(chosen, at_rest=True) == []


def test_a_key_that_never_expires_is_found(chosen: Settings, client: redis.Redis) -> None:
    client.set("octavo:celery-taskset-meta-1.j", 1, ex=60)
    assert leftovers.run(chosen) == []
    client.persist("octavo:celery-taskset-meta-1.j")
    [violation] = leftovers.run(chosen)
    assert (violation.invariant, violation.ids) == ("G", ("octavo:celery-taskset-meta-1.j",))


def test_a_message_left_at_rest_is_found(chosen: Settings, client: redis.Redis) -> None:
    send(chosen, names.SWEEP, "of-beat")
    assert leftovers.run(chosen, at_rest=True) == []
    send(chosen, names.SPLIT, "left")
    assert leftovers.run(chosen) == []
    [violation] = leftovers.run(chosen, at_rest=True)
    assert violation.ids == ("split: left",)
    send(chosen, names.SPLIT, "less urgent", LATER)
    [violation] = leftovers.run(chosen, at_rest=True)
    assert set(violation.ids) == {"split: left", "split: less urgent"}


def test_a_message_that_a_worker_never_acknowledged_is_found(
    chosen: Settings, client: redis.Redis
) -> None:
    message = {"headers": {"task": names.RECOGNIZE, "id": "taken"}}
    client.hset("octavo:unacked", "tag", json.dumps([message, "ocr", "ocr"]))
    [violation] = leftovers.run(chosen, at_rest=True)
    assert violation.ids == ("ocr: taken",)

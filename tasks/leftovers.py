"""Invariant G in the broker: nothing there lives for ever, and at rest nothing waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import redis

from octavo.broker import KEY_PREFIX, QUEUES, lists
from octavo.settings import Settings
from store.verify import Violation, violation
from tasks import names

_RESULTS = f"{KEY_PREFIX}celery-task"  # also begins the keys of chords (celery-taskset-meta)
_MOST_MESSAGES = 1000  # looked at, a queue
_BATCH = 500
# Sent by beat whether or not there is work.
_OF_BEAT = frozenset({names.SWEEP, names.COLLECT, names.CANARY})


def run(settings: Settings, *, at_rest: bool = False) -> list[Violation]:
    """What the broker holds that it should not. Reads only. Raises redis.RedisError.

    `at_rest`: no message about a document may wait or be held by a worker.
    """
    client = redis.Redis.from_url(
        settings.broker_url.get_secret_value(), socket_timeout=10, socket_connect_timeout=5
    )
    try:
        found = [violation("G", "is kept in the broker for ever", _endless(client))]
        if at_rest:
            words = "waits in the broker, though everything should be at rest"
            found.append(violation("G", words, _messages(client)))
    finally:
        client.close()
    return [each for each in found if each is not None]


def _endless(client: redis.Redis) -> Iterator[str]:
    """Keys of results and chords that never expire."""
    keys = client.scan_iter(match=f"{_RESULTS}*", count=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        with client.pipeline(transaction=False) as ask:
            for key in batch:
                ask.ttl(key)
            lives = ask.execute()
        # -1: has no expiry; -2: went meanwhile.
        yield from (key.decode() for key, life in zip(batch, lives, strict=True) if life == -1)


def _messages(client: redis.Redis) -> Iterator[str]:
    """Ids of messages that wait in a queue, or that a worker has taken and not acknowledged."""
    for queue in QUEUES:
        for key in lists(queue):
            waiting: Any = client.lrange(key, 0, _MOST_MESSAGES - 1)
            for raw in waiting:
                yield from _named(queue, json.loads(raw))
    for _, raw in islice(client.hscan_iter(f"{KEY_PREFIX}unacked"), _MOST_MESSAGES):
        message, _, queue = json.loads(raw)
        yield from _named(queue, message)


def _named(queue: str, message: dict[str, Any]) -> list[str]:
    task = message.get("headers", {}).get("task", "?")
    return [] if task in _OF_BEAT else [f"{queue}: {message['headers'].get('id', task)}"]

"""Is this a broker that keeps what it is given?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import redis

from octavo.broker import KEY_PREFIX
from octavo.settings import Settings
from store.findings import Finding, Standing

_POLICY = "noeviction"
_OLDEST = (6, 2)
_MOST_KEYS = 2000  # looked at
_SHOWN = 3


def run(settings: Settings, seconds: float = 5.0) -> list[Finding]:
    """Everything about the broker. Raises redis.RedisError when it does not answer."""
    client = redis.Redis.from_url(
        settings.broker_url.get_secret_value(),
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
    )
    try:
        return look(client)
    finally:
        client.close()


def look(client: redis.Redis) -> list[Finding]:
    """The same over a connection that is open. Raises redis.RedisError."""
    # INFO, for providers of Redis often forbid CONFIG.
    info: dict[str, Any] = client.info()
    return [_version(info), *_eviction(info), *_persistence(info), *_strangers(client)]


def glance(client: redis.Redis) -> str:
    """What is wrong by the one thing that changes while it runs, in words; empty: nothing.

    One round trip, for those who ask every few seconds. Raises redis.RedisError.
    """
    info: dict[str, Any] = client.info("memory")
    return " ".join(finding.words for finding in _eviction(info))


def _version(info: dict[str, Any]) -> Finding:
    compatible = str(info.get("redis_version", "0.0"))
    name = f"Redis {compatible}"
    if "valkey_version" in info:
        name = f"Valkey {info['valkey_version']}"
    if tuple(int(part) for part in compatible.split(".")[:2]) < _OLDEST:
        words = f"{name} is too old. Use Redis 6.2 or newer, or Valkey."
        return Finding("broker", Standing.REFUSED, words)
    return Finding("broker", Standing.OK, name)


def _eviction(info: dict[str, Any]) -> Iterator[Finding]:
    policy = info.get("maxmemory_policy")
    if policy is not None and policy != _POLICY:
        words = f"maxmemory-policy is {policy} and may drop messages. Set it to {_POLICY}."
        yield Finding("broker eviction", Standing.REFUSED, words)


def _persistence(info: dict[str, Any]) -> Iterator[Finding]:
    if not info.get("aof_enabled"):
        words = (
            "appendonly is no: what waits in it is lost when it restarts, and sent again late."
            " Set appendonly to yes."
        )
        yield Finding("broker persistence", Standing.WARNING, words)


def _strangers(client: redis.Redis) -> Iterator[Finding]:
    """Keys of others: their FLUSHDB is ours, and their memory."""
    seen = islice(client.scan_iter(count=500), _MOST_KEYS)
    strange = [key for key in seen if not key.startswith(KEY_PREFIX.encode())]
    if strange:
        shown = ", ".join(repr(key.decode("utf-8", "replace")[:40]) for key in strange[:_SHOWN])
        words = (
            f"keys of another application lie in this database ({shown}). Give Octavo one of its"
            " own: the number at the end of OCTAVO_BROKER_URL."
        )
        yield Finding("broker database", Standing.WARNING, words)

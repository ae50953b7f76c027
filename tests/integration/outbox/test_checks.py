"""What the checks at start say of real brokers, good and bad ones."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from pydantic import SecretStr

from octavo.local import programs
from octavo.settings import Settings
from outbox import checks
from store.findings import Finding, Standing, StartRefused, accept

Start = Callable[..., str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a Valkey with these options; its address."""
    processes = []

    def run(*options: str) -> str:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        command = [str(programs.valkey()), "--bind", "127.0.0.1", "--port", str(port)]
        processes.append(
            subprocess.Popen([*command, *options], cwd=tmp_path, stdout=subprocess.DEVNULL)
        )
        url = f"redis://127.0.0.1:{port}/0"
        _await(url)
        return url

    yield run
    for process in processes:
        process.kill()
        process.wait(timeout=10)


def found(url: str) -> list[Finding]:
    return checks.run(Settings(broker_url=SecretStr(url)))


def poor(url: str) -> list[Finding]:
    return [finding for finding in found(url) if finding.standing is not Standing.OK]


def test_a_good_broker(broker_url: str) -> None:
    [finding] = found(broker_url)
    assert finding.words.startswith("Valkey ")


def test_one_that_evicts_is_refused(start: Start) -> None:
    url = start("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru")
    with pytest.raises(StartRefused, match=r"maxmemory-policy is allkeys-lru .*noeviction"):
        accept(found(url), lambda _: None)


def test_one_without_persistence_is_a_warning(start: Start) -> None:
    [finding] = poor(start("--appendonly", "no"))
    assert (finding.name, finding.standing) == ("broker persistence", Standing.WARNING)


def test_one_that_is_shared_is_a_warning(broker_url: str) -> None:
    client = redis.Redis.from_url(broker_url)
    client.set("octavo:mine", 1)
    assert poor(broker_url) == []
    client.set("cache:theirs", 1)
    client.close()
    [finding] = poor(broker_url)
    assert "keys of another application lie in this database ('cache:theirs')" in finding.words


def test_one_that_is_down() -> None:
    with pytest.raises(redis.RedisError):
        found("redis://127.0.0.1:1/0")


def _await(url: str) -> None:
    deadline = time.monotonic() + 20
    client = redis.Redis.from_url(url)
    while True:
        try:
            client.ping()
        except redis.RedisError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            client.close()
            return

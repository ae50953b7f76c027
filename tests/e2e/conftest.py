"""A whole Octavo for the session: servers, API, relay, a worker a queue, as `make up` runs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from octavo.cli.client import Client
from octavo.cli.running import local_key
from octavo.local.services import Service
from octavo.local.session import Session
from octavo.local.stack import Stack

ENDED = ("completed", "partial", "failed", "cancelled")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Octavo:
    """The running system and a client of it."""

    stack: Stack
    client: Client
    url: str
    key: str
    home: Path  # the directory in which commands find it

    def submit(self, path: Path, **options: str) -> Json:
        return self.client.submit(path, options)

    def end_of(self, document: Json, seconds: float = 90) -> Json:
        """The document once it has ended; fails the test when it does not."""
        deadline = time.monotonic() + seconds
        while document["state"] not in ENDED:
            left = deadline - time.monotonic()
            assert left > 0, f"{document['filename']} is still {document['state']}"
            document = self.client.document(document["id"], wait=min(30.0, max(1.0, left)))
        return document

    @contextmanager
    def without(self, service: Service) -> Iterator[None]:
        """While `service` is stopped; ready again afterwards."""
        self.stack.supervisor.stop([service.name])
        try:
            yield
        finally:
            self.stack.supervisor.start(service.program())
            self.stack.wait_services([service.name])

    def pids(self) -> dict[str, int | None]:
        """Process ids of everything that runs, by name."""
        supervisor = self.stack.supervisor
        return {name: supervisor.pid(name) for name in supervisor.names()}


@pytest.fixture(scope="session")
def octavo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Octavo]:
    home = tmp_path_factory.mktemp("octavo")
    root = home / ".octavo"
    root.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OCTAVO_LEASE_SECONDS", "6")
        environment.setenv("OCTAVO_SWEEP_SECONDS", "2")
        environment.setenv("OCTAVO_CANARY_SECONDS", "2")
        with Stack(root, durable=False) as stack:
            session = Session(stack, root, local_key)
            session.start_first()
            session.start_next()
            session.start_last()
            session.wait_api(ready=True)
            address = session.publish()
            client = Client(address.url, address.api_key)
            yield Octavo(stack, client, address.url, address.api_key, home)


@pytest.fixture
def same_processes(octavo: Octavo) -> Iterator[None]:
    """Fails the test when a process of the stack died during it."""
    before = octavo.pids()
    yield
    assert octavo.stack.supervisor.run_once() == []
    assert octavo.pids() == before


MakeFile = Callable[[bytes, str], Path]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    def make(content: bytes, name: str = "file.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make

"""A running Octavo under one directory: servers, then processes in the order work meets them."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from octavo.local import environment, processes
from octavo.local.ports import LOOPBACK, preferred
from octavo.local.renewal import renew
from octavo.local.services import wait_ready
from octavo.local.stack import START_SECONDS, Stack

API_PORT = 8000
FLOWER_PORT = 5555
LOCAL_ENV = "local.env"
_READY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running Octavo is, and the key to it."""

    url: str
    api_key: str
    flower_url: str | None = None


def read_address(root: Path) -> Address | None:
    """What the last stack under `root` said of itself; it may have stopped since."""
    said = environment.read(root / LOCAL_ENV)
    if not {"OCTAVO_URL", "OCTAVO_API_KEY"} <= said.keys():
        return None
    return Address(said["OCTAVO_URL"], said["OCTAVO_API_KEY"], said.get("OCTAVO_FLOWER_URL"))


class Session:
    """Starts everything on an entered `Stack`."""

    def __init__(self, stack: Stack, root: Path, make_key: Callable[[dict[str, str]], str]) -> None:
        """`make_key` is given the stack's environment; it is called when no key is kept."""
        self._stack = stack
        self._root = root
        self._make_key = make_key
        self._api_port = preferred(API_PORT)
        self._environment = stack.process_environment()
        self.flower_url: str | None = None

    @property
    def url(self) -> str:
        """Address of the API."""
        return f"http://{LOOPBACK}:{self._api_port}"

    def start_first(self) -> None:
        """Servers, API, relay, and the workers that a document meets first."""
        self._stack.start_services()
        self._stack.wait_services(["postgres", "valkey"])
        self._stack.start(processes.api(self._environment, self._api_port))
        self._stack.start(processes.relay(self._environment))
        self._start_workers(processes.FIRST_QUEUES)

    def wait_api(self, *, ready: bool) -> None:
        """Return when the API answers; `ready`: when all that it needs answers too.

        But for the broker, without which it is ready: `start_first` has waited for that.
        """
        path = "/readyz" if ready else "/livez"
        waiting = {"api": lambda: _answers(self._api_port, path)}
        wait_ready(self._stack.supervisor, waiting, _READY_SECONDS if ready else START_SECONDS)

    def start_next(self) -> None:
        """The workers that a document meets next."""
        self._start_workers(processes.NEXT_QUEUES)

    def start_last(self) -> None:
        """What no document waits for."""
        self._start_workers(processes.LAST_QUEUES)
        self._stack.start(processes.beat(self._environment, self._root))

    def start_flower(self) -> None:
        """Flower, which looks at the workers."""
        port = preferred(FLOWER_PORT)
        self._stack.start(processes.flower(self._environment, port))
        self.flower_url = f"http://{LOOPBACK}:{port}"

    def restart(self, names: Sequence[str]) -> None:
        """Start these processes anew; return when they work. Raises NotStarted."""
        renew(self._stack, names, lambda: _answers(self._api_port, "/livez"))

    def publish(self) -> Address:
        """Write ``local.env`` for other programs, with the key kept there or a new one."""
        kept = read_address(self._root)
        key = kept.api_key if kept else self._make_key(self._environment)
        return self._write(Address(self.url, key, self.flower_url))

    def renew_key(self) -> Address:
        """The same with a new key: the kept one is not known to this database."""
        return self._write(Address(self.url, self._make_key(self._environment), self.flower_url))

    def _write(self, address: Address) -> Address:
        values = {"OCTAVO_URL": address.url, "OCTAVO_API_KEY": address.api_key}
        if address.flower_url:
            values["OCTAVO_FLOWER_URL"] = address.flower_url
        environment.write(self._root / LOCAL_ENV, values)
        return address

    def _start_workers(self, queues: tuple[str, ...]) -> None:
        for queue in queues:
            self._stack.start(processes.worker(self._environment, queue))


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    return False

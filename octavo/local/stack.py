"""The stack under one directory: its servers, its processes, and the environment they share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from octavo.local import environment, secret_values
from octavo.local.lock import Lock
from octavo.local.postgres import Postgres
from octavo.local.process import Program
from octavo.local.seaweedfs import SeaweedFS
from octavo.local.services import Service, wait_ready
from octavo.local.supervisor import Supervisor
from octavo.local.valkey import Valkey

START_SECONDS = 60.0
_HURRY_SECONDS = 0.5
_SOCKET_PATH_BYTES = 103  # on macOS; 107 on Linux
_SOCKET_NAME_BYTES = len("/pymp-12345678/listener-12345678")
SERVERS_ENV = "servers.env"  # how commands beside the stack find its servers, while it runs


class Stack:
    """Holds the lock of its directory from entering to leaving; stops all it started on leaving.

    One thread uses it: Linux ends the children when the thread that started them ends.
    """

    def __init__(
        self,
        root: Path,
        *,
        durable: bool = True,
        patience: float = 0,
        hurry: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`patience`: seconds to wait for another stack to end. `durable`: see `Postgres`.

        `hurry`: when leaving, do not wait for workers to end by themselves. Nothing is lost by
        that: what they had in hand is taken up again once its lease is over.
        """
        self._root = root.absolute()
        self._durable = durable
        self._patience = patience
        self._hurry = hurry
        self._say = say
        self._lock = Lock(self._root / "lock")
        self._started: list[str] = []

    def __enter__(self) -> Stack:
        """Raises Busy when another stack has the directory."""
        self._lock.acquire(self._patience)
        logs = self._root / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        self._temporary = temporary(self._root)
        kept = secret_values.load(self._root / "secrets.env")
        self.supervisor = Supervisor(logs, inherited=[self._lock.descriptor], say=self._say)
        self.postgres = Postgres(self._root, kept.postgres, durable=self._durable)
        self.valkey = Valkey(self._root, kept.valkey)
        self.seaweedfs = SeaweedFS(self._root, kept.s3, self.supervisor.log("seaweedfs"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            # A process that was killed leaves copies of files that people sent.
            shutil.rmtree(_own_temporary(self._root), ignore_errors=True)
            self._lock.release()

    @property
    def services(self) -> tuple[Service, ...]:
        """The servers, slowest first."""
        return (self.seaweedfs, self.postgres, self.valkey)

    @property
    def environment(self) -> dict[str, str]:
        """The ``OCTAVO_*`` variables by which a process finds the servers."""
        return {
            name: value
            for service in self.services
            for name, value in service.environment().items()
        }

    def process_environment(self, **more: str) -> dict[str, str]:
        """The whole environment of a process of the stack."""
        outer = {name: value for name, value in os.environ.items() if name not in _OVERRIDDEN}
        ours = {"PYTHONUNBUFFERED": "1", "TMPDIR": str(self._temporary)}
        return {**outer, **ours, **self.environment, **more}

    def start_services(self) -> None:
        """Start the servers; they become ready by themselves."""
        for service in self.services:
            self.supervisor.start(service.program())
            self._started.append(service.name)
        environment.write(self._root / SERVERS_ENV, self.environment)

    def wait_services(self, names: Iterable[str] = (), seconds: float = START_SECONDS) -> None:
        """Return when these servers (all) are ready. Raises NotStarted."""
        chosen = set(names) or {service.name for service in self.services}
        wait_ready(
            self.supervisor,
            {service.name: service.ready for service in self.services if service.name in chosen},
            seconds,
        )

    def start(self, program: Program) -> None:
        """Start a process that uses the servers."""
        self.supervisor.start(program)

    def restart(self, names: Iterable[str]) -> None:
        """Start these processes anew, without waiting for work in hand."""
        self.supervisor.restart(names, _HURRY_SECONDS)

    def stop(self) -> None:
        """Stop the processes, then the servers."""
        self.supervisor.stop(self.processes(), _HURRY_SECONDS if self._hurry else None)
        self.supervisor.stop(self._started)
        self._started.clear()
        (self._root / SERVERS_ENV).unlink(missing_ok=True)
        for service in self.services:
            service.tidy()

    def processes(self) -> list[str]:
        """Names of all that runs but the servers."""
        return [name for name in self.supervisor.names() if name not in self._started]


def temporary(root: Path) -> Path:
    """An empty directory for what processes make and a killed one leaves; holds the lock.

    It is the system's where `root` is too deep for the names of sockets in it.
    """
    ours = _own_temporary(root)
    shutil.rmtree(ours, ignore_errors=True)
    if len(os.fsencode(ours)) + _SOCKET_NAME_BYTES > _SOCKET_PATH_BYTES:
        return Path(tempfile.gettempdir())
    ours.mkdir(mode=0o700)
    return ours


def _own_temporary(root: Path) -> Path:
    return root / "tmp"


# Said by the stack itself; what the caller's environment says of them would lead elsewhere.
_OVERRIDDEN = frozenset(
    {
        "OCTAVO_OBJECT_DIRECTORY",
        "OCTAVO_DATABASE_URL_FILE",
        "OCTAVO_BROKER_URL_FILE",
        "OCTAVO_S3_SECRET_KEY_FILE",
        "OCTAVO_S3_PUBLIC_ENDPOINT",
    }
)

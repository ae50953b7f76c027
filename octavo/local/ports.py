"""Free ports on the loopback interface."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range from which kernels take the ports of outgoing connections.
_LOWEST, _HIGHEST = 20_000, 32_000
_TRIES = 200
# A server may take seconds to take its port, so one that was given out is not given out again.
_given: set[int] = set()


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        # Servers set it, so a port whose last connections are still fading counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return not answers(port)


def answers(port: int, seconds: float = 0.2) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(seconds)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_port() -> int:
    """Some free port, never the same twice, nor one that another process of this user was given
    while that lives. Raises OSError when none is found.
    """
    chooser = random.SystemRandom()
    for _ in range(_TRIES):
        port = chooser.randrange(_LOWEST, _HIGHEST)
        if port not in _given and reserved(port) and is_free(port):
            _given.add(port)
            return port
    raise OSError(f"no free port between {_LOWEST} and {_HIGHEST} on {LOOPBACK}")


def reserved(port: int) -> bool:
    """Whether this process now holds that port against others of its user, until it ends.

    What it holds is the byte of that number in a file, which the kernel lets go.
    """
    try:
        fcntl.lockf(_taken(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except (BlockingIOError, PermissionError):  # which of them, the system chooses
        return False
    return True


@cache
def _taken() -> int:
    path = Path(tempfile.gettempdir()) / f"octavo-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def preferred(port: int) -> int:
    """That port if it is free and no other stack of this user will take it, else another."""
    return port if reserved(port) and is_free(port) else free_port()

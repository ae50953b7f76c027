"""One stack a directory: a file lock that lives as long as any process of the stack."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from octavo.local.errors import Busy
from octavo.locking import locked


class Lock:
    """`flock` on a file. Children inherit it, so it outlives a supervisor that was killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, seconds: float = 0) -> None:
        """Take it, waiting up to `seconds`. Raises Busy."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not locked(descriptor, fcntl.LOCK_EX, seconds):
            os.close(descriptor)
            raise Busy(
                f"{self._path.parent} is in use by another stack (octavo up, or one that"
                " is still stopping). Stop that one first, or use it."
            )
        self._descriptor = descriptor

    @property
    def descriptor(self) -> int:
        """To be handed to children. Raises RuntimeError when the lock is not held."""
        if self._descriptor is None:
            raise RuntimeError("the lock is not held")
        return self._descriptor

    def release(self) -> None:
        """Give it back; children that live on still hold it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

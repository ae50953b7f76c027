"""File locks that are waited for with a deadline."""

from __future__ import annotations

import fcntl
import time

_POLL_SECONDS = 0.05


def locked(descriptor: int, kind: int, seconds: float = 0) -> bool:
    """Whether an open file had its lock within so many seconds, at once by default.

    `kind` is LOCK_EX or LOCK_SH of `fcntl`. flock(2) knows no deadline, so it is asked again and
    again. Raises OSError where the file system has no locks.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True

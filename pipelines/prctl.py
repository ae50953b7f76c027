"""prctl(2), for which Python has no words."""

from __future__ import annotations

import ctypes
import sys


def prctl(option: int, value: int) -> bool:
    """Whether this system has that option and took `value` for it."""
    if not sys.platform.startswith("linux"):
        return False
    return int(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)) == 0

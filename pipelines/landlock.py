"""Landlock by its three system calls: which files a process can still reach (landlock(7))."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
# Rights over the file system by the ABI that brought them: 1 has bits 0 to 12.
FILES_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK = 0b11  # bind and connect by TCP, from ABI 4
SCOPES = 0b11  # abstract sockets of others, signals to others, from ABI 6


def version() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return max(0, int(libc.syscall(CREATE, None, ctypes.c_size_t(0), VERSION_FLAG)))
    except (OSError, AttributeError):
        return 0


def restrict(*, read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Forbid this process every path but these and what lies beneath; False: not offered here."""
    abi = version()
    if not abi:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    handled = max(rights for since, rights in FILES_BY_ABI.items() if since <= abi)
    rules = struct.pack("=QQQ", handled, NETWORK if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    rules = rules[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = libc.syscall(CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for path in read:
            _allow(libc, ruleset, path, (READ_FILE | READ_DIR | EXECUTE) & handled)
        for path in write:
            _allow(libc, ruleset, path, (READ_FILE | WRITE_FILE) & handled)
        return int(libc.syscall(RESTRICT, ruleset, 0)) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    if not path.is_dir():
        rights &= EXECUTE | READ_FILE | WRITE_FILE
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, handle)
        if libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0) < 0:
            raise OSError(ctypes.get_errno(), f"Landlock refuses a rule for {path}")
    finally:
        os.close(handle)

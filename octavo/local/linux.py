"""The few system calls that Python does not offer: death signals and kept capabilities."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

AVAILABLE = sys.platform == "linux"

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_SECBIT_NO_SETUID_FIXUP = 4
_CAPABILITY_VERSION_3 = 0x20080522

# Loaded here, not in a forked child, where little is safe.
_libc = ctypes.CDLL(None, use_errno=True) if AVAILABLE else None


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def held_capabilities() -> set[int]:
    """Numbers of the capabilities this process may use."""
    if not AVAILABLE:
        return set()
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "CapPrm":
            bits = int(value, 16)
            return {number for number in range(64) if bits >> number & 1}
    return set()


def die_with_parent(number: int) -> None:
    """Get signal `number` when the thread that made this process ends."""
    if _libc is not None:
        _call(_libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0))


def keep_through_setuid() -> None:
    """Keep capabilities when the user id changes, also for access(2), which servers use."""
    if _libc is not None:
        _call(_libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
        _call(_libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0))


def keep_only(capability: int) -> None:
    """Drop every capability but this one, and carry it through exec."""
    if _libc is None:
        return
    header = _Header(_CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    data = (_Data * 2)(_Data(bit, bit, bit), _Data(0, 0, 0))
    _call(_libc.capset(ctypes.byref(header), data))
    _call(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _call(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"a system call was refused with error {number}")

"""Run a function on untrusted input in a confined child instead of the caller's process.

`python -m bench.confine` measures what that costs: on two cores 4 ms a job, and 9 to 15 ms for one
that brings back 8 Mpx. The first job of a process also waits 0.1 s for its zygote.
"""

from __future__ import annotations

import math
import pickle
import signal
import socket
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from pipelines import wire, zygote
from pipelines.errors import PageFailed, PipelineError, Reason
from pipelines.sandbox import Confinement
from pipelines.values import Limits
from pipelines.zygote_handle import HANDLE, ZygoteLost

T = TypeVar("T")

ROOM = 1 << 16  # bytes that an answer is given at first, and how much more when it is full: with
GROWTH = 4  # 8 MB a piece at a time, it takes half the time that lists of pieces take
HEADROOM = 64 * 2**20  # bytes of an answer beyond its pixels
KILLED = -signal.SIGKILL
# How a process ends that ran into a bound: PDFium and glibc abort when memory is short.
BOUNDS = {
    signal.SIGXCPU,
    signal.SIGXFSZ,
    signal.SIGABRT,
    signal.SIGTRAP,
    signal.SIGILL,
}


def confined(
    function: Callable[..., T],
    *args: object,
    limits: Limits,
    seconds: float | None = None,
    spawns: bool = False,
    readable: tuple[Path, ...] = (),
    writable: tuple[Path, ...] = (),
) -> T:
    """`function(*args)` in a child with `limits.memory_bytes`, for `seconds` at most.

    `function` is found by its name in its module, and returns what `pipelines.wire` can carry; the
    answer is held to the type that it is annotated with.
    Files named by Paths among `args`, and those in `readable`, are the only ones of users that it
    can read; those in `writable`, which must exist, the only ones that it can write. `seconds` is
    `limits.render_seconds` when not given; `spawns` lets it start programs under the same bounds.
    Raises the PipelineError that the function raises, or else PageFailed: TIMEOUT, RESOURCE_LIMIT
    (out of memory or processor time; retryable: killed twice) or RENDER_FAILED (it crashed).
    """
    wall = seconds if seconds is not None else float(limits.render_seconds)
    request = pickle.dumps(
        (
            function.__module__,
            function.__qualname__,
            args,
            Confinement(
                memory_bytes=limits.memory_bytes,
                cpu_seconds=max(1, math.ceil(wall)),
                spawns=spawns,
                readable=tuple(
                    str(path.resolve()) for path in (*args, *readable) if isinstance(path, Path)
                ),
                writable=tuple(str(path.resolve()) for path in writable),
            ),
        )
    )
    deadline = time.monotonic() + wall
    most = limits.max_page_pixels + HEADROOM
    value = _read(_told(request, deadline, wall, most), _kind(function))
    if isinstance(value, PipelineError):
        raise value
    return cast(T, value)


def _told(request: bytes, deadline: float, wall: float, most: int) -> memoryview:
    """What `_ask` says, which is asked twice where others ended it: a job changes nothing."""
    try:
        told = _ask(request, deadline, wall, most)
    except ZygoteLost:
        return _again(request, deadline, wall, most)
    # A system that is short of memory kills whom it likes.
    return _again(request, deadline, wall, most) if _status(told) == KILLED else told


def _again(request: bytes, deadline: float, wall: float, most: int) -> memoryview:
    try:
        return _ask(request, deadline, wall, most)
    except ZygoteLost as error:
        raise PipelineError(
            Reason.INTERNAL, "The process that starts parsers keeps dying.", retryable=True
        ) from error


def _status(told: memoryview) -> int:
    """How the child ended: waitpid's exit code."""
    _, status = zygote.ENDED.unpack(told[-zygote.ENDED.size :])
    return int(status)


def _ask(request: bytes, deadline: float, wall: float, most: int) -> memoryview:
    """All that the child and its zygote wrote; leaving this function early kills the child."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            HANDLE.submit(theirs)
        answer, length = bytearray(ROOM), 0
        try:
            ours.settimeout(wall)
            ours.sendall(zygote.SIZE.pack(len(request)) + request)
            while count := _receive(ours, deadline, memoryview(answer)[length:]):
                length += count
                if length > most:
                    raise PageFailed(Reason.RESOURCE_LIMIT, "The answer is larger than a page.")
                if length == len(answer):
                    answer = _larger(answer, most)
        except TimeoutError as error:
            raise PageFailed(Reason.TIMEOUT, f"It took more than {wall:g} s.") from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ZygoteLost from error
    told = memoryview(answer)[:length]
    if told[-zygote.ENDED.size :][: len(zygote.MARK)] != zygote.MARK:
        raise ZygoteLost
    return told


def _larger(answer: bytearray, most: int) -> bytearray:
    roomy = bytearray(min(GROWTH * len(answer), most + 1))
    roomy[: len(answer)] = answer
    return roomy


def _receive(ours: socket.socket, deadline: float, room: memoryview) -> int:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    ours.settimeout(left)
    return ours.recv_into(room)


@lru_cache(maxsize=64)
def _kind(function: Callable[..., object]) -> Any:
    """What `function` says that it returns; `object` where it says nothing."""
    return get_type_hints(function).get("return", object)


def _read(told: memoryview, kind: Any) -> object:
    """The `kind` in an answer, or the error that the child's end stands for."""
    status = _status(told)
    if status == 0:
        try:
            return wire.decode(told[: -zygote.ENDED.size], kind)
        except wire.WireError as error:
            return PageFailed(Reason.RENDER_FAILED, f"The parser gave {error}.")
    if status == KILLED:
        return PageFailed(
            Reason.RESOURCE_LIMIT,
            "The parser was killed twice: the machine is short of memory, or somebody stops it.",
            retryable=True,
            advice="Try again when the machine has more to spare.",
        )
    if status < 0 and -status in BOUNDS:
        name = signal.Signals(-status).name
        return PageFailed(
            Reason.RESOURCE_LIMIT, f"The parser ran out of memory or processor time ({name})."
        )
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return PageFailed(Reason.RENDER_FAILED, f"The parser crashed ({how}).")

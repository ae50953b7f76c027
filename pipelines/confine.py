"""Run a function on untrusted input in a confined child instead of the caller's process.

`python -m bench.confine` measures what that costs: on two quiet cores 4 ms a job and 18 ms for one
that brings back 8 Mpx. The first job of a process also waits 0.2 s for its zygote.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from pipelines import wire, zygote
from pipelines.errors import PageFailed, PipelineError, Reason
from pipelines.sandbox import Confinement
from pipelines.values import Limits

T = TypeVar("T")

START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from pipelines import zygote; zygote.main(int(sys.argv[2]))"
)
# All that a parser may know of the caller's environment: no address, no secret.
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "LD_LIBRARY_PATH")
CHUNK = 1 << 16  # larger pieces are mapped and unmapped by the allocator, each time
HEADROOM = 64 * 2**20  # bytes of an answer beyond its pixels
# How a process ends that ran into a bound: PDFium and glibc abort when memory is short.
BOUNDS = {
    signal.SIGXCPU,
    signal.SIGXFSZ,
    signal.SIGKILL,
    signal.SIGABRT,
    signal.SIGTRAP,
    signal.SIGILL,
}


class ZygoteLost(Exception):
    """The zygote died under a job; a new one can run it."""


def confined(
    function: Callable[..., T],
    *args: object,
    limits: Limits,
    seconds: float | None = None,
    spawns: bool = False,
) -> T:
    """`function(*args)` in a child with `limits.memory_bytes`, for `seconds` at most.

    `function` is found by its name in its module, and returns what `pipelines.wire` can carry.
    Files named by Paths among `args` are the only ones of users that it can read. `seconds` is
    `limits.render_seconds` when not given; `spawns` lets it start programs under the same bounds.
    Raises the PipelineError that the function raises, or else PageFailed: TIMEOUT, RESOURCE_LIMIT
    (out of memory or processor time) or RENDER_FAILED (it crashed).
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
                readable=tuple(str(arg.resolve()) for arg in args if isinstance(arg, Path)),
            ),
        )
    )
    deadline = time.monotonic() + wall
    most = limits.max_page_pixels + HEADROOM
    try:
        answer = _ask(request, deadline, wall, most)
    except ZygoteLost:  # the job changed nothing, so it can run again
        answer = _again(request, deadline, wall, most)
    value = _read(answer)
    if isinstance(value, PipelineError):
        raise value
    return cast(T, value)


def _again(request: bytes, deadline: float, wall: float, most: int) -> bytearray:
    try:
        return _ask(request, deadline, wall, most)
    except ZygoteLost as error:
        raise PipelineError(
            Reason.INTERNAL, "The process that starts parsers keeps dying.", retryable=True
        ) from error


def _ask(request: bytes, deadline: float, wall: float, most: int) -> bytearray:
    """All that the child and its zygote wrote; leaving this function early kills the child."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _HANDLE.submit(theirs)
        answer = bytearray()
        try:
            ours.settimeout(wall)
            ours.sendall(zygote.SIZE.pack(len(request)) + request)
            while chunk := _receive(ours, deadline):
                answer += chunk
                if len(answer) > most:
                    raise PageFailed(Reason.RESOURCE_LIMIT, "The answer is larger than a page.")
        except TimeoutError as error:
            raise PageFailed(Reason.TIMEOUT, f"It took more than {wall:g} s.") from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ZygoteLost from error
    if answer[-zygote.ENDED.size :][: len(zygote.MARK)] != zygote.MARK:
        raise ZygoteLost
    return answer


def _receive(ours: socket.socket, deadline: float) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    ours.settimeout(left)
    return ours.recv(CHUNK)


def _read(answer: bytearray) -> object:
    """The value in an answer, or the error that the child's end stands for."""
    _, status = zygote.ENDED.unpack(answer[-zygote.ENDED.size :])
    del answer[-zygote.ENDED.size :]
    if status == 0:
        try:
            return wire.decode(answer)
        except wire.WireError as error:
            return PageFailed(Reason.RENDER_FAILED, f"The parser gave {error}.")
    if status < 0 and -status in BOUNDS:
        name = signal.Signals(-status).name
        return PageFailed(
            Reason.RESOURCE_LIMIT, f"The parser ran out of memory or processor time ({name})."
        )
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return PageFailed(Reason.RENDER_FAILED, f"The parser crashed ({how}).")


class Handle:
    """This process's zygote, started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def submit(self, job: socket.socket) -> None:
        """Give the zygote a job, starting one if there is none or the last has died."""
        with self._lock:
            for _ in range(2):
                control = self._control or self._start()
                try:
                    socket.send_fds(control, [b"J"], [job.fileno()])
                except OSError:
                    self._stop()
                else:
                    return
        raise ZygoteLost

    def drop(self) -> None:
        """End the zygote and whatever it runs."""
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """In a fork: the zygote is the parent's; only our copy of its socket closes."""
        control, process = self._control, self._process
        self.__init__()  # type: ignore[misc]
        if control is not None:
            control.close()
        if process is not None:
            process.returncode = 0  # not our child: nothing to wait for

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    START,
                    json.dumps([path or str(Path.cwd()) for path in sys.path]),
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                start_new_session=True,  # the terminal's Ctrl-C is for the caller
            )
        self._control = ours
        return ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.wait()  # it ends as soon as it sees the socket closed
            self._process = None


_HANDLE = Handle()
os.register_at_fork(after_in_child=_HANDLE.forget)
atexit.register(_HANDLE.drop)

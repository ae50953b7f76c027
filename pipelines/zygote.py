"""A small single-threaded process that forks a fresh, confined child for every job.

Forking the caller itself would copy its threads' locks and its secrets; starting Python for every
page would cost 0.1 s. The zygote has the parsing libraries loaded and nothing else, so a child is
there in milliseconds. It learns of jobs by descriptors alone and reads nothing that a child wrote.

A job is a socket. The child reads its request from it and writes its answer to it; the zygote adds
how the child ended. A caller that closes its end has the child killed; when the caller dies, its
control socket closes, and the zygote kills all and ends.
"""

from __future__ import annotations

import array
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any

from pipelines import hugepages, sandbox, wire
from pipelines.engines import registry
from pipelines.errors import PageFailed, PipelineError, Reason

# Loaded before any child is forked: a child finds them in memory and may not look for more.
PRELOADED = ("pipelines.inspect", "pipelines.drawing", "pipelines.textlayer")
SIZE = struct.Struct("!Q")
ENDED = struct.Struct("!4si")  # what the zygote adds: a mark, waitpid's exit code
MARK = b"END\n"
# Objects that a child makes before Python looks through them for cycles: most end before that.
GARBAGE = 100_000


def main(control_fd: int) -> None:
    """Serve until the control socket closes."""
    hugepages.refuse()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the caller's end is ours; its signals are not
    for name in PRELOADED:
        importlib.import_module(name)
    for engine in registry.available()["rasterizers"]:
        registry.rasterizer(engine)
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with socket.socket(fileno=control_fd) as control:
        Zygote(control).serve()


class Zygote:
    """Jobs by the process that runs them, and the ends that callers have yet to hear of."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._fresh = True  # the first child says what its sandbox lacks, for all that follow
        self._jobs: dict[int, socket.socket] = {}
        self._endings: dict[socket.socket, bytes] = {}  # what ended jobs are still to be told
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)

    def serve(self) -> None:
        while self.run_once():
            pass
        for pid in self._jobs:
            os.kill(pid, signal.SIGKILL)

    def run_once(self) -> bool:
        """Wait for one thing to happen and see to it; False: the caller is gone."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        for job in self._jobs.values():
            poll.register(job, 0)  # tells of a hang-up whatever was asked
        for job in self._endings:  # full of an answer that its caller has not read yet
            poll.register(job, select.POLLOUT)
        happened = dict(poll.poll())
        if self._wake in happened:
            os.read(self._wake, 4096)
        self._reap()
        self._tell()
        for pid, job in self._jobs.items():
            if happened.get(job.fileno(), 0) & (select.POLLHUP | select.POLLERR):
                os.kill(pid, signal.SIGKILL)
        return self._control.fileno() not in happened or self._take()

    def _take(self) -> bool:
        room = socket.CMSG_SPACE(array.array("i").itemsize)
        data, ancillary, _, _ = self._control.recvmsg(1, room)
        if not data:
            return False
        descriptors = array.array("i")
        for _, _, content in ancillary:
            descriptors.frombytes(content)
        job = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if pid == 0:
            self._become(job)
        self._jobs[pid] = job
        self._fresh = False
        return True

    def _become(self, job: socket.socket) -> None:
        """Be the child: keep nothing of the zygote's, do the job, end."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._wake)
            os.close(self._woken)
            self._control.close()
            for other in (*self._jobs.values(), *self._endings):
                other.close()
            run(job, outspoken=self._fresh)
            status = 0
        except BaseException:  # noqa: BLE001 - the last frame of this process
            traceback.print_exc()
        finally:
            os._exit(status)

    def _reap(self) -> None:
        for pid in list(self._jobs):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                ending = ENDED.pack(MARK, os.waitstatus_to_exitcode(status))
                self._endings[self._jobs.pop(pid)] = ending

    def _tell(self) -> None:
        """Send what ended jobs have room for; the rest waits until their callers read."""
        for job, ending in list(self._endings.items()):
            try:
                rest = ending[job.send(ending, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError:  # the caller has gone
                rest = b""
            if rest:
                self._endings[job] = rest
            else:
                del self._endings[job]
                job.close()


def run(job: socket.socket, *, outspoken: bool) -> None:
    """Read a request from `job`, confine this process, answer.

    When `outspoken`, say on stderr what this system keeps from the sandbox.
    """
    (length,) = SIZE.unpack(_exactly(job, SIZE.size))
    module, name, arguments, confinement = pickle.loads(_exactly(job, length))  # noqa: S301 - the caller's own
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    hugepages.accept()
    try:
        refused = sandbox.enter(confinement)
        if refused and outspoken:
            sys.stderr.write(f"octavo: parsers run without {', '.join(refused)}\n")
            sys.stderr.flush()
        answer = function(*arguments)
    except PipelineError as error:
        answer = error
    except MemoryError:
        answer = PageFailed(
            Reason.RESOURCE_LIMIT, f"More than {confinement.memory_bytes} bytes of memory needed."
        )
    for part in wire.encode(answer):
        job.sendall(part)


def _exactly(job: socket.socket, count: int) -> bytes:
    data = job.recv(count, socket.MSG_WAITALL)
    if len(data) < count:
        raise EOFError("the caller closed its end")
    return data

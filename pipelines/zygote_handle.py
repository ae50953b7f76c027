"""This process's zygote: started when first needed, ended with it, never shared by forks."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from pipelines import hugepages

START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from pipelines import zygote; zygote.main(int(sys.argv[2]))"
)
# All that a parser may know of the caller's environment: no address, no secret.
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "LD_LIBRARY_PATH")


STOP_SECONDS = 2.0  # for a zygote to see that nobody needs it


class ZygoteLost(Exception):
    """The zygote died under a job; a new one can run it."""


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
                env={
                    **{name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                    **hugepages.ENVIRONMENT,
                },
                start_new_session=True,  # the terminal's Ctrl-C is for the caller
            )
        self._control = ours
        return ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            _end(self._process)
            self._process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a zygote whose socket is closed, which ends it unless it is stopped or stuck."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # its children die with it
        process.wait()


HANDLE = Handle()
os.register_at_fork(after_in_child=HANDLE.forget)
atexit.register(HANDLE.drop)

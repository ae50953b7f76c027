"""Children are restarted when they die, stopped when asked, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from octavo.local import linux
from octavo.local.process import Program
from octavo.local.supervisor import Supervisor

_STEADY = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")
_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
"""
_STUBBORN = (sys.executable, "-c", _DEAF)


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def says_up(supervisor: Supervisor, name: str, times: int = 1) -> bool:
    return supervisor.log(name).read_text().count("up") == times


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, say=said.append)
    supervisor.start(Program("steady", _STEADY))
    until(lambda: says_up(supervisor, "steady"))
    first = supervisor.pid("steady")
    assert first
    os.kill(first, signal.SIGKILL)
    until(supervisor.run_once)
    assert "steady was ended by signal 9; starting it again in 0.5 s" in said[0]
    until(lambda: supervisor.run_once() or supervisor.pid("steady"))
    assert supervisor.pid("steady") not in (None, first)
    supervisor.stop(["steady"])


def test_pauses_grow_while_it_keeps_dying(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, say=said.append)
    supervisor.start(Program("broken", (sys.executable, "-c", "raise SystemExit(7)")))
    until(lambda: supervisor.run_once() and len(said) == 2)
    assert "ended with exit code 7; starting it again in 0.5 s" in said[0]
    assert "starting it again in 1 s" in said[1]
    supervisor.stop(["broken"])


def test_one_that_does_not_stop_is_killed_at_its_deadline(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.start(Program("stubborn", _STUBBORN, stop_seconds=0.3))
    supervisor.start(Program("steady", _STEADY))
    until(lambda: says_up(supervisor, "stubborn") and says_up(supervisor, "steady"))
    pids = [supervisor.pid(name) for name in supervisor.names()]
    began = time.monotonic()
    supervisor.stop(supervisor.names())
    assert 0.3 <= time.monotonic() - began < 5
    assert all(pid is not None and gone(pid) for pid in pids)
    assert supervisor.names() == []


def test_its_own_children_go_with_it(tmp_path: Path) -> None:
    family = (
        "import subprocess, sys, signal\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']).pid,"
        " 'up', flush=True)\n"
        "signal.pause()"
    )
    supervisor = Supervisor(tmp_path)
    supervisor.start(Program("family", (sys.executable, "-c", family)))
    until(lambda: says_up(supervisor, "family"))
    grandchild = int(supervisor.log("family").read_text().split()[0])
    supervisor.stop(["family"])
    until(lambda: gone(grandchild))


@pytest.mark.skipif(not linux.AVAILABLE, reason="death signals are Linux's")
def test_a_killed_supervisor_leaves_nobody(tmp_path: Path) -> None:
    script = (
        "import sys, signal\nfrom pathlib import Path\n"
        "from octavo.local.process import Program\nfrom octavo.local.supervisor import Supervisor\n"
        "supervisor = Supervisor(Path(sys.argv[1]))\n"
        "supervisor.start(Program('stubborn', tuple(sys.argv[2:])))\n"
        "print(supervisor.pid('stubborn'), flush=True)\nsignal.pause()"
    )
    command = [sys.executable, "-c", script, str(tmp_path), *_STUBBORN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        child = int(supervisor.stdout.readline())
        until(lambda: "up" in (tmp_path / "stubborn.log").read_text())
        supervisor.kill()
    until(lambda: gone(child))


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "steady.log"
    log.write_bytes(b"x" * (6 * 2**20))
    supervisor = Supervisor(tmp_path)
    supervisor.start(Program("steady", _STEADY))
    until(lambda: says_up(supervisor, "steady"))
    supervisor.stop(["steady"])
    assert log.stat().st_size < 100
    assert (tmp_path / "steady.log.1").stat().st_size == 6 * 2**20

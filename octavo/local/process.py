"""One child process: how it is started, asked to stop, and ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from octavo.local import linux
from octavo.local.identity import Identity

_LOG_BYTES = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how it likes to be stopped."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None  # None: that of the supervisor
    directory: Path | None = None
    identity: Identity | None = None
    niceness: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 8.0  # from the stop signal to SIGKILL
    death_signal: signal.Signals = signal.SIGKILL  # what it gets when the supervisor dies
    settled: Callable[[], bool] | None = None  # asked to stop, its data is safe: no need to wait


class Child:
    """A running program in a process group of its own."""

    def __init__(self, program: Program, log: Path, inherited: Sequence[int] = ()) -> None:
        self.program = program
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=program.environment,
                cwd=program.directory,
                process_group=0,
                pass_fds=tuple(inherited),
                preexec_fn=_newborn(program, os.getpid()),
            )

    @property
    def pid(self) -> int:
        """Its process id, and that of its group."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Send the stop signal; does nothing when it has ended."""
        self._process.send_signal(self.program.stop_signal)

    def end(self) -> None:
        """Kill what is left of its group and collect it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def rotate(log: Path) -> None:
    """Put a long log aside, in the place of the one put aside before."""
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _newborn(program: Program, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        if program.identity is not None:
            program.identity.assume()
        if program.niceness:
            os.nice(program.niceness)
        # After the change of user, which would clear it.
        linux.die_with_parent(program.death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare

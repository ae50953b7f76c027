"""Keeps children running: starts, restarts with a growing pause, stops without leaving any."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from octavo.local.process import Child, Program, rotate

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0  # alive this long, the next pause is the first again
_POLL_SECONDS = 0.02


@dataclass
class _Entry:
    program: Program
    child: Child | None
    started: float
    pause: float = _FIRST_PAUSE_SECONDS
    due: float = field(default=0.0)  # when it is to be started again


class Supervisor:
    """Owns child processes; call it from one thread, the one that made it."""

    def __init__(
        self,
        logs: Path,
        *,
        inherited: Sequence[int] = (),
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._logs = logs
        self._inherited = inherited
        self._say = say
        self._entries: dict[str, _Entry] = {}

    def start(self, program: Program) -> None:
        """Start a program that is not running under its name."""
        rotate(self.log(program.name))
        self._entries[program.name] = _Entry(program, self._spawn(program), time.monotonic())

    def run_once(self) -> list[str]:
        """Look after every child once; names of those that were found dead."""
        now = time.monotonic()
        died = []
        for entry in self._entries.values():
            if entry.child is None:
                if now >= entry.due:
                    entry.child = self._spawn(entry.program)
                    entry.started = now
            elif (code := entry.child.exit_code) is not None:
                died.append(entry.program.name)
                self._bury(entry, code, now)
        return died

    def exit_code(self, name: str) -> int | None:
        """How a program ended; None while it runs."""
        child = self._entries[name].child
        return child.exit_code if child is not None else 1

    def pid(self, name: str) -> int | None:
        """Process id of a running child; None while it waits to be started again."""
        child = self._entries[name].child
        return child.pid if child is not None else None

    def names(self) -> list[str]:
        """Those under care, in the order they were started."""
        return list(self._entries)

    def log(self, name: str) -> Path:
        """Where a child's output goes."""
        return self._logs / f"{name}.log"

    def restart(self, names: Iterable[str], within: float | None = None) -> None:
        """Stop these together and start them anew."""
        programs = [self._entries[name].program for name in names]
        self.stop([program.name for program in programs], within)
        for program in programs:
            self.start(program)

    def stop(self, names: Iterable[str], within: float | None = None) -> None:
        """Ask these to stop, together; kill those that do not by their deadline.

        `within`: seconds for all of them, instead of each one's own.
        """
        entries = [self._entries.pop(name) for name in list(names)]
        waiting = [entry.child for entry in entries if entry.child is not None]
        for child in waiting:
            child.ask_to_stop()
        asked = time.monotonic()
        while waiting:
            for child in [
                child for child in waiting if _over(child, time.monotonic() - asked, within)
            ]:
                child.end()
                waiting.remove(child)
            if waiting:
                time.sleep(_POLL_SECONDS)

    def _spawn(self, program: Program) -> Child:
        return Child(program, self.log(program.name), self._inherited)

    def _bury(self, entry: _Entry, code: int, now: float) -> None:
        if entry.child is not None:
            entry.child.end()
        if now - entry.started > _STEADY_SECONDS:
            entry.pause = _FIRST_PAUSE_SECONDS
        name = entry.program.name
        self._say(
            f"{name} {_ended(code)}; starting it again in {entry.pause:g} s (see {self.log(name)})"
        )
        entry.child = None
        entry.due = now + entry.pause
        entry.pause = min(2 * entry.pause, _LONGEST_PAUSE_SECONDS)


def _over(child: Child, seconds: float, within: float | None) -> bool:
    program = child.program
    longest = program.stop_seconds if within is None else within
    if child.exit_code is not None or seconds > longest:
        return True
    return program.settled is not None and program.settled()


def _ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"

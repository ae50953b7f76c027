"""The memory that each process of a stack takes at its highest."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil


class Watch(threading.Thread):
    """The highest resident memory of each process of the stack, in MiB, by what it runs."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[str, float] = {}
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.2):
            self.run_once()

    def run_once(self) -> None:
        """Look at every descendant of this process."""
        for process in psutil.Process().children(recursive=True):
            try:
                name = _name(process.cmdline())
                resident = process.memory_info().rss / 2**20
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
            self.peaks[name] = max(self.peaks.get(name, 0.0), resident)

    def stop(self) -> dict[str, float]:
        """What was seen."""
        self._done.set()
        self.join()
        return self.peaks


def _name(command: list[str]) -> str:
    """What a process of the stack is, by its command line."""
    words = [Path(word).name for word in command]
    for mark in ("weed", "valkey-server", "gunicorn", "outbox", "beat"):
        if mark in words:
            return mark
    if "-Q" in words:
        return words[words.index("-Q") + 1]
    return "postgres" if "postgres" in " ".join(command) else "parser"

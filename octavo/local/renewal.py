"""Starts processes anew, and knows when they live past their imports."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from octavo.local.errors import NotStarted
from octavo.local.stack import START_SECONDS, Stack
from octavo.local.supervisor import Supervisor

# What each writes to its log when it begins to work; a worker: "ocr@host ready."
_BEGINNINGS = {"relay": "relay_started", "beat": "beat: Starting", "flower": "Visit me at"}
_OF_A_WORKER = " ready."
# A log without such lines (OCTAVO_LOG_LEVEL) tells nothing: one that lives this long is let pass.
_LONG_SECONDS = 15.0
_POLL_SECONDS = 0.05
_TAIL_LINES = 40
_ERROR = re.compile(r"[\w.]*(Error|Exception)\b")  # how the last line of a traceback begins


def renew(stack: Stack, names: Sequence[str], api_answers: Callable[[], bool]) -> None:
    """Start these anew; return when each has begun to work.

    Raises NotStarted with the last line of the log of the first that ended or is late.
    """
    supervisor = stack.supervisor
    logs = {name: _Log(supervisor.log(name)) for name in names}
    stack.restart(names)
    began = time.monotonic()
    waiting = list(names)
    while waiting:
        for name in waiting:
            if (code := supervisor.exit_code(name)) is not None:
                raise NotStarted(f"{name} ended with code {code}: {last_line(supervisor, name)}")
        seconds = time.monotonic() - began
        waiting = [
            name
            for name in waiting
            if not (api_answers() if name == "api" else logs[name].begun(seconds))
        ]
        if waiting and seconds > START_SECONDS:
            name = waiting[0]
            raise NotStarted(f"{name} is late: {last_line(supervisor, name)}")
        if waiting:
            time.sleep(_POLL_SECONDS)


class _Log:
    """What a process writes from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start = path.stat().st_size if path.exists() else 0
        self._word = _BEGINNINGS.get(path.stem, _OF_A_WORKER)

    def begun(self, seconds: float) -> bool:
        """Whether its process, `seconds` old and alive, has begun to work."""
        if seconds > _LONG_SECONDS:
            return True
        with self._path.open("rb") as log:
            rotated = self._path.stat().st_size < self._start
            log.seek(0 if rotated else self._start)
            return self._word.encode() in log.read()


def last_line(supervisor: Supervisor, name: str) -> str:
    """The last line a process wrote, the last with an error rather, and where it is."""
    log = supervisor.log(name)
    lines = log.read_text("utf-8", "replace").split("\n") if log.exists() else []
    said = [line.strip() for line in lines[-_TAIL_LINES:] if line.strip()] or ["it said nothing"]
    errors = [line for line in said if _ERROR.match(line)]
    return f"{(errors or said)[-1]} (see {log})"

"""What a server of the embedded stack has in common: prepared, started, asked if it is ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from octavo.local.errors import NotStarted
from octavo.local.process import Program
from octavo.local.supervisor import Supervisor

_POLL_SECONDS = 0.02
_TAIL_CHARS = 2000


class Service(Protocol):
    """A server with data below the stack's directory and ports of its own."""

    name: str

    def program(self) -> Program:
        """What to run; makes the data directory when there is none."""
        ...

    def ready(self) -> bool:
        """Whether it does its work now."""
        ...

    def environment(self) -> Mapping[str, str]:
        """The ``OCTAVO_*`` variables by which Octavo finds it."""
        ...

    def tidy(self) -> None:
        """Remove what it leaves behind when it is killed."""
        ...


def wait_ready(
    supervisor: Supervisor, waiting: Mapping[str, Callable[[], bool]], seconds: float
) -> None:
    """Return when every named child is ready.

    Raises NotStarted, with the end of a log, when one is late or any child has died.
    """
    left = dict(waiting)
    deadline = time.monotonic() + seconds
    while left:
        for name in supervisor.names():
            if (code := supervisor.exit_code(name)) is not None:
                raise NotStarted(f"{name} ended with code {code}.\n{end_of_log(supervisor, name)}")
        for name, ready in list(left.items()):
            if ready():
                del left[name]
        if left and time.monotonic() > deadline:
            name = next(iter(left))
            raise NotStarted(
                f"{name} is not ready in {seconds:g} s.\n{end_of_log(supervisor, name)}"
            )
        if left:
            time.sleep(_POLL_SECONDS)


def end_of_log(supervisor: Supervisor, name: str) -> str:
    """The last lines a child wrote, with where they are."""
    log = supervisor.log(name)
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    return f"The end of {log}:\n{text[-_TAIL_CHARS:].strip()}"

"""Kill points: named places where a test lets this very process die, to prove that others go on.

``OCTAVO_KILLPOINTS`` names a directory. A file ``NAME@0`` there arms the point NAME: the process
that passes it next removes the file and sends itself the signal that the file names. Files up to
``NAME@2`` let two passes by first. Since the file is gone, a process that is started again lives.
Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_ARMED = os.environ.get("OCTAVO_KILLPOINTS")


def killpoint(name: str) -> None:
    """Die here when a test has asked for it."""
    if _ARMED is not None:
        _pass(Path(_ARMED), name)


def _pass(armed: Path, name: str) -> None:
    tickets = sorted(armed.glob(f"{name}@*"))
    while tickets:
        ticket = tickets.pop()
        try:
            number = signal.Signals[ticket.read_text("ascii").strip()]
            ticket.unlink()
        except FileNotFoundError:  # another process took it
            continue
        if not tickets:
            (armed / f"{name}.fired").write_text(str(os.getpid()), "ascii")
            os.kill(os.getpid(), number)
        return

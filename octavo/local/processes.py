"""The Python processes of the stack: the same commands that the Procfile and compose run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from octavo.broker import QUEUES
from octavo.local.ports import LOOPBACK
from octavo.local.process import Program

# In the order a document meets them, so that the first is ready first.
FIRST_QUEUES, NEXT_QUEUES, LAST_QUEUES = QUEUES[:2], QUEUES[2:4], QUEUES[4:]
# What no document waits for must not slow down those it waits for, least of all at the start.
_NICE = 10


def api(environment: Mapping[str, str], port: int) -> Program:
    """The HTTP API on the loopback interface."""
    listen = ("--bind", f"{LOOPBACK}:{port}")
    # gunicorn's own control socket would lie in the user's home directory.
    command = ("gunicorn", "--config", "python:api.server", *listen, "--no-control-socket")
    # Quick: a long poll is asked again by its client, so nobody waits for it to end.
    return _python("api", environment, *command, "api.wsgi:app", stop_signal=signal.SIGQUIT)


def relay(environment: Mapping[str, str]) -> Program:
    """The relay from the outbox to the broker."""
    return _python("relay", environment, "outbox")


def worker(environment: Mapping[str, str], queue: str) -> Program:
    """The workers of one queue."""
    concurrency = str(os.cpu_count() or 1) if queue == "ocr" else "1"
    # Each would wait a second for neighbours that it has no use for.
    alone = ("--without-mingle", "--without-gossip")
    named = ("-Q", queue, "-n", f"{queue}@%h", "--concurrency", concurrency)
    program = _python(queue, environment, "celery", "-A", "tasks", "worker", *named, *alone)
    return replace(program, niceness=_NICE if queue in LAST_QUEUES else 0)


def beat(environment: Mapping[str, str], root: Path) -> Program:
    """The clock that sends the sweep."""
    schedule = ("--schedule", str(root / "beat-schedule"), "--pidfile", "")
    program = _python("beat", environment, "celery", "-A", "tasks", "beat", *schedule)
    return replace(program, niceness=_NICE)


def flower(environment: Mapping[str, str], port: int) -> Program:
    """Flower on the loopback interface."""
    listen = (f"--address={LOOPBACK}", f"--port={port}")
    program = _python("flower", environment, "celery", "-A", "tasks", "flower", *listen)
    return replace(program, niceness=_NICE)


def _python(
    name: str,
    environment: Mapping[str, str],
    module: str,
    *arguments: str,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", module, *arguments),
        environment=environment,
        stop_signal=stop_signal,
    )

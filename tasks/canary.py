"""The canary: beat sends one to every queue, and its end is a sign that somebody consumes there.

Any task's end is as good a sign, so a canary that waits behind pages alarms nobody.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from celery import signals
from sqlalchemy.orm import Session

from octavo.broker import QUEUES
from octavo.settings import Settings
from store import canaries
from store.canaries import Work
from tasks import names
from tasks.app import app
from tasks.context import context
from tasks.steps import surviving

MISSED = 2.5  # canaries; so it is noticed within three
_QUEUE_OF = {
    Work.SPLIT: "split",
    Work.RECOGNIZE: "ocr",
    Work.CLEAN: "llm",
    Work.AGGREGATE: "aggregate",
}
_written: dict[str, float] = {}  # queue: when this process last wrote its sign


class Pulse(StrEnum):
    """What is to be thought of a queue's workers."""

    ALIVE = "alive"
    BUSY = "busy"  # nothing has ended for long, and somebody keeps the lease of a claim
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, and when it was last seen to finish something."""

    name: str
    age: float  # seconds
    pulse: Pulse


@app.task(name=names.CANARY)
def canary() -> None:
    """Nothing: that it ends is the message."""


@signals.task_postrun.connect
def sign(task: Any = None, **_: Any) -> None:
    """Write down, now and then, that a task of its queue has ended."""
    queue = (task.request.delivery_info or {}).get("routing_key")
    if queue not in QUEUES:
        return  # called by hand
    held = context()
    pause = held.settings.canary_seconds / 3
    if time.monotonic() - _written.get(queue, -pause) < pause:
        return
    with surviving(), held.database.begin() as session:
        canaries.finished(session, queue, QUEUES)
        _written[queue] = time.monotonic()


def pulses(session: Session, settings: Settings) -> list[Queue]:
    """Every queue of which something is expected; none before the first canary came back."""
    ages = canaries.ages(session)
    busy = {_QUEUE_OF[work] for work in canaries.held(session)}
    return [Queue(name, ages[name], _pulse(name, ages, busy, settings)) for name in sorted(ages)]


def _pulse(name: str, ages: Mapping[str, float], busy: set[str], settings: Settings) -> Pulse:
    if ages[name] < MISSED * settings.canary_seconds:
        return Pulse.ALIVE
    return Pulse.BUSY if name in busy else Pulse.SILENT

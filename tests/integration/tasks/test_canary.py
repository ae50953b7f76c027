"""A silent queue is told from a busy one and from one that lives."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from octavo.broker import QUEUES
from octavo.settings import Settings
from store import canaries
from tasks import canary
from tasks.canary import Pulse

SETTINGS = Settings(canary_seconds=30)


def pulses(way: Any) -> dict[str, Pulse]:
    with way.database.begin() as session:
        return {each.name: each.pulse for each in canary.pulses(session, SETTINGS)}


def finish(way: Any, queue: str) -> None:
    with way.database.begin() as session:
        canaries.finished(session, queue, QUEUES)


def age(way: Any, seconds: float) -> None:
    with way.database.begin() as session:
        moved = "since = since - make_interval(secs => :s), done_at = done_at - make_interval("
        session.execute(text(f"UPDATE canaries SET {moved}secs => :s)"), {"s": seconds})


def test_nothing_is_said_before_the_first_canary(way: Any) -> None:
    assert pulses(way) == {}


def test_a_queue_that_never_showed_itself_is_noticed_within_three_canaries(way: Any) -> None:
    finish(way, "split")
    assert set(pulses(way).values()) == {Pulse.ALIVE}
    age(way, 89)
    finish(way, "split")
    assert pulses(way) == {**dict.fromkeys(QUEUES, Pulse.SILENT), "split": Pulse.ALIVE}


def test_a_queue_that_falls_silent_is_noticed(way: Any) -> None:
    for queue in QUEUES:
        finish(way, queue)
    age(way, 89)
    for queue in set(QUEUES) - {"notify"}:
        finish(way, queue)
    assert [name for name, pulse in pulses(way).items() if pulse is Pulse.SILENT] == ["notify"]


def test_long_pages_are_busy_and_not_silent(way: Any) -> None:
    finish(way, "ocr")
    document_id = way.split(1)
    way.held_page(document_id, 1)
    age(way, 89)
    assert pulses(way)["ocr"] is Pulse.BUSY
    way.age(50)
    assert pulses(way)["ocr"] is Pulse.SILENT, "its lease ran out"


def test_whoever_splits_or_aggregates_is_busy(way: Any) -> None:
    finish(way, "split")
    age(way, 89)
    way.claimed(way.accepted())
    assert pulses(way)["split"] is Pulse.BUSY

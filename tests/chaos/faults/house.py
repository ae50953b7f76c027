"""Faults of deployment and of time: 38, 39, 41 to 43."""

from __future__ import annotations

import re
import time

from octavo.broker import QUEUES
from tests.chaos.scene import Scene, fault

_AHEAD, _BEHIND = "300", "-300"
_TOO_OLD = "a newer version runs here"
_AGE = r'octavo_queue_canary_age_seconds{{queue="{}"}} (\S+)'
_MACHINE_SECONDS = 2.0  # on top of an objective, for a busy machine
_REVISION = "SELECT version_num FROM alembic_version"


@fault(38, "rolling deploy by SIGTERM", "C")
def rolling(scene: Scene) -> None:
    for name in ("relay", *QUEUES, "beat", "api"):
        scene.house.roll(name)
        scene.house.pass_time(1)


@fault(39, "workers of this version while the next one has changed the schema", "A C")
def next_schema(scene: Scene) -> None:
    house = scene.house
    ((revision,),) = house.sql(_REVISION)
    house.sql("ALTER TABLE documents ADD COLUMN next_version text NOT NULL DEFAULT ''")
    house.sql("UPDATE alembic_version SET version_num = 'next'")
    try:
        scene.wait_end(scene.send(4))  # those that run go on
        said = len(house.log("llm"))
        house.roll("llm")  # one that starts is refused, in words
        house.wait(lambda: _TOO_OLD in house.log("llm")[said:], 60, "an old worker is refused")
    finally:
        house.sql("UPDATE alembic_version SET version_num = %s", revision)
        house.sql("ALTER TABLE documents DROP COLUMN next_version")
    scene.wait_end(scene.send(4))


@fault(41, "two sweepers, two clocks", "A B")
def two_sweepers(scene: Scene) -> None:
    house = scene.house
    house.add("beat-2", "beat")
    house.add("maintenance-2", "maintenance")
    house.script("all", "slow 0.1")
    for _ in range(5):
        house.kill("ocr")  # work for the sweepers
        house.pass_time(3)
    for name in ("beat-2", "maintenance-2"):
        house.remove(name)


@fault(42, "clocks of workers five minutes off, both ways", "A D")
def clocks(scene: Scene) -> None:
    house = scene.house
    skewed = {"ocr": _AHEAD, "llm": _BEHIND, "maintenance": _AHEAD, "aggregate": _BEHIND}
    for name, seconds in skewed.items():
        house.remove(name)
        house.add(name, CHAOS_CLOCK_SECONDS=seconds)
    house.wait(lambda: house.children("maintenance"), 60, "the skewed workers have started")
    house.script("all", "slow 0.3")
    document = scene.send(17)
    house.wait(lambda: scene.state(document) == "processing", 60, "its pages are on their way")
    for _ in range(3):
        house.pass_time(1)
        house.redis.flushall()  # nothing goes on but by the sweeper
    scene.wait_end(document, 120)
    for name in skewed:
        house.remove(name)
        house.add(name)


@fault(43, "a queue without a consumer, then scaled up", "A")
def no_consumer(scene: Scene) -> None:
    house = scene.house
    house.remove("ocr")
    document = scene.send(9)
    house.wait(lambda: house.redis.llen("octavo:ocr"), 30, "messages wait in the queue")
    house.redis.flushall()
    lost = time.monotonic()
    again = "SELECT 1 FROM sheaves WHERE document_id = %s AND drives > 1"
    house.wait(lambda: house.sql(again, document.id), 30, "lost messages are sent again")
    redriven = time.monotonic() - lost
    settings = house.settings()
    objective = settings.lease_seconds + settings.sweep_seconds
    scene.notes.append(f"sent again after {redriven:.1f} s; the objective is {objective} s")
    assert redriven <= objective + _MACHINE_SECONDS
    alarm = 3 * settings.canary_seconds
    house.wait(lambda: _silence(scene, "ocr") > alarm, 60, "the silence of the queue is noticed")
    scene.outage(60, 0)
    assert scene.state(document) == "processing"
    house.add("ocr")
    scene.wait_end(document, 120)
    house.wait(lambda: _silence(scene, "ocr") < alarm, 60, "the alarm ends")


def _silence(scene: Scene, queue: str) -> float:
    """Seconds since a task of a queue was seen to end, as the metrics say."""
    said = scene.house.client.request("GET", "/metrics")
    found = re.search(_AGE.format(queue), said)
    assert found is not None, "the metrics do not tell of the queue"
    return float(found[1])

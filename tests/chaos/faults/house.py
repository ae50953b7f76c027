"""Faults of deployment and of time: 38, 39, 41 to 43."""

from __future__ import annotations

from octavo.broker import QUEUES
from tests.chaos.scene import Scene, fault

_AHEAD, _BEHIND = "300", "-300"
_TOO_OLD = "a newer version runs here"
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

    def waits() -> bool:
        return int(house.redis.llen("octavo:ocr")) > 0

    house.wait(waits, 30, "messages wait in the queue")
    scene.outage(60, 12)
    metrics = house.client.request("GET", "/metrics")
    assert 'octavo_queue_messages{queue="ocr"}' in metrics
    assert scene.state(document) == "processing"
    house.add("ocr")
    scene.wait_end(document, 120)

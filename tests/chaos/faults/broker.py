"""Faults of the broker: 15 to 20."""

from __future__ import annotations

from tests.chaos.scene import Scene, fault
from tests.chaos.wire import Blackhole, CutOn

DELIVERED = b"octavo:ocr"  # in an answer to BRPOP: a message of the queue, just taken from it


@fault(15, "broker killed by kill -9", "A C")
def killed(scene: Scene) -> None:
    for _ in range(3):
        scene.house.stop_server("valkey", hard=True)
        scene.house.pass_time(1)
        scene.house.start_server("valkey")
        scene.house.pass_time(3)


@fault(16, "FLUSHALL in the middle of documents", "A")
def flushed(scene: Scene) -> None:
    scene.house.script("all", "slow 0.1")
    for _ in range(5):
        scene.send(9)
        scene.house.pass_time(1)
        scene.house.redis.flushall()
        scene.house.pass_time(1)


@fault(17, "broker out of memory under noeviction", "A")
def out_of_memory(scene: Scene) -> None:
    scene.house.redis.config_set("maxmemory", 1)
    accepted = [scene.send(3) for _ in range(3)]
    assert not any(sent.refusals for sent in accepted), "the broker kept a document out"
    scene.house.pass_time(10)
    scene.house.redis.config_set("maxmemory", 0)


@fault(18, "connection dropped after BRPOP took a message", "A")
def popped_and_lost(scene: Scene) -> None:
    fault_ = CutOn(pattern=DELIVERED, times=5)
    with scene.house.link("ocr", "valkey").under(fault_):
        scene.house.wait(lambda: fault_.times == 0, 60, "five messages are taken and lost")


@fault(19, "CLIENT KILL of every connection while pages are read", "C D")
def clients_killed(scene: Scene) -> None:
    scene.house.script("all", "slow 0.5")
    document = scene.send(12)
    for _ in range(4):
        scene.house.pass_time(2)
        scene.house.redis.client_kill_filter(_type="normal")
    scene.house.script("all", "slow 0")
    scene.wait_end(document, 120)


@fault(20, "half-open connections to the broker for 90 s", "A")
def half_open(scene: Scene) -> None:
    holes = [(link, Blackhole()) for link in scene.house.links("valkey")]
    for link, hole in holes:
        link.add(hole)
    accepted = scene.send(3)
    assert not accepted.refusals, "the broker kept a document out"
    scene.outage(90, 30)
    for link, hole in holes:
        link.lift(hole)

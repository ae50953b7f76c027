"""Faults of relays and of the outbox: 4 to 10, 40."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.chaos.house import CHECKOUT
from tests.chaos.scene import After, Scene, fault
from tests.chaos.wire import Blackhole

LISTENER = b"octavo-relay-listener"


@fault(4, "relay killed after it published, before it marked", "B C")
def killed_before_mark(scene: Scene) -> None:
    for _ in range(3):
        scene.meet("relay", "relay.published")


@fault(5, "relay killed in the middle of a batch", "G")
def killed_in_batch(scene: Scene) -> None:
    pid = scene.house.pid("relay")
    scene.house.halt(pid)
    scene.house.pass_time(3)  # a batch gathers
    scene.house.points("relay").arm("relay.mid_batch", passes=2)
    scene.house.resume(pid)
    points = scene.house.points("relay")
    scene.house.wait(lambda: points.fired("relay.mid_batch"), 40, "the relay dies in a batch")


@fault(6, "relay halted for 60 s with rows in hand, another beside it", "B")
def halted(scene: Scene) -> None:
    scene.house.add("relay-2", "relay")
    pid = scene.meet("relay", "relay.published", signal="SIGSTOP")
    document = scene.send(4)
    scene.outage(70, 15)
    scene.wait_end(document)
    scene.house.resume(pid)
    scene.house.pass_time(2)
    scene.house.remove("relay-2")


@fault(7, "three relays racing", "B C")
def racing(scene: Scene) -> After:
    for name in ("relay-2", "relay-3"):
        scene.house.add(name, "relay")
    scene.house.pass_time(10)
    for name in ("relay-2", "relay-3"):
        scene.house.remove(name)
    return scene.assert_published


@fault(8, "the LISTEN connection is terminated", "A")
def listener_terminated(scene: Scene) -> After:
    for _ in range(4):
        scene.house.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
            LISTENER.decode(),
        )
        scene.house.pass_time(2)
    return scene.assert_published


@fault(9, "the LISTEN socket is a black hole", "A")
def listener_blackholed(scene: Scene) -> After:
    link = scene.house.link("relay", "postgres")
    scene.house.wait(lambda: link.count(LISTENER), 20, "the relay listens")
    with link.under(Blackhole(matching=LISTENER)):
        scene.outage(60, 25)  # the heartbeat comes every 15 s
    return scene.assert_published


@fault(10, "poison rows in the outbox", "G")
def poison(scene: Scene) -> After:
    rows = (
        ("no.such.topic", 1, "{}"),
        ("document.uploaded", 99, "{}"),
        ("sheaf.ready", 1, '{"document_id": 7}'),
    )
    for topic, version, payload in rows:
        scene.house.sql(
            "INSERT INTO outbox (topic, version, key, payload, trace, attempts)"
            " VALUES (%s, %s, 'poison:' || gen_random_uuid(), %s, '{}', 0)",
            topic,
            version,
            payload,
        )
    scene.house.pass_time(5)

    def dead_letters() -> None:
        scene.assert_published()
        dead = scene.house.sql("SELECT attempts, last_error FROM outbox WHERE dead_at IS NOT NULL")
        assert [attempts for attempts, _ in dead] == [5, 5, 5], dead
        assert all(error for _, error in dead), dead
        scene.house.sql("DELETE FROM outbox WHERE dead_at IS NOT NULL AND key LIKE 'poison:%'")

    return dead_letters


@fault(40, "cleanup racing the relay", "G")
def cleanup(scene: Scene) -> None:
    command = [sys.executable, "-m", "outbox", "clean", "--older-than", "0s"]
    surroundings = {**os.environ, **scene.house.stack.environment}
    removed = 0
    for _ in range(4):
        done = subprocess.run(
            command,
            env=surroundings,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        removed += int(next(word for word in done.stdout.split() if word.isdigit()))
        scene.house.tend()
    scene.notes.append(f"{removed} published rows removed meanwhile")

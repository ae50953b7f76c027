"""Faults of workers and their children: 21, 25 to 29."""

from __future__ import annotations

import os
import signal

from tests.chaos.scene import After, Scene, fault

PARTIAL, FAILED = frozenset({"partial"}), frozenset({"failed"})


@fault(21, "child killed by kill -9 in a task", "A E")
def child_killed(scene: Scene) -> None:
    for point in ("recognize.claimed", "recognize.worked", "recognize.recorded"):
        scene.meet("ocr", point)
    scene.meet("llm", "clean.recorded")
    for _ in range(3):
        os.kill(scene.rng.choice(scene.house.children("ocr")), signal.SIGKILL)
        scene.house.pass_time(1)


@fault(25, "whole worker killed by kill -9, again and again", "A C")
def worker_killed(scene: Scene) -> None:
    scene.house.script("all", "slow 0.1")
    for round_ in range(6):
        scene.house.kill("ocr", group=round_ % 2 == 0)
        scene.house.pass_time(2.5)


@fault(26, "a page that always runs out of memory, and one that always kills its worker", "A E")
def poison_page(scene: Scene) -> After:
    scene.house.script(41, "memory")
    scene.house.script(42, "die")
    hungry = scene.send(50, only=(1, 2, 41), ends=PARTIAL)
    deadly = scene.send(50, only=(1, 2, 42), ends=PARTIAL)
    for document in (hungry, deadly):
        scene.wait_end(document, 120)

    def named() -> None:
        for document, page, reason in (
            (hungry, 41, "out_of_memory"),
            (deadly, 42, "attempts_exhausted"),
        ):
            pages = scene.pages(document)
            assert pages[1][0] == pages[2][0] == "done", pages
            assert pages[page] == ("failed", reason, 3), pages

    return named


@fault(27, "MemoryError in every slot at once", "A")
def out_of_memory(scene: Scene) -> None:
    for page in range(41, 49):
        scene.house.script(page, "memory")
    scene.wait_end(scene.send(50, only=tuple(range(41, 49)), ends=FAILED), 120)
    scene.wait_end(scene.send(4), 60)


@fault(28, "a task outlives its lease", "D")
def lease_outlived(scene: Scene) -> None:
    for process, point in (
        ("ocr", "recognize.worked"),
        ("llm", "clean.worked"),
        ("aggregate", "aggregate.worked"),
        ("split", "split.worked"),
    ):
        pid = scene.meet(process, point, signal="SIGSTOP")
        if process != "ocr":  # its queue has one process, which must go on to let others in
            scene.house.pass_time(4.5)
        else:
            scene.house.pass_time(6)
        scene.house.resume(pid)


@fault(29, "a task outlives the visibility timeout", "C")
def visibility_outlived(scene: Scene) -> None:
    scene.house.remove("ocr")
    scene.house.add("ocr", CHAOS_VISIBILITY_SECONDS="2")
    for page in range(41, 45):
        scene.house.script(page, "slow 8")
    document = scene.send(50, only=tuple(range(41, 45)))
    scene.wait_end(document, 120)
    scene.house.remove("ocr")
    scene.house.add("ocr")

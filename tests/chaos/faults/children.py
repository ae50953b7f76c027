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
    for point in ("bulk.claimed", "bulk.worked", "bulk.recorded"):
        scene.meet("ocr", point)
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


# A step that halts after its work, its first message, and how to see that another has its claim.
_OVERTAKEN = (
    ("split", "split", "d0", "SELECT 1 FROM documents WHERE id = %s AND stage = 'pages'"),
    # Still reading: nothing but the fence tells the two claims apart.
    (
        "ocr",
        "recognize",
        "d1",
        "SELECT 1 FROM pages WHERE document_id = %s AND fence = 2 AND state = 'running'",
    ),
    (
        "llm",
        "clean",
        "d1",
        "SELECT 1 FROM pages WHERE document_id = %s AND fence = 3 AND number < 4",
    ),
    ("aggregate", "aggregate", "d0", "SELECT 1 FROM endings WHERE document_id = %s"),
)


@fault(28, "a task outlives its lease", "D")
def lease_outlived(scene: Scene) -> None:
    house = scene.house
    for process, *_ in _OVERTAKEN:  # who halts at a point is one of two
        shared = str(house.points(process).directory)
        house.add(f"{process}-2", process, OCTAVO_KILLPOINTS=shared)
    scene.quiet()
    for process, step, first, overtaken in _OVERTAKEN:
        _overtake(scene, process, step, first, overtaken)
    for process, *_ in _OVERTAKEN:
        house.remove(f"{process}-2")


def _overtake(scene: Scene, process: str, step: str, first: str, overtaken: str) -> None:
    house, points, point = scene.house, scene.house.points(process), f"{step}.worked"
    for page in (1, 2, 3):
        house.script(page, "slow 2.5")
    house.script(42, "slow 12")  # the document stays open until the late result comes
    points.arm(point, signal="SIGSTOP")
    document = scene.send(50, only=(1, 2, 3, 42))
    house.wait(lambda: points.fired(point), 40, f"{step} halts after its work")
    house.wait(lambda: house.sql(overtaken, document.id), 40, f"another has the claim of {step}")
    house.resume(points.fired(point) or 0)

    def refused() -> bool:
        said = (house.log(process) + house.log(f"{process}-2")).splitlines()
        late = [line for line in said if "step.result_dropped" in line and document.id in line]
        return any(f".{step}." in line and f'.{first}"' in line for line in late)

    house.wait(refused, 20, f"the late result of {step} is refused")
    scene.wait_end(document)


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

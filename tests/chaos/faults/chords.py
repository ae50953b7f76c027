"""Faults of chords: 22 to 24, 30 to 32."""

from __future__ import annotations

from tests.chaos.scene import Scene, fault

_SIZES = "octavo:celery-taskset-meta-*.s"


@fault(22, "child killed between the end of a task and the count of its part", "A")
def killed_before_count(scene: Scene) -> None:
    for _ in range(3):
        scene.meet("llm", "chord.before_count")


@fault(23, "child killed between the last count and the message of the body", "A")
def killed_before_body(scene: Scene) -> None:
    for _ in range(2):
        scene.meet("llm", "chord.before_body")


@fault(24, "child killed after the message of the body", "B")
def killed_after_body(scene: Scene) -> None:
    scene.meet("llm", "chord.after_body")
    scene.meet("llm", "chord.counted")
    scene.meet("aggregate", "advance.called")
    scene.meet("aggregate", "aggregate.recorded")
    scene.meet("aggregate", "aggregate.committed")


@fault(30, "every message of a sheaf again, with another text each time", "C")
def duplicates(scene: Scene) -> None:
    scene.house.script("all", "slow 0.05")
    for _ in range(12):
        scene.house.sql(
            "UPDATE outbox SET published_at = NULL, next_attempt_at = now()"
            " WHERE topic = 'sheaf.ready' AND created_at > now() - interval '5 seconds'"
        )
        scene.house.pass_time(1)


@fault(31, "the chord's size is deleted", "A")
def size_deleted(scene: Scene) -> None:
    scene.house.script("all", "slow 0.1")
    scene.send(40)
    deleted = 0
    for _ in range(60):
        for key in list(scene.house.redis.scan_iter(_SIZES, count=1000)):
            deleted += int(scene.house.redis.delete(key))
        scene.house.pass_time(0.1)
    assert deleted, "no chord was counted by a key of that name"
    scene.notes.append(f"{deleted} sizes deleted")


@fault(32, "split killed before, in and after its record; relay killed after k of N pages", "C")
def split_killed(scene: Scene) -> None:
    for point in ("split.claimed", "split.worked", "split.recorded", "split.committed"):
        scene.meet("split", point)
    scene.meet("split", "outbox.committed")
    scene.meet("relay", "relay.mid_batch")

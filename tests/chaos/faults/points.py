"""Beyond the list: 44, every kill point there is."""

from __future__ import annotations

from tests.chaos.points import POINTS
from tests.chaos.scene import Scene, fault

_SECONDS = 60.0


@fault(44, "every kill point, one after the other", "A B C D E F G")
def every_point(scene: Scene) -> None:
    for process, names in POINTS.items():
        points = scene.house.points(process)
        for name in names:
            points.arm(name)
            if name == "sweep.repaired":
                scene.house.redis.flushall()  # something to repair
            elif name == "purge.objects_removed":
                _delete_one(scene)
            scene.house.wait(
                lambda points=points, name=name: points.fired(name),  # type: ignore[misc]
                _SECONDS,
                f"{process} passes {name}",
            )
    scene.notes.append(f"{sum(map(len, POINTS.values()))} points")


def _delete_one(scene: Scene) -> None:
    document = scene.send(2)
    scene.wait_end(document)
    scene.house.client.act(document.id, "delete")
    document.gone = True

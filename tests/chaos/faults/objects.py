"""Faults of the object store: 36."""

from __future__ import annotations

from tests.chaos.scene import Scene, fault
from tests.chaos.wire import Answer, Blackhole, Falsify, Truncate

_FAILS = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/xml\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


@fault(36, "object store: 500s, silence, bodies cut short, bytes changed", "A C F")
def objects(scene: Scene) -> None:
    house = scene.house
    for fault_ in (
        Answer(answer=_FAILS),
        Blackhole(),
        Truncate(after=700),
        # A page's box, changed on its way to a worker: still a PDF, and not what was accepted.
        Falsify(pattern=b"[0 0 200 200]", replacement=b"[0 0 200 300]"),
    ):
        for process in ("split", "ocr", "api"):
            house.link(process, "seaweedfs").add(fault_)
        house.pass_time(8)
        for process in ("split", "ocr", "api"):
            house.link(process, "seaweedfs").lift(fault_)
        house.pass_time(2)

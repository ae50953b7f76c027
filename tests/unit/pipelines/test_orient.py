"""Pages that are turned upright."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from pipelines import deadline, orient
from pipelines.deadline import Deadline
from pipelines.errors import PageFailed, Reason
from pipelines.values import Box, Raster, Recognition, Word

# A page of 4 x 2 pixels whose first pixel is dark: the word lies there.
PAGE = Raster(4, 2, 300.0, b"\x00" + b"\xff" * 7)


@dataclass
class Clock:
    """Time that passes when told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(deadline, "monotonic", clock)
    return clock


@dataclass
class Scripted:
    """A recognizer that reads well only what has its dark pixel first."""

    turn: int | None
    clock: Clock = field(default_factory=Clock)
    takes: list[float] = field(default_factory=list)  # seconds of each call, 0 when it runs out
    given: list[float] = field(default_factory=list)  # seconds that each call was allowed
    name: str = "scripted"
    in_process: bool = True
    version: str = "1"
    seen: list[Raster] = field(default_factory=list)

    def languages(self) -> tuple[str, ...]:
        return ("eng",)

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        self._pass(seconds)
        self.seen.append(raster)
        confidence = 0.9 if raster.pixels[0] == 0 else 0.3
        word = Word("word", Box(0, 0, 1, 1), confidence, 0)
        return Recognition(
            "word", (word,), confidence, raster.width, raster.height, 300.0, "t", languages
        )

    def orientation(self, raster: Raster, *, seconds: float) -> int | None:
        self._pass(seconds)
        return self.turn

    def _pass(self, seconds: float) -> None:
        self.given.append(seconds)
        taken = self.takes.pop(0) if self.takes else 0.0
        self.clock.now += min(taken, seconds)
        if taken > seconds:
            raise PageFailed(Reason.TIMEOUT, "too slow")


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_read_upright_with_boxes_where_people_see_them(angle: int) -> None:
    turned = orient.turned(PAGE, 360 - angle)
    engine = Scripted(turn=angle)
    first = engine.recognize(turned, ("eng",), seconds=1)
    best = orient.upright(first, turned, engine, Deadline.after(1))
    assert best.confidence == 0.9
    assert best.turn == angle
    assert (best.width, best.height) == (turned.width, turned.height)
    box = best.words[0].box
    assert (box.right - box.left, box.bottom - box.top) == (1, 1)
    assert turned.pixels[box.top * turned.width + box.left] == 0


def test_a_page_that_reads_well_is_not_looked_at_again() -> None:
    engine = Scripted(turn=180)
    first = engine.recognize(PAGE, ("eng",), seconds=1)
    assert orient.upright(first, PAGE, engine, Deadline.after(1)) is first
    assert len(engine.seen) == 1


@pytest.mark.parametrize("turn", [0, None, 180])
def test_turning_never_harms(turn: int | None) -> None:
    dark_nowhere = replace(PAGE, pixels=b"\xff" * 8)
    engine = Scripted(turn=turn)
    first = engine.recognize(dark_nowhere, ("eng",), seconds=1)
    assert orient.upright(first, dark_nowhere, engine, Deadline.after(1)) is first


@pytest.mark.parametrize(
    ("takes", "calls"),
    [
        ([4.0, 1.0, 4.0], 3),  # all of it in time
        ([4.0, 1.0, 6.0], 3),  # the second reading runs out of time
        ([4.0, 6.0], 2),  # finding the orientation does
        ([4.0, 7.0], 2),
        ([6.0], 1),  # less is left than the first reading took
    ],
)
def test_all_looks_at_a_page_share_its_time(takes: list[float], calls: int, clock: Clock) -> None:
    lying = orient.turned(PAGE, 180)
    engine = Scripted(turn=180, clock=clock, takes=list(takes))
    shared = Deadline.after(10)
    first = engine.recognize(lying, ("eng",), seconds=shared.left())
    best = orient.upright(first, lying, engine, shared)
    in_time = sum(takes) <= 10 and calls == 3
    assert (best.confidence, best is first) == ((0.9, False) if in_time else (0.3, True))
    assert engine.given == [10 - sum(takes[:call]) for call in range(calls)]
    assert clock.now <= 110

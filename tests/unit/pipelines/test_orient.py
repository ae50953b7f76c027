"""Pages that are turned upright."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from pipelines import orient
from pipelines.values import Box, Raster, Recognition, Word

# A page of 4 x 2 pixels whose first pixel is dark: the word lies there.
PAGE = Raster(4, 2, 300.0, b"\x00" + b"\xff" * 7)


@dataclass
class Scripted:
    """A recognizer that reads well only what has its dark pixel first."""

    turn: int | None
    name: str = "scripted"
    in_process: bool = True
    version: str = "1"
    seen: list[Raster] = field(default_factory=list)

    def languages(self) -> tuple[str, ...]:
        return ("eng",)

    def recognize(self, raster: Raster, languages: tuple[str, ...], *, seconds: int) -> Recognition:
        self.seen.append(raster)
        confidence = 0.9 if raster.pixels[0] == 0 else 0.3
        word = Word("word", Box(0, 0, 1, 1), confidence, 0)
        return Recognition(
            "word", (word,), confidence, raster.width, raster.height, 300.0, "t", languages
        )

    def orientation(self, raster: Raster, *, seconds: int) -> int | None:
        return self.turn


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_read_upright_with_boxes_where_people_see_them(angle: int) -> None:
    turned = orient.turned(PAGE, 360 - angle)
    engine = Scripted(turn=angle)
    first = engine.recognize(turned, ("eng",), seconds=1)
    best = orient.upright(first, turned, engine, seconds=1)
    assert best.confidence == 0.9
    assert best.flags == (f"turned_{angle}",)
    assert (best.width, best.height) == (turned.width, turned.height)
    box = best.words[0].box
    assert (box.right - box.left, box.bottom - box.top) == (1, 1)
    assert turned.pixels[box.top * turned.width + box.left] == 0


def test_a_page_that_reads_well_is_not_looked_at_again() -> None:
    engine = Scripted(turn=180)
    first = engine.recognize(PAGE, ("eng",), seconds=1)
    assert orient.upright(first, PAGE, engine, seconds=1) is first
    assert len(engine.seen) == 1


@pytest.mark.parametrize("turn", [0, None, 180])
def test_turning_never_harms(turn: int | None) -> None:
    dark_nowhere = replace(PAGE, pixels=b"\xff" * 8)
    engine = Scripted(turn=turn)
    first = engine.recognize(dark_nowhere, ("eng",), seconds=1)
    assert orient.upright(first, dark_nowhere, engine, seconds=1) is first

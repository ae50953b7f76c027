"""What was read on a page, as it lies once the page is turned."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.orient import read_turned, turned
from pipelines.values import Block, BlockKind, Box, Raster, Recognition, Word

WIDTH, HEIGHT = 40, 30
BOX = Box(30, 6, 34, 9)


def _read(turn: int) -> Recognition:
    return Recognition(
        text="mark",
        words=(Word("mark", BOX, 0.9, 0),),
        confidence=0.9,
        width=WIDTH,
        height=HEIGHT,
        dpi=200.0,
        engine="test",
        languages=("eng",),
        blocks=(Block(BlockKind.TEXT, BOX, 0, 1),),
        turn=turn,
    )


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_boxes_turn_with_the_pixels(angle: int) -> None:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[BOX.top : BOX.bottom, BOX.left : BOX.right] = 0
    raster = turned(Raster(WIDTH, HEIGHT, 200.0, pixels.tobytes()), angle)
    read = read_turned(_read(0), angle)
    assert (read.width, read.height) == (raster.width, raster.height)
    seen = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
    box = read.words[0].box
    assert read.blocks[0].box == box
    assert not seen[box.top : box.bottom, box.left : box.right].any()
    assert (seen == 0).sum() == (box.bottom - box.top) * (box.right - box.left)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_turned_as_it_wants_to_be_is_upright_and_can_be_turned_back(turn: int) -> None:
    upright = read_turned(_read(turn), turn)
    assert upright.turn == 0
    assert read_turned(upright, (360 - turn) % 360) == _read(turn)

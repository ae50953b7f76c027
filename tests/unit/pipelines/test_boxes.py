"""Rectangles around others, and where they lie once a raster is turned."""

from __future__ import annotations

import pytest

from pipelines.boxes import around, turned
from pipelines.values import Box

WIDTH, HEIGHT = 400, 300
BOX = Box(300, 60, 340, 75)


def test_the_box_around_others_holds_them_and_no_more() -> None:
    assert around([Box(5, 20, 30, 40), Box(10, 2, 60, 30)]) == Box(5, 2, 60, 40)
    assert around([BOX]) == BOX


@pytest.mark.parametrize(
    ("angle", "lies"),
    [
        (0, BOX),
        (90, Box(225, 300, 240, 340)),
        (180, Box(60, 225, 100, 240)),
        (270, Box(60, 60, 75, 100)),
    ],
)
def test_a_turned_box_lies_where_the_turned_raster_has_its_pixels(angle: int, lies: Box) -> None:
    assert turned(BOX, WIDTH, HEIGHT, angle) == lies


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_turning_on_to_a_full_circle_leads_back(angle: int) -> None:
    sides = (HEIGHT, WIDTH) if angle in (90, 270) else (WIDTH, HEIGHT)
    assert turned(turned(BOX, WIDTH, HEIGHT, angle), *sides, (360 - angle) % 360) == BOX

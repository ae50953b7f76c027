"""Pages shown to an engine otherwise than they lie, and boxes back on them."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.values import Box, Raster, Recognition, Word
from pipelines.view import View, enlarged

WIDTH, HEIGHT = 400, 300
MARK = Box(300, 60, 340, 75)


def _page() -> Raster:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[MARK.top : MARK.bottom, MARK.left : MARK.right] = 0
    return Raster(WIDTH, HEIGHT, 200.0, pixels.tobytes())


def _seen(raster: Raster) -> Recognition:
    """A word where the dark pixels are."""
    pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
    down, across = np.nonzero(pixels < 128)
    box = Box(int(across.min()), int(down.min()), int(across.max()) + 1, int(down.max()) + 1)
    word = Word("mark", box, 0.9, 0)
    return Recognition(
        "mark", (word,), 0.9, raster.width, raster.height, raster.dpi, "test", ("eng",)
    )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("slope", [0.0, 1.7, -6.0])
@pytest.mark.parametrize("scale", [1.0, 2.0, 0.5])
def test_boxes_come_back_to_where_the_word_is(turn: int, slope: float, scale: float) -> None:
    page, view = _page(), View(turn, slope, scale)
    read = view.back(_seen(view.of(page)), page)
    assert (read.width, read.height, read.dpi, read.turn) == (WIDTH, HEIGHT, 200.0, turn)
    box = read.words[0].box
    slack = 2 + (12 if slope else 0)  # a box around a sloping word is larger
    for ours, true in zip(
        (box.left, box.top, box.right, box.bottom),
        (MARK.left, MARK.top, MARK.right, MARK.bottom),
        strict=True,
    ):
        assert abs(ours - true) <= slack
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    assert middle == pytest.approx((320, 67.5), abs=2)


def test_a_plain_view_is_the_page_itself() -> None:
    page = _page()
    assert View().of(page) is page
    read = _seen(page)
    assert View().back(read, page) == read


def test_a_page_is_not_enlarged_beyond_what_memory_allows() -> None:
    assert enlarged(_page(), 2.0, 40_000_000) == 2.0
    large = Raster(8000, 4000, 300.0, bytes(32_000_000))
    assert 8000 * 4000 * enlarged(large, 2.0, 40_000_000) ** 2 <= 40_000_001

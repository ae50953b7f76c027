"""Lines of a page that is looked at in strips: each is found once, wherever it lies."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipelines.deadline import Deadline

cv2 = pytest.importorskip("cv2", reason="pip install 'octavo[rapidocr]'")
rapid_detect = pytest.importorskip("pipelines.engines.rapid_detect", reason="see above")
rapid_strips = pytest.importorskip("pipelines.engines.rapid_strips", reason="see above")

WIDTH = rapid_detect.SHORT_SIDE
STRIP_PIXELS = rapid_strips.STRIP_PIXELS
Found, Sight, mended = rapid_strips.Found, rapid_strips.Sight, rapid_strips.mended


class Ink:
    """A detector that takes whatever is dark for a line's core."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, ...]] = []

    def __call__(self, values: Any) -> Any:
        self.shown.append(values.shape)
        return (values[:, :1] < 0).astype(np.float32)


def found(page: Any) -> tuple[list[tuple[float, ...]], Ink]:
    ink = Ink()
    quads = rapid_detect.lines(page, ink, Deadline.after(60))
    return [(*quad.min(axis=0), *quad.max(axis=0)) for quad in quads], ink


@pytest.mark.parametrize("height", [12, 40])
def test_every_line_is_found_once(height: int) -> None:
    tops = range(20, 1900, 53)
    page = np.full((2000, WIDTH), 255, np.uint8)
    for top in tops:
        page[top : top + height, 100:700] = 0
    lines, ink = found(page)
    assert len(ink.shown) > 3
    assert len(lines) == len(tops)
    for (left, above, right, below), top in zip(
        sorted(lines, key=lambda q: q[1]), tops, strict=True
    ):
        assert left < 100 < 700 < right + 2
        assert above <= top + 1
        assert below >= top + height - 2


@pytest.mark.parametrize("degrees", [-5, -2, 1, 3, 8])
@pytest.mark.parametrize("pitch", [24, 30])
def test_lines_that_lie_askew_are_found_once(degrees: float, pitch: int) -> None:
    page = np.full((1400, WIDTH), 255, np.uint8)
    starts = range(150, 1250, pitch)
    fall = round(800 * math.tan(math.radians(degrees)))
    for start in starts:
        cv2.line(page, (80, start - fall // 2), (880, start + fall - fall // 2), 0, 9)
    lines, ink = found(page)
    assert len(ink.shown) > 2
    assert len(lines) == len(starts)


def test_a_line_taller_than_two_strips_share_is_found_once() -> None:
    page = np.full((2000, WIDTH), 255, np.uint8)
    page[200:420, 100:900] = 0
    lines, _ = found(page)
    assert len(lines) == 1


def test_lines_that_run_down_the_page_are_whole() -> None:
    page = np.full((1800, WIDTH), 255, np.uint8)
    for left in (300, 340):
        page[150:1650, left : left + 14] = 0
    lines, _ = found(page)
    assert len(lines) == 2
    assert all(above <= 152 and below >= 1648 for _, above, _, below in lines)


def test_columns_that_one_strip_takes_for_one_line_are_parted_as_another_sees_them() -> None:
    def seen(sight: Any, strip: int, left: int, right: int) -> Any:
        corners = [(left, 40), (right, 40), (right, 60), (left, 60)]
        return Found(sight, strip, np.array(corners, np.float32))

    def once(*lines: Any) -> list[int]:
        return [line.strip for line in rapid_strips.once(lines, Deadline.after(60))]

    both = seen(Sight.WHOLE, 0, 0, 900)
    parts = [seen(Sight.BESIDE, 1, 0, 430), seen(Sight.BESIDE, 1, 460, 900)]
    assert once(both, *parts) == [1, 1]
    assert once(both, parts[0]) == [0]
    wide, *own = seen(Sight.BESIDE, 0, 0, 900), *(replace(p, sight=Sight.WHOLE) for p in parts)
    assert once(wide, *own) == [1, 1]


def test_what_is_cut_and_in_no_line_of_the_overview_is_kept() -> None:
    whole, part, line = (
        np.array([(0, top), (90, top), (90, end), (0, end)], np.float32)
        for top, end in ((0, 20), (40, 60), (35, 90))
    )
    shown = [Found(Sight.WHOLE, 0, whole), Found(Sight.CUT, 0, part)]
    assert mended(shown, []) == [whole, part]
    assert mended(shown, [line]) == [whole, line]
    everything = np.array([(0, 0), (90, 0), (90, 90), (0, 90)], np.float32)
    assert mended(shown, [everything]) == [whole, part]  # it is more than a line


def test_a_picture_of_one_line_is_looked_at_once() -> None:
    page = np.full((48, 2000), 255, np.uint8)
    page[14:34, 30:1950] = 0
    lines, ink = found(page)
    assert (len(lines), len(ink.shown)) == (1, 1)


@pytest.mark.parametrize(
    "shape", [(9000, 4000), (1250, 1800), (960, 4800), (48, 2000), (42, 60_000), (6000, 300)]
)
def test_memory_is_bounded_by_strips(shape: tuple[int, int]) -> None:
    _, ink = found(np.full(shape, 255, np.uint8))
    assert max(h * w for _, _, h, w in ink.shown) <= STRIP_PIXELS

"""Boxes of a text layer's characters lie where the page shows them, however it lies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest

from octavo.samples import pdf
from pipelines.placing import Placing
from pipelines.values import Box

SIZE = 200, 100  # points


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf([("Down under", 12, 20, 70)], size=SIZE))
    return path


def boxes(path: Path, stretches: list[tuple[int, int]]) -> Iterator[Box]:
    with (
        closing(pypdfium2.PdfDocument(path)) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as text,
    ):
        yield from Placing(page, text).boxes(stretches)


def turned(source: Path, angle: int) -> Path:
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = angle
        document.save(source)
    return source


def test_characters_that_stand_nowhere_take_none_from_their_neighbours(source: Path) -> None:
    nowhere = Box(0, 0, 0, 0)
    down, under = (next(boxes(source, [stretch])) for stretch in ((0, 4), (5, 10)))
    assert list(boxes(source, [(0, 0), (0, 4), (4, 4), (5, 10), (10, 10)])) == [
        nowhere,
        down,
        nowhere,
        under,
        nowhere,
    ]
    assert down.right < under.left
    assert list(boxes(source, [])) == []
    assert list(boxes(source, [(0, 0)])) == [nowhere]


def test_boxes_are_pixels_from_the_top_left(source: Path) -> None:
    (box,) = boxes(source, [(0, 4)])
    # Two pixels a point: the baseline stands 30 points below the top, capitals 8 points above it.
    assert box.left == pytest.approx(40, abs=3)
    assert box.bottom == pytest.approx(60, abs=3)
    assert box.bottom - box.top == pytest.approx(16, abs=4)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_they_turn_with_the_page(source: Path, angle: int) -> None:
    (upright,) = boxes(source, [(0, 4)])
    (box,) = boxes(turned(source, angle), [(0, 4)])
    width, height = 2 * SIZE[0], 2 * SIZE[1]
    left, top, right, bottom = upright.left, upright.top, upright.right, upright.bottom
    expected = {
        90: (height - bottom, left, height - top, right),
        180: (width - right, height - bottom, width - left, height - top),
        270: (top, width - right, bottom, width - left),
    }[angle]
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(expected, abs=1)


def test_a_corner_that_is_no_number_takes_nothing_from_the_others(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = boxes(source, [(0, 4)])
    corners = Placing._corners

    def damaged(self: Placing, stretches: list[tuple[int, int]]) -> Any:
        found, _ = corners(self, stretches)
        nowhere = np.full((1, 4), np.nan)
        return np.vstack([nowhere, found, nowhere]), np.array([0, 2])

    monkeypatch.setattr(Placing, "_corners", damaged)
    with closing(pypdfium2.PdfDocument(source)) as document, closing(document[0]) as page:
        text = page.get_textpage()
        assert Placing(page, text).boxes([(0, 4), (0, 4)]) == [whole, whole]
        text.close()


def test_what_stands_beyond_the_page_is_put_to_its_edge(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf([("far away from here", 12, 180, 95)], size=SIZE))
    (box,) = boxes(path, [(0, 18)])
    assert (box.top, box.right) == (0, 2 * SIZE[0])

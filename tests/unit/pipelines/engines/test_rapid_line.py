"""Long lines are parted at white space, or where there is least ink."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("cv2", reason="pip install 'octavo[rapidocr]'")
rapid_line = pytest.importorskip("pipelines.engines.rapid_line", reason="see above")


def line_of(*words: tuple[int, int]) -> Any:
    """A line of 1,000 pixels with ink from and to those columns, letters a pixel apart."""
    line = np.full((40, 1000), 255, np.uint8)
    for left, right in words:
        line[12:28, left:right] = 0
        line[12:28, left + 9 : right : 10] = 255
    return line


def edges(line: Any, most: int) -> list[tuple[int, int, bool]]:
    return [(part.left, part.right, part.spaced) for part in rapid_line.parts(line, most)]


def test_a_short_line_is_whole() -> None:
    assert edges(line_of((0, 1000)), 1000) == [(0, 1000, False)]


def test_a_long_line_is_parted_at_its_widest_space() -> None:
    line = line_of((0, 320), (328, 450), (470, 700), (710, 1000))
    assert edges(line, 600) == [(0, 460, True), (460, 1000, False)]


def test_light_letters_on_dark_ground_are_parted_alike() -> None:
    line = 255 - line_of((0, 451), (470, 1000))
    assert edges(line, 600) == [(0, 460, True), (460, 1000, False)]


def test_a_word_without_end_is_parted_between_letters_and_no_space_is_said() -> None:
    parts = edges(line_of((0, 1000)), 300)
    assert all(end - start <= 300 and not spaced for start, end, spaced in parts)
    assert [start for start, _, _ in parts[1:]] == [end for _, end, _ in parts[:-1]]
    assert all(start % 10 == 9 for start, _, _ in parts[1:])  # where a letter ends


def test_a_ruled_line_is_parted_where_only_the_rule_is() -> None:
    line = line_of((0, 451), (470, 1000))
    line[34:37] = 0
    assert edges(line, 600) == [(0, 460, True), (460, 1000, False)]

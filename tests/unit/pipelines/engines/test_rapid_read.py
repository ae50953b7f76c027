"""Words of lines that are read in parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("cv2", reason="pip install 'octavo[rapidocr]'")
rapid_read = pytest.importorskip("pipelines.engines.rapid_read", reason="see above")

ALPHABET = ("", "a", "b", "字", "中", " ")


class Columns:
    """A reader that sees the same signs in every part of a line, side by side."""

    def __init__(self, signs: str) -> None:
        self.signs = signs
        self.widths: list[int] = []

    def characters(self) -> tuple[str, ...]:
        return ALPHABET

    def __call__(self, values: Any) -> Any:
        columns = values.shape[3] // rapid_read.COLUMN
        self.widths.append(values.shape[3])
        likely = np.zeros((1, columns, len(ALPHABET)), np.float32)
        likely[0, :, 0] = 0.9
        for place, sign in enumerate(self.signs):
            at = (2 * place + 1) * columns // (2 * len(self.signs))
            likely[0, at, :] = 0
            likely[0, at, ALPHABET.index(sign)] = 0.9
        return likely


def words(signs: str, *, latin: bool) -> tuple[list[str], list[int]]:
    """Of a line of 2,400 by 48 pixels with white space in its middle."""
    page = np.full((60, 2400), 255, np.uint8)
    page[20:40, 10:1180] = page[20:40, 1210:2390] = 0
    quad = np.array([(0, 6), (2400, 6), (2400, 54), (0, 54)], np.float32)
    model = Columns(signs)
    found = rapid_read.Reader(model).words(page, quad, latin=latin)
    assert all(0 <= each.box.left < each.box.right <= 2400 for each in found)
    return [each.text for each in found], model.widths


@pytest.mark.parametrize("latin", [True, False])
def test_words_of_two_parts_have_a_space_between(latin: bool) -> None:
    texts, widths = words("ab", latin=latin)
    assert (texts, len(widths)) == (["ab", "ab"], 2)
    assert max(widths) <= rapid_read.MOST_WIDTH


def test_chinese_that_goes_on_in_the_next_part_has_none() -> None:
    assert words("字中", latin=False)[0] == ["字中字中"]
    assert words("字a", latin=False)[0] == ["字a", "字a"]

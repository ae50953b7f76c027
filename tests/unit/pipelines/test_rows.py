"""Pieces of lines in the order of a page."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines import rows
from pipelines.values import Box, Word


def word(text: str, left: int, top: int, width: int = 40, height: int = 20) -> Word:
    return Word(text, Box(left, top, left + width, top + height), 0.9, 0)


def test_pieces_of_one_height_are_a_row_from_left_to_right() -> None:
    text, words = rows.page([[word("9.90", 300, 12)], [word("Tea", 0, 10)], [word("Sum", 0, 40)]])
    assert text == "Tea 9.90\nSum"
    assert [(each.text, each.line) for each in words] == [("Tea", 0), ("9.90", 0), ("Sum", 1)]


def test_a_wide_gap_parts_paragraphs() -> None:
    lines = [[word(str(number), 0, top)] for number, top in enumerate((0, 30, 60, 160, 190))]
    assert rows.page(lines)[0] == "0\n1\n2\n\n3\n4"


def test_what_stands_above_another_is_no_part_of_its_row() -> None:
    text, _ = rows.page([[word("high", 0, 0, height=60)], [word("low", 0, 25, height=60)]])
    assert text == "high\nlow"


def test_a_piece_keeps_its_order() -> None:
    assert rows.page([[word("b", 50, 0), word("a", 0, 0)]])[0] == "b a"


def test_no_piece_makes_no_text() -> None:
    assert rows.page([]) == ("", ())


boxes = st.builds(
    lambda left, top, wide, high: Box(left, top, left + wide, top + high),
    *(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 300), st.integers(1, 90)),
)


@given(st.lists(boxes, max_size=40))
def test_every_word_is_on_one_row_and_rows_descend(places: list[Box]) -> None:
    pieces = [[Word(str(number), box, 1.0, 0)] for number, box in enumerate(places)]
    found = rows.rows(pieces)
    assert sorted(each.text for row in found for each in row) == sorted(
        str(number) for number in range(len(places))
    )
    middles = [rows.around(each.box for each in row) for row in found]
    assert all(up.top + up.bottom <= low.top + low.bottom for up, low in pairwise(middles))

"""Rows of words, their text, and what they have in common."""

from __future__ import annotations

from pipelines import rows
from pipelines.values import Box, Word


def word(text: str, left: int, top: int) -> Word:
    return Word(text, Box(left, top, left + 40, top + 20), 0.9, 0)


def test_rows_are_lines_and_number_their_words() -> None:
    text, words = rows.written([[word("Tea", 0, 10), word("9.90", 300, 12)], [word("Sum", 0, 40)]])
    assert text == "Tea 9.90\nSum"
    assert [(each.text, each.line) for each in words] == [("Tea", 0), ("9.90", 0), ("Sum", 1)]


def test_a_wide_gap_parts_paragraphs() -> None:
    lines = [[word(str(number), 0, top)] for number, top in enumerate((0, 30, 60, 160, 190))]
    assert rows.written(lines)[0] == "0\n1\n2\n\n3\n4"


def test_no_row_makes_no_text() -> None:
    assert rows.written([]) == ("", ())


def test_boxes_are_level_where_half_of_the_lower_one_is_shared() -> None:
    tall = Box(0, 0, 10, 60)
    assert rows.level(tall, Box(20, 50, 30, 70))
    assert not rows.level(tall, Box(20, 51, 30, 71))

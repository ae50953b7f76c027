"""Corrected words stand where the words were read that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleanup.align import align
from pipelines.values import Box, Word


def line(text: str, number: int = 0) -> list[Word]:
    """Words of a line, ten pixels a letter, a letter's room between two."""
    words, left = [], 0
    for each in text.split():
        box = Box(left, number * 20, left + 10 * len(each), number * 20 + 15)
        words.append(Word(each, box, 0.5, number))
        left = box.right + 10
    return words


def shown(words: tuple[Word, ...]) -> list[tuple[str, int, int, int]]:
    return [(word.text, word.line, word.box.left, word.box.right) for word in words]


def test_a_corrected_word_keeps_its_box() -> None:
    found = align(line("the brovvn fox"), "the brown fox")
    assert shown(found) == [("the", 0, 0, 30), ("brown", 0, 40, 100), ("fox", 0, 110, 140)]


def test_words_torn_apart_are_joined_in_both_boxes() -> None:
    found = align(line("the bro wn fox"), "the brown fox")
    assert shown(found)[1] == ("brown", 0, 40, 100)


def test_words_run_together_are_divided_by_length() -> None:
    found = align(line("the brownfox ran"), "the brown fox ran")
    assert shown(found)[1:3] == [("brown", 0, 40, 90), ("fox", 0, 90, 120)]


def test_a_word_broken_over_two_lines_stands_on_the_first() -> None:
    found = align([*line("a correc-"), *line("tion here", 1)], "a correction here")
    assert shown(found) == [("a", 0, 0, 10), ("correction", 0, 20, 90), ("here", 1, 50, 90)]


def test_a_word_that_was_not_read_joins_its_neighbour() -> None:
    assert [word.text for word in align(line("brown fox"), "brown quick fox")] == [
        "brown quick",
        "fox",
    ]
    assert [word.text for word in align(line("brown fox"), "quick brown fox")] == [
        "quick brown",
        "fox",
    ]


@pytest.mark.parametrize(
    ("read", "clean"),
    [("Tbe ca t sat0n tbe mat", "The cat sat on the mat"), ("a b c", "a c"), ("x y", "x y")],
)
def test_every_word_of_the_clean_text_is_there_in_order(read: str, clean: str) -> None:
    found = align(line(read), clean)
    assert " ".join(word.text for word in found) == clean
    assert all(word.box.left < word.box.right for word in found)


def test_nothing_stands_nowhere() -> None:
    assert align([], "words") == ()
    assert align(line("words"), "") == ()


TEXTS = st.lists(
    st.sampled_from(["a", "bc", "rn", "m", "10", ".", "語", "bca", "the", "tbe"]), max_size=14
).map(" ".join)


@given(TEXTS, TEXTS)
def test_the_words_are_the_clean_text_in_order_within_the_boxes_that_were_read(
    read: str, clean: str
) -> None:
    words = line(read)
    found = align(words, clean)
    if words:
        assert "".join("".join(word.text.split()) for word in found) == "".join(clean.split())
    lefts = [word.box.left for word in found]
    assert lefts == sorted(lefts)
    for word in found:
        assert any(each.box.left <= word.box.left < each.box.right for each in words)
        assert word.box.right <= words[-1].box.right


@given(TEXTS)
def test_a_text_that_is_right_keeps_every_box(read: str) -> None:
    solid = [word for word in line(read) if word.text.isascii()]
    assert align(solid, " ".join(word.text for word in solid)) == tuple(solid)

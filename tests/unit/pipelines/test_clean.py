"""The rules of the clean stage, and what they never do."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean import clean

PIECES = st.lists(
    st.sampled_from(
        [
            *("word", "exam-", "ple", "Jean-", "Paul", "ﬁ", "12", "-", "4-", "état-", "né."),
            *(" ", "   ", "\t", "\n", "\n\n", "\r\n", "\f", "\u00ad", "\u00ad\n"),
            *("x = 1;", "語", "e\u0301"),
        ]
    ),
    max_size=24,
).map("".join)
ANYTHING = st.text(max_size=80) | PIECES
LANGUAGES = st.sampled_from([(), ("eng",), ("chi_sim",), ("spa", "eng")])


@given(ANYTHING, LANGUAGES)
def test_cleaning_twice_is_cleaning_once(text: str, languages: tuple[str, ...]) -> None:
    once = clean(text, languages)
    assert clean(once, languages) == once


@given(ANYTHING, LANGUAGES)
def test_digits_never_change(text: str, languages: tuple[str, ...]) -> None:
    def digits(value: str) -> list[str]:
        return [each for each in value if each in "0123456789"]

    assert digits(clean(text, languages)) == digits(text)


@given(ANYTHING)
def test_no_word_is_lost(text: str) -> None:
    def letters(value: str) -> int:
        value = unicodedata.normalize("NFD", value)
        return sum(each.isalpha() and each.isascii() for each in value)

    assert letters(clean(text)) >= letters(text)  # a ligature becomes more letters


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("the ﬁrst ﬂight, eﬃcient", "the first flight, efficient"),
        ("an exam-\nple of it", "an example\nof it"),
        ("an exam-\nple, of it", "an example,\nof it"),
        ("soft hy\u00ad\nphen and in\u00adside", "soft hyphen\nand inside"),
        ("extra-\nordi-\nnary", "extraordinary"),
        ("die Er⸗\nlaubnis dazu", "die Erlaubnis\ndazu"),
        ("Jean-\nPaul said", "Jean-\nPaul said"),
        ("a state-of-\nthe-art thing", "a state-of-\nthe-art thing"),
        ("pages 10-\n12", "pages 10-\n12"),
        ("too   many  spaces ", "too   many  spaces"),
        ("two  spaces\u00a0here", "two spaces here"),
        ("one\r\ntwo\n\n\n\nthree\n", "one\ntwo\n\nthree"),
        ("e\u0301tat", "état"),
        ("", ""),
    ],
)
def test_rules(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_tables_keep_their_columns() -> None:
    table = "Item      Price    Sum\nBread     2.80     5.60\nRye-      1.95     1.95"
    assert clean(table) == table


def test_code_keeps_its_indentation_and_hyphens() -> None:
    code = "if x:\n    return foo(a-\n    b)\nls --long-\nopt"
    assert clean(code) == code


def test_chinese_words_close_up() -> None:
    assert clean("你 好 world 世 界", ("chi_sim",)) == "你好 world 世界"
    assert clean("你 好", ("eng",)) == "你 好"

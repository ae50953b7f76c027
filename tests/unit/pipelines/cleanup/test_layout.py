"""Corrected words stand in the raw text's lines, columns and gaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleanup.layout import confidences_of, laid_out
from pipelines.cleanup.pairing import pairs
from pipelines.cleanup.tokens import tokens
from pipelines.cleanup.values import Mode
from pipelines.values import Box, Word

TEXTS = st.lists(
    st.sampled_from(["a", "b", "ab", "rn", "m", "10", ".", "語", "é", " ", "   ", "\n", "\n\n"]),
    max_size=30,
).map("".join)


def laid(raw: str, answer: str, mode: Mode = Mode.CLEANUP) -> str:
    before, after = tokens(raw), tokens(answer)
    return laid_out(before, after, pairs(before, after), mode)


def test_lines_and_columns_are_the_raw_text_s() -> None:
    raw = "Itern      Price\nBread      2.80\n\nTota1      2.80"
    assert laid(raw, "Item Price Bread 2.80 Total 2.80") == (
        "Item      Price\nBread      2.80\n\nTotal      2.80"
    )


def test_joined_and_split_words_stand_on_the_first_line() -> None:
    assert laid("a correc-\ntion ofthe text", "a correction of the text") == (
        "a correction\nof the text"
    )


def test_a_model_that_saw_the_page_lays_it_out() -> None:
    assert laid("two\nlines", "two lines  \n", Mode.VISION) == "two lines"


@given(TEXTS, TEXTS)
def test_every_word_of_the_answer_is_there_in_order(raw: str, answer: str) -> None:
    assert "".join(laid(raw, answer).split()) == "".join(answer.split())


@given(TEXTS, TEXTS)
def test_every_word_is_in_one_pair(raw: str, answer: str) -> None:
    before, after = tokens(raw), tokens(answer)
    at, into = 0, 0
    for pair in pairs(before, after):
        assert (pair.first, pair.into) == (at, into)
        at, into = pair.end, pair.until
    assert (at, into) == (len(before), len(after))


def test_confidences_follow_their_words() -> None:
    words = [Word(text, Box(0, 0, 1, 1), how, 0) for text, how in (("in", 0.9), ("for-", 0.4))]
    words.append(Word("mation", Box(0, 0, 1, 1), 0.7, 1))
    assert confidences_of(tokens("in formation"), words) == (0.9, 0.4)
    assert confidences_of(tokens("in formation"), ()) == ()

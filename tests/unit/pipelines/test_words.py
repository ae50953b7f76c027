"""What words are together, whoever saw them."""

from __future__ import annotations

import pytest

from pipelines.values import Box, Word
from pipelines.words import CONTROL, mean_confidence


def _word(text: str, confidence: float) -> Word:
    return Word(text, Box(0, 0, 10, 10), confidence, 0)


def test_a_speck_weighs_less_than_a_word() -> None:
    assert mean_confidence([_word("balances", 1.0), _word(".", 0.1)]) == pytest.approx(0.9)
    assert mean_confidence([]) is None


def test_signs_that_nobody_sees_are_no_text_and_line_ends_are() -> None:
    assert CONTROL.sub("", "\x0cpage\u200f\u202c one\x00") == "page one"
    assert CONTROL.sub("", "tab\tline\n") == "tab\tline\n"

"""Confidences of different engines made comparable."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipelines import calibration
from pipelines.values import Box, Word


def word(confidence: float, text: str = "word") -> Word:
    return Word(text, Box(0, 0, 1, 1), confidence, 0)


@pytest.mark.parametrize("engine", calibration.CURVES)
def test_curves_ascend_from_nothing_within_bounds(engine: str) -> None:
    curve = calibration.CURVES[engine]
    assert curve[0][0] == 0.0
    assert all(low < high for (low, _), (high, _) in pairwise(curve))
    assert all(low < high for (_, low), (_, high) in pairwise(curve))
    assert 0.0 <= curve[0][1] < curve[-1][1] < 1.0


@pytest.mark.parametrize("engine", ["tesserocr 5.5.4", "rapidocr 3.10.0"])
def test_more_confidence_is_never_less_likely_right(engine: str) -> None:
    shares = [calibration.right(word(step / 50), engine) for step in range(51)]
    assert shares == sorted(shares)


def test_a_long_word_of_the_same_confidence_is_less_likely_right() -> None:
    short, long = (calibration.right(word(0.97, text), "rapidocr 3") for text in ("a", "a" * 20))
    assert short > long


def test_an_engine_without_a_curve_is_taken_at_its_word() -> None:
    assert calibration.right(word(0.7), "null") == 0.7


def test_letters_weigh_words_by_their_length() -> None:
    assert calibration.letters([word(0.5, "ab"), word(1.0, "abcd")], "null") == 5.0

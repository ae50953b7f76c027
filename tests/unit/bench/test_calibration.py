"""Curves from words that were right or not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from bench import calibration
from bench.truth import Page
from pipelines.values import Box, Word


def test_curves_ascend() -> None:
    points = [(step / 1000, step % 7 != 0 and step > 300) for step in range(1000)]
    found = calibration.curve(points)
    assert all(a < b and low < high for (a, low), (b, high) in pairwise(found))


def test_the_true_text_vouches_once_for_each_word(tmp_path: Path) -> None:
    page = Page(tmp_path, "print", "eng", "one two")
    words = [Word(text, Box(0, 0, 1, 1), sure, 0) for text, sure in (("one", 0.9), ("one", 0.8))]
    assert calibration.judged(words, page, "tesserocr") == [(0.9, True), (0.8, False)]

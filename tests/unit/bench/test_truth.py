"""Kinds of pages, and distances between texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import truth


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("gt/sroie/X00016469612.jpg receipt", truth.RECEIPTS),
        ("gt/tapuscorpus/a.jpg typewritten", truth.TYPESCRIPTS),
        ("gt/debian-docs/b.pdf clean print (rasterised born-digital)", truth.PRINT),
        ("gt/cis-grenzboten/179400.tif book page (historical)", truth.FRAKTUR),
        ("gt/ocrd-kant/0020.tif book page (historical)", truth.OLDER),
        ("gt/docling/right_to_left_01.pdf born-digital Arabic", truth.IMAGES),
        ("gt/tesseract-test/8071.tif magazine multi-column", truth.TURNED),
        ("gt/raster-forms/lu.pdf form", truth.TABLES),
    ],
)
def test_kinds(words: str, kind: str) -> None:
    assert truth.kind_of(words) == kind


def test_texts_are_compared_as_their_kind_is_written() -> None:
    assert truth.normalised("Thé  _sou ligné", truth.TYPESCRIPTS) == "Thé sou ligné"
    assert truth.normalised("Total “9.90”", truth.RECEIPTS) == 'TOTAL "9.90"'


def test_chinese_is_compared_without_white_space() -> None:
    assert truth.cer("一二 三", "一 二三", "chi_sim") == 0.0


def test_recall_counts_each_word_as_often_as_it_stands() -> None:
    assert truth.word_recall("a a b c", "a b d") == 0.5


@pytest.mark.parametrize(("left", "right", "steps"), [("kitten", "sitting", 3), ("", "ab", 2)])
def test_known_distances(left: str, right: str, steps: int) -> None:
    assert truth.distance(left, right) == truth.distance(right, left) == steps


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_a_distance_is_within_its_bounds(left: str, right: str) -> None:
    steps = truth.distance(left, right)
    assert abs(len(left) - len(right)) <= steps <= max(len(left), len(right))
    assert (steps == 0) == (left == right)

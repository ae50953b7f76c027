"""Signs of a bad reading: low confidence, cells, ink outside all words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines import doubt
from pipelines.values import Box, Raster, Recognition, Word
from tests.unit.pipelines.test_routing import PAPER, PROSE, RECEIPT, line, read, weak


@pytest.mark.parametrize(
    ("reading", "expected"), [(read(*PROSE), False), (weak(PROSE), True), (read(), False)]
)
def test_words_of_low_confidence_are_doubtful(reading: Recognition, expected: bool) -> None:
    assert doubt.doubtful(reading, 0.9) is expected


def test_receipts_have_cells_and_prose_has_none() -> None:
    assert doubt.has_cells(read(*RECEIPT))
    assert not doubt.has_cells(read(*PROSE))


def test_a_receipt_of_long_names_has_cells() -> None:
    items = [
        [*name, replace(price, box=replace(price.box, left=price.box.left + 200))]
        for number in range(6)
        for *name, price in [line(number, ["two", "dozen", "of", "large", "brown", "eggs", "9.90"])]
    ]
    assert doubt.has_cells(read(*items))


def test_lines_that_are_beside_nothing_but_themselves_have_no_cells() -> None:
    narrow = [
        Word("l", Box(10, 30 * number, 10, 30 * number + 20), 0.9, number) for number in range(5)
    ]
    assert not doubt.has_cells(read(*([word] for word in narrow)))


def test_columns_of_prose_are_no_cells() -> None:
    columns = [
        [
            replace(word, line=number)
            for word in line(row, ["so", "many", "words", "stand", "here"], left=x)
        ]
        for number, (x, row) in enumerate((x, row) for x in (0, 400) for row in range(8))
    ]
    assert not doubt.has_cells(read(*columns))


def test_ink_under_words_is_not_missed() -> None:
    rows = bytearray(PAPER.pixels)
    rows[500:1500] = b"\x20" * 1000
    raster = replace(PAPER, pixels=bytes(rows))
    assert doubt.missed(read(PROSE[0]), raster) == 0.0
    assert doubt.missed(read(PROSE[4]), raster) == 1.0


def test_of_a_page_with_next_to_no_ink_nothing_is_missed() -> None:
    assert doubt.missed(read(), PAPER) == 0.0
    assert doubt.missed(read(), Raster(8, 8, 150.0, bytes(64))) == 0.0

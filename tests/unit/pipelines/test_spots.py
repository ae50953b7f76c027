"""Which lines are shown to a second engine, and the rectangles that they are shown in."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pipelines import spots
from pipelines.values import Box, Corners, Recognition, Word

SURE, UNSURE = 0.97, 0.5
HEIGHT = 20


def page(*lines: str, slope: float = 0.0) -> Recognition:
    """Words 100 pixels apart; those that end in ? were not read well."""
    words = []
    for number, line in enumerate(lines):
        for index, text in enumerate(line.split()):
            left = 100 * index
            top = round(100 * number + slope * left)
            fall = math.ceil(abs(slope) * 80)
            box = Box(left, top, left + 80, top + HEIGHT + fall)
            words.append(Word(text, box, UNSURE if text.endswith("?") else SURE, number))
    return Recognition("", tuple(words), 0.9, 2000, 1000, 150.0, "tesserocr 5", ("eng",))


def sides(spot: Corners) -> tuple[float, float, float, float]:
    across, down = zip(*spot, strict=True)
    return min(across), min(down), max(across), max(down)


def test_what_was_read_well_is_no_spot() -> None:
    read = page("all of it", "was read well")
    assert spots.unread(read) == []
    assert spots.read_well(read) == [Box(0, 0, 280, 20), Box(0, 100, 280, 120)]


def test_a_line_with_a_bad_word_is_a_spot() -> None:
    read = page("one two? three", "six seven")
    [spot] = spots.unread(read)
    margin = spots.AROUND * HEIGHT
    assert sides(spot) == pytest.approx((-margin, -margin, 280 + margin, HEIGHT + margin))
    assert spots.read_well(read) == [Box(0, 100, 180, 120)]


def test_corners_go_round_from_the_top_left() -> None:
    [spot] = spots.unread(page("word?"))
    (left, top), upper_right, (right, bottom), lower_left = spot
    assert (upper_right, lower_left) == ((right, top), (left, bottom))
    assert left < right
    assert top < bottom


@pytest.mark.parametrize("slope", [0.03, -0.05, 0.1])
def test_spots_lie_along_lines_that_slope(slope: float) -> None:
    [spot] = spots.unread(page(" ".join(f"word{number}?" for number in range(12)), slope=slope))
    (x0, y0), (x1, y1), _, (_, y3) = spot
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, abs=0.005)
    assert y3 - y0 == pytest.approx(HEIGHT * (1 + 2 * spots.AROUND), rel=0.2)


def test_words_on_one_another_have_no_slope() -> None:
    read = page("one? two? three? four? five?")
    heaped = tuple(replace(word, box=Box(0, 0, 80, 20)) for word in read.words)
    [spot] = spots.unread(replace(read, words=heaped))
    assert sides(spot) == pytest.approx((-3, -3, 83, 23))


def test_a_rule_that_was_taken_for_a_letter_is_no_spot() -> None:
    read = page("one? two? three four five")
    rule = replace(read.words[1], text="|", box=Box(100, -190, 104, 210))
    [spot] = spots.unread(replace(read, words=(read.words[0], rule, *read.words[2:])))
    assert sides(spot)[3] - sides(spot)[1] == pytest.approx(HEIGHT * (1 + 2 * spots.AROUND))

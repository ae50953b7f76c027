"""Bullets before lines: what is one by its ink becomes one, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.bullets import CERTAIN, marked
from pipelines.values import Box, Raster, Recognition, Word

FONT = ImageFont.load_default(28)
LEFT, STEP = 100, 50


def page(marks: Sequence[str], *, at: float = 0.5, size: int = 10) -> Raster:
    """A line "Entry of a list" each, its mark before it: a form by name, or a letter."""
    image = Image.new("L", (700, STEP * (len(marks) + 1)), 255)
    draw = ImageDraw.Draw(image)
    for number, mark in enumerate(marks):
        top = STEP * (number + 1) - 25
        draw.text((LEFT, top - 5), "Entry of a list", 0, FONT)
        middle = top + 4 + at * 20
        box = (60, middle - size / 2, 60 + size, middle + size / 2)
        if mark == "disc":
            draw.ellipse(box, fill=0)
        elif mark == "ring":
            draw.ellipse(box, outline=0, width=2)
        elif mark == "square":
            draw.rectangle(box, fill=0)
        elif mark == "dash":
            draw.rectangle((60, middle - 1, 60 + size, middle + 1), fill=0)
        else:
            draw.text((60, top - 5), mark, 0, FONT)
    return Raster(image.width, image.height, 200.0, image.tobytes())


def read(raster: Raster, seen: Sequence[str]) -> Recognition:
    """What an engine says of such a page: a letter a line where the bullet stands, or nothing."""
    words = []
    for number, text in enumerate(seen):
        top = STEP * (number + 1) - 25
        if text:
            words.append(Word(text, Box(56, top, 76, top + 28), 0.6, number))
        for place, word in enumerate(("Entry", "of", "a", "list")):
            left = LEFT + 75 * place
            words.append(Word(word, Box(left, top, left + 60, top + 28), 0.9, number))
    size = raster.width, raster.height
    return Recognition("", tuple(words), 0.9, *size, raster.dpi, "test", ("eng",))


def firsts(found: Recognition) -> list[str]:
    return [
        word.text
        for at, word in enumerate(found.words)
        if not at or found.words[at - 1].line != word.line
    ]


@pytest.mark.parametrize("seen", ["e", "¢", "«", "@", "+"])
def test_what_is_read_in_the_place_of_a_disc_is_a_bullet(seen: str) -> None:
    raster = page(["disc"])
    found = marked(read(raster, [seen]), raster)
    assert firsts(found) == ["•"]
    assert found.words[0].confidence == CERTAIN and len(found.words) == 5


def test_squares_are_told_from_discs() -> None:
    raster = page(["square", "disc"])
    assert firsts(marked(read(raster, ["=", "e"]), raster)) == ["▪", "•"]


def test_bullets_that_were_missed_are_put_in_where_there_are_two() -> None:
    raster = page(["disc", "disc"])
    found = marked(read(raster, ["", ""]), raster)
    assert firsts(found) == ["•", "•"]
    box = found.words[0].box
    assert (box.left, box.right) == (60, 71) and found.words[0].line == found.words[1].line


def test_a_bullet_is_found_beyond_a_piece_of_the_first_letter_that_an_engine_cut_off() -> None:
    raster = page(["disc", "disc"])
    whole = read(raster, ["", ""])
    cut = [
        replace(word, box=replace(word.box, left=word.box.left + 6 * (word.text == "Entry")))
        for word in whole.words
    ]
    assert firsts(marked(replace(whole, words=tuple(cut)), raster)) == ["•", "•"]


def test_a_bullet_that_an_engine_takes_for_a_line_of_its_own_is_put_in_once() -> None:
    raster = page(["disc", "disc"])
    for sign in ("e", "•"):
        whole = read(raster, [sign, sign])
        apart = [replace(word, line=2 * word.line + (word.text != sign)) for word in whole.words]
        found = marked(replace(whole, words=tuple(apart)), raster)
        assert [word.text for word in found.words] == 2 * ["•", "Entry", "of", "a", "list"]
        assert {word.line for word in found.words} == {1, 3}


def test_a_dash_that_is_read_in_white_space_behind_a_bullet_goes_with_it() -> None:
    raster = page(["disc"])
    whole = read(raster, ["e"])
    dash = Word("—", Box(80, 25, 92, 53), 0.5, 0)
    found = marked(replace(whole, words=(whole.words[0], dash, *whole.words[1:])), raster)
    assert [word.text for word in found.words] == ["•", "Entry", "of", "a", "list"]


def test_a_point_that_begins_with_a_short_word_has_its_bullet() -> None:
    raster = page(["disc", "disc"])
    whole = read(raster, ["", ""])
    words = [replace(word, text={"Entry": "A"}.get(word.text, word.text)) for word in whole.words]
    found = marked(replace(whole, words=tuple(words)), raster)
    assert [word.text for word in found.words[:2]] == ["•", "A"] and firsts(found) == ["•", "•"]


@pytest.mark.parametrize("sign", ["•", "●", "·", "・"])
def test_a_sign_that_was_read_rightly_stays(sign: str) -> None:
    raster = page(["disc", "disc"])
    found = read(raster, [sign, sign])
    assert marked(found, raster).words == found.words


def test_dots_that_lead_to_a_number_are_no_bullets() -> None:
    image = Image.new("L", (700, 150), 255)
    draw = ImageDraw.Draw(image)
    words = []
    for number in range(2):
        top = 20 + 50 * number
        draw.text((20, top - 5), "Chapter", 0, FONT)
        draw.text((600, top - 5), "123", 0, FONT)
        for left in range(180, 590, 24):
            draw.ellipse((left, top + 9, left + 8, top + 17), fill=0)
        words += [Word("Chapter", Box(20, top, 130, top + 28), 0.9, number)]
        words += [Word("123", Box(600, top, 650, top + 28), 0.9, number)]
    raster = Raster(image.width, image.height, 200.0, image.tobytes())
    found = replace(read(raster, []), words=tuple(words))
    assert marked(found, raster) == found


def test_text_from_the_right_and_turned_pages_stay() -> None:
    raster = page(["disc", "disc"])
    found = read(raster, ["", ""])
    arabic = [replace(word, text="نص") for word in found.words]
    for other in (replace(found, words=tuple(arabic)), replace(found, turn=90)):
        assert marked(other, raster) == other


def test_one_stain_alone_is_no_bullet() -> None:
    raster = page(["disc", "-"])
    assert firsts(marked(read(raster, ["", "-"]), raster)) == ["Entry", "-"]


@pytest.mark.parametrize("mark", ["e", "o", "a", "s", "0", "8", "6", "*", "+", "-", "@", "x", "©"])
def test_letters_and_signs_stay(mark: str) -> None:
    raster = page([mark, mark])
    found = read(raster, [mark, mark])
    assert marked(found, raster) == found


@pytest.mark.parametrize("mark", ["ring", "dash"])
def test_rings_and_dashes_stay_what_was_read(mark: str) -> None:
    raster = page([mark, mark])
    assert firsts(marked(read(raster, ["o", "-"]), raster)) == ["o", "-"]


def test_a_full_stop_and_what_is_larger_than_letters_are_no_bullets() -> None:
    for raster in (page(["disc", "disc"], at=1.1, size=6), page(["disc", "disc"], size=30)):
        assert firsts(marked(read(raster, [".", "O"]), raster)) == [".", "O"]


def test_light_bullets_on_dark_ground_are_seen() -> None:
    raster = page(["disc"])
    dark = Raster(
        raster.width, raster.height, raster.dpi, bytes(255 - value for value in raster.pixels)
    )
    assert firsts(marked(read(dark, ["e"]), dark)) == ["•"]


def test_a_page_without_words_or_contrast_stays() -> None:
    blank = Raster(50, 50, 200.0, b"\xff" * 2500)
    nothing = Recognition("", (), None, 50, 50, 200.0, "test", ("eng",))
    assert marked(nothing, blank) == nothing
    word = Word("word", Box(30, 10, 50, 20), 0.9, 0)
    edge = Recognition("word", (word,), 0.9, 50, 50, 200.0, "test", ("eng",))
    assert marked(edge, blank) == edge
